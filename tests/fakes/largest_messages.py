"""Every message the bot can post, each filled with as much, and as nasty, as can come."""

from dataclasses import replace
from datetime import time
from itertools import cycle

from campaigns.history import Deed
from campaigns.model import Counts, RunState
from campaigns.notices import NoticeKind
from campaigns.timing import SendingHours, Timing
from handlers import messages, messages_access, messages_lists, messages_thread
from tests.fakes.clocks import NOON
from tests.fakes.largest_screens import (
    ALL_SENT,
    ANSWERS,
    COUNTS,
    HOUR,
    LONG,
    RUNS,
    TITLES,
    campaign,
    notice,
    report,
    run,
)

OFFICE = Timing(NOON + HOUR, SendingHours(time(9), time(17), (1, 2, 3), "Asia/Kolkata"))
EVERY_RUN = [*RUNS, replace(run(RunState.RUNNING), timing=OFFICE)]
BATCH = {"batch": "99998", "sent": "40000", "failed": "1", "total": "123456", "next_at": NOON.isoformat()}
FACTS = {
    **dict.fromkeys(("total", "count", "invites", "added", "removed", "changed", "attendees"), "123456"),
    "per_batch": "10000",
    "gap_minutes": "10080",
    "was_per_batch": "",
    "was_gap_minutes": "0",
    "fields": LONG,
}
TROUBLES = ("", "is_archived", "not_in_channel", "channel_not_found", "restricted_action")


def of_runs(title):
    made, aside = campaign(title), messages.why_here("C0OTHER", "channel_not_found")
    turns = cycle(ANSWERS[1:])
    for of in EVERY_RUN:
        for counts in (COUNTS, ALL_SENT, Counts(), Counts(queued=123_456)):
            name = f"{of.state} {of.reason} {of.kind} {counts.total} {counts.left} {of.timing.starts_at}"
            seen = report(of, counts, is_open=counts is COUNTS)
            told = replace(seen, answers=next(turns))
            yield f"progress {name}, answers", messages.progress(made, told, aside=aside)
            yield f"finished {name}, answers", messages.finished(made, told)
            yield f"progress {name}", messages.progress(made, seen, aside=aside)
            yield f"finished {name}", messages.finished(made, seen)
            yield f"failures {name}", messages.failures(made, seen)
            alert = notice(NoticeKind.PAUSED, reason="quota", detail=LONG, hint=LONG)
            yield f"paused {name}", messages.paused(made, seen, alert)
            yield f"approval {name}", messages_thread.approval(made, seen)
            batch = messages_thread.batch_done(notice(NoticeKind.BATCH_DONE, **BATCH), seen)
            for said in (batch, messages_thread.resumed(seen), messages_thread.stopped(seen)):
                line = messages_thread.line(made, said)
                yield f"line {name} {said[:9]}", line
                yield f"line elsewhere {name} {said[:9]}", messages.elsewhere(made, line, aside)
                yield f"titled {name} {said[:9]}", messages.titled(made, said)


def of_people(title):
    made = campaign(title)
    for what in (*Deed, LONG):
        for facts in ({}, FACTS, dict.fromkeys(FACTS, LONG)):
            told = notice(NoticeKind.DEED, **facts, deed=what, by="U0BEN" if facts is FACTS else LONG)
            yield f"deed {what} {len(facts)}", messages_thread.deed(made, told)
    told = {"user": "U0ANA", "attendees": "118", "problems": "3", "remarks": "1", "duplicates": "2"}
    yield "imported", messages_lists.imported(made, notice(NoticeKind.IMPORTED, **told, missing_values="4"))
    for target in ("", "7"):
        told = {"user": "U0ANA", "title": title, "message": LONG, "hint": LONG, "target": target}
        yield f"refused {target}", messages_lists.refused(notice(NoticeKind.REFUSED, **told))
    for facts in ({}, {**FACTS, "upload": "7", "problems": "9"}):
        told = notice(NoticeKind.DIFFERENCE, **facts)
        yield f"difference {len(facts)}", messages_lists.difference(made, told)
    for facts in ({}, {"attendees": "123456", "message": LONG, "hint": LONG}):
        told = notice(NoticeKind.NOT_TAKEN_IN, **facts)
        yield f"not taken in {len(facts)}", messages_lists.not_taken_in(made, told)
    loud = messages.failures(made, report(RUNS[0]))
    for code in TROUBLES:
        yield f"elsewhere {code}", messages.elsewhere(made, loud, messages.why_here("C0OTHER", code))
    yield "settled", messages.settled(loud.text, loud.blocks, "retry_failed", "Done. <@U0ANA>")


def of_accounts(title):
    for workspace in ("", "T1"):
        for runs in ("0", "1", "123456"):
            told = {
                "account": "7",
                "workspace": workspace,
                "service": "gmail" if runs == "1" else LONG,
                "address": LONG,
                "cause": LONG,
                "hint": LONG,
                "runs": runs,
                "waiting": runs,
                "titles": f"{title}\n{LONG}\n{title}\n{LONG}",
                "run": "9999999",
            }
            lost = messages_access.lost(notice(NoticeKind.ACCESS_LOST, **told))
            yield f"access lost {workspace} {runs}", lost
            by_hand = messages_access.lost(notice(NoticeKind.ACCESS_LOST, **told, by=LONG))
            yield f"disconnected {workspace} {runs}", by_hand
            yield f"access lost elsewhere {runs}", messages.beside(lost, messages.why_here("C0OTHER", ""))
            yield f"access back {runs}", messages_access.back(notice(NoticeKind.ACCESS_BACK, **told))
    yield "access lost, bare", messages_access.lost(notice(NoticeKind.ACCESS_LOST))
    yield "access back, bare", messages_access.back(notice(NoticeKind.ACCESS_BACK))


def everything():
    """(name, payload, surface) of all of them, for every title."""
    for title in TITLES:
        for name, message in (*of_runs(title), *of_people(title), *of_accounts(title)):
            yield name, {"text": message.text, "blocks": message.blocks}, "message"
