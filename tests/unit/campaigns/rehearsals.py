"""The same play as the forecast's, slow and plain: invite by invite, every window counted anew for each."""

from dataclasses import dataclass, field
from datetime import timedelta

from campaigns.hours import next_open
from campaigns.plan import batches_for
from campaigns.quota import MINUTE


@dataclass
class PlainRun:
    left: int
    size: int
    gap: timedelta
    hours: object
    due: object
    place: int
    in_batch: int = 0
    sent: list = field(default_factory=list)


@dataclass
class Outcome:
    sent: list
    is_held_up: bool


def plain_run(invites, pace, hours, due, minute, place):
    size = pace.per_batch or invites
    return PlainRun(invites, size, minute * pace.gap_minutes, hours, next_open(hours, due), place)


def play(ours, others, rules, spent):
    """Until our last invite has left every window; `is_held_up` as soon as a long limit stops anybody."""
    sends, is_held_up = sorted(spent), False
    longest = max((rule.length for rule in rules), default=timedelta(0))
    while alive := [run for run in (*others, ours) if run.left]:
        run = min(alive, key=lambda one: (one.due, one.place))
        now = run.due
        if not ours.left and now >= ours.sent[-1] + longest:
            break
        shut = [
            (sends[-rule.limit] + rule.length, rule)
            for rule in rules
            if sum(at > now - rule.length for at in sends) >= rule.limit
        ]
        if shut:
            opens_at, rule = max(shut, key=lambda found: found[0])
            is_held_up |= rule.length > MINUTE and (run is ours or bool(ours.sent))
            run.due = next_open(run.hours, opens_at)
            continue
        sends.append(now)
        run.sent.append(now)
        run.left -= 1
        run.in_batch += 1
        if run.in_batch == run.size:
            run.in_batch = 0
            run.due = next_open(run.hours, now + run.gap)
        else:
            run.due = next_open(run.hours, now)
    return Outcome(ours.sent, is_held_up)


def start_of_last_batch(sent, pace):
    size = pace.per_batch or len(sent)
    return sent[(batches_for(len(sent), size) - 1) * size]
