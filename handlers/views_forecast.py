"""A forecast in words: how many batches, when they go, and what would hold them up."""

from datetime import datetime, timedelta

from campaigns.errors import InputError
from campaigns.faults import is_probed
from campaigns.forecast import Forecast, Used
from campaigns.mailbox_book import REQUESTS
from campaigns.model import Kind
from campaigns.quota import MINUTE, Window
from campaigns.rehearsal import Overrun
from campaigns.timing import Pace, SendingHours
from handlers.batch_entries import GAP, PER_BATCH, STARTS_AT, Typed
from handlers.blocks import Json, button, buttons, paragraph
from handlers.mrkdwn import moment
from handlers.wording import DOT, KIND_WORDS, invites, number, pace_words

ENTER_BOTH = "Enter both numbers to see here how it would go."

_NOW = timedelta(minutes=1)
_WORTH_TELLING = timedelta(minutes=5)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SOONER = "Use larger batches, a shorter gap or an earlier start."
_LABELS = {PER_BATCH: "Invites per Batch", GAP: "Time Gap", STARTS_AT: "Start at"}


def forecast_blocks(
    seen: Forecast, pace: Pace, kind: Kind, event_starts_at: datetime, now: datetime, *, use_pace: str = ""
) -> list[Json]:
    """What is to come, what of it the account's limits allow, and whether it is done before the event.

    ``use_pace`` is the action of the button that takes up the suggestion; without one, it is only said.
    """
    made = [paragraph("\n".join([*batch_lines(seen, pace, kind, now), *limit_lines(seen, kind, now)]))]
    if seen.ends_after_start:
        made.append(paragraph(late_line(event_starts_at, kind, now, is_limited=bool(seen.overruns))))
    suggestion = seen.suggestion
    if suggestion is not None and use_pace:
        value = f"{suggestion.per_batch}:{suggestion.gap_minutes}"
        made.append(buttons(button(f"Use {pace_words(suggestion)}", use_pace, value)))
    elif suggestion is not None:
        how = "In batches it" if pace.per_batch is None else "It"
        made.append(paragraph(f"{how} would fit as {pace_words(suggestion)}."))
    return made


def batch_lines(seen: Forecast, pace: Pace, kind: Kind, now: datetime) -> list[str]:
    """``120 invites in 3 batches of 50, the last one of 20, 60 minutes apart.``, and when they go."""
    what, first = f"*{invites(seen.invites, kind)}*", _when(seen.first_at, now)
    done = (
        f"{DOT}Done by about {moment(seen.ends_at)}" if seen.ends_at - seen.last_at >= _WORTH_TELLING else ""
    )
    if pace.per_batch is None:
        return [f"{what}, all at once.", f"Starts: {first}{done}"]
    if seen.batches == 1:
        return [f"{what} in one batch.", f"Starts: {first}{done}"]
    last = f", the last one of {seen.last_size:,}" if seen.last_size != seen.size else ""
    gap = number(pace.gap_minutes, "minute")
    if pace.gap_minutes >= 120 and not pace.gap_minutes % 60:
        gap += f" ({number(pace.gap_minutes // 60, 'hour')})"
    return [
        f"{what} in *{seen.batches:,} batches* of {seen.size:,}{last}, {gap} apart.",
        f"First: {first}{DOT}Last: {_when(seen.last_at, now)}{done}",
    ]


def limit_lines(seen: Forecast, kind: Kind, now: datetime) -> list[str]:
    """Whether the account may send all that, and how much of its limits is used already."""
    used = [_used(one, now) for one in seen.used if one.window.length > MINUTE]
    if seen.closed_until is not None:
        return [_closed(seen.closed_until, seen.closed_cause), *used]
    if not seen.used:
        return ["No sending limit of this account is known."]
    if not seen.overruns and not used:
        a_minute = min(one.window.limit // one.window.takes(REQUESTS[kind]) for one in seen.used)
        return [f"Within {a_minute:,} a minute. No daily limit of this account is known."]
    if not seen.overruns:
        return [" ".join(["Fits this account's limits.", *used])]
    return [*(_broken(one, seen, kind, now) for one in seen.overruns), *used]


def _closed(until: datetime, cause: str) -> str:
    """Only a provider that has named a time is taken at its word."""
    closed = "*The mail service takes nothing from this account"
    if is_probed(cause):
        again = f"It is tried again {moment(until)}"
        return f"{closed} now.* {again}. Sending begins by itself when it takes more."
    return f"{closed} until {moment(until)}.* Sending begins then, by itself."


def _used(one: Used, now: datetime) -> str:
    taken = one.window.taken_since(now - one.window.length)
    others = f", {taken:,} of these by others" if taken else ""
    return f"{one.count:,} of {one.window.limit:,} in the last {_stretch(one.window)} are used{others}."


def hours_line(hours: SendingHours) -> str:
    """``Only from 09:00 to 17:00 on Mon, Tue, Wed (Europe/Madrid), and not on 2 dates.``"""
    days = ", ".join(_DAYS[day - 1] for day in hours.days)
    closed = f", and not on {number(len(hours.closed_on), 'date')}" if hours.closed_on else ""
    until = f"{hours.closes:%H:%M}{' the next day' if hours.closes <= hours.opens else ''}"
    return f"Only from {hours.opens:%H:%M} to {until} on {days} ({hours.zone}){closed}."


def _broken(overrun: Overrun, seen: Forecast, kind: Kind, now: datetime) -> str:
    at = "at once" if overrun.at - now < _NOW else moment(overrun.at)
    one, allowed = KIND_WORDS[kind].one, overrun.allowed
    limit = f"{one} {allowed + 1:,} of the {allowed:,} in {_stretch(overrun.window)}"
    return (
        f"*More than this account may send:* {at}, this would be {limit}. Sending would pause until "
        f"{moment(overrun.opens_at)}, go on by itself and end {moment(seen.ends_at)}."
    )


def _stretch(window: Window) -> str:
    return number(round(window.length / timedelta(hours=1)), "hour")


def _when(at: datetime, now: datetime) -> str:
    return "now" if at - now < _NOW else moment(at)


def late_line(event_starts_at: datetime, kind: Kind, now: datetime, *, is_limited: bool = False) -> str:
    """Invites that would go when the event is on already; no other numbers help against a limit."""
    if event_starts_at <= now:
        return f"*Please check:* the event started {moment(event_starts_at)}."
    advice = "The account's limit allows no more before that." if is_limited else _SOONER
    starts = moment(event_starts_at)
    last = f"the last {KIND_WORDS[kind].one}s"
    return f"*Please check:* {last} would go after the event starts ({starts}). {advice}"


def pace_of(value: str) -> Pace:
    """The pace in the value of a button that takes up a suggestion."""
    size, gap = value.split(":")
    return Pace(int(size), int(gap))


def still_expected(typed: Typed, error: InputError) -> str:
    """What to enter for a forecast; said quietly, for somebody may be half-way through a number."""
    if not (typed.per_batch and typed.gap_minutes):
        return ENTER_BOTH
    return " ".join(
        f"{_LABELS[name]}: {said}" if name in _LABELS else said for name, said in error.fields.items()
    )
