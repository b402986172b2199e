"""The screens that lead to a run, and *Change pace*, each filled with as much, and as nasty, as can come."""

from dataclasses import replace
from datetime import time, timedelta
from functools import lru_cache
from itertools import product

from campaigns.account import Account
from campaigns.conduct import Preview
from campaigns.forecast import forecast
from campaigns.lifecycle import outranks
from campaigns.model import Kind, RunState
from campaigns.outlook import PaceOutlook
from campaigns.ports import Whom
from campaigns.quota import DAY, MINUTE, windows
from campaigns.replacing import Replaced
from campaigns.timing import AT_ONCE, Pace, SendingHours, Timing
from handlers import views_pace, views_start
from handlers.batch_entries import Typed
from handlers.intent import Intent
from handlers.pace_entries import PaceForm
from tests.fakes import largest_services
from tests.fakes.clocks import NOON

HOUR = timedelta(hours=1)
MANY = {
    Kind.INVITE: Whom(invites=123_456),
    Kind.UPDATE: Whom(invites=123_456, updates=123_456, cancels=123_456),
    Kind.REMIND: Whom(reminders=123_456),
}
"""Who waits in a run that is replaced."""
ZONE = "America/Argentina/ComodRivadavia"
HOURS = SendingHours(time(9), time(17), (1, 2, 3, 4, 5, 6, 7), ZONE, (NOON.date(),))
PACES = (Pace(None), Pace(7, 10_080), Pace(10_000, 0), Pace(1, 1))
TIMINGS = (AT_ONCE, Timing(NOON + HOUR, HOURS))
SMALL = Account(1, "smtp", "a" * 60 + "@" + "b" * 180 + ".example", "L" * 200, 30, 2_000)
SIZES = ((SMALL, 100_000), (SMALL, 800), (Account(1, "smtp", "a@example.org", "A"), 1))
CASES = [
    (case, SIZES[n % 3], (None, "C0EVENTS", "")[n % 3 - 1]) for n, case in enumerate(product(PACES, TIMINGS))
]


@lru_cache(maxsize=64)
def outlook(pace, timing, account, invites, event_starts_at):
    return forecast(
        invites=invites,
        pace=pace,
        timing=timing,
        now=NOON,
        minute=MINUTE,
        rules=windows(account),
        spent=[NOON - DAY / 2] * 1_234,
        event_starts_at=event_starts_at,
    )


def everything(of, run):
    """(name, payload, surface) for a campaign, and for a run of it."""
    soon = replace(of, event=replace(of.event, starts_at=NOON + 5 * HOUR))
    for kind in Kind:
        intent = Intent(10**12, kind, zone=ZONE)
        instead = Replaced(run, MANY[run.kind]) if outranks(kind, run.kind) else None
        yield (
            f"batch form {kind}",
            views_start.batch_form(intent, of, Typed(), None, "E" * 500, NOON),
            "modal",
        )
        for (pace, timing), (account, invites), channel in CASES:
            name = f"{kind} {pace} {timing.starts_at} {account.per_day} {invites}"
            seen = outlook(pace, timing, account, invites, soon.event.starts_at)
            shown = Preview(
                campaign=soon,
                kind=kind,
                pace=pace,
                timing=timing,
                forecast=seen,
                missing_values=99,
                needs_approval=invites > 800,
                account=account,
                whom=Whom(invites, invites, invites, invites, again=invites // 2, left_out=invites),
            )
            typed = Typed(has_hours=timing.hours is not None)
            form = views_start.batch_form(
                intent.filled_with(pace), soon, typed, shown, "", NOON, replaced=instead
            )
            yield f"batch form {name}", form, "modal"
            ready = intent.at_pace(pace, channel, "0" * 16, timing=timing)
            made = views_start.check_and_start(shown, ready, None, NOON + 6 * HOUR, replaced=instead)
            yield f"check {name}", made, "modal"
        yield from largest_services.starts(shown, ready, f"{kind}")
    for state in (RunState.RUNNING, RunState.PLANNED):
        for channel in ("C0EVENTS", ""):
            for timing in TIMINGS:
                for kind in Kind:
                    begun = replace(run, state=state, channel=channel, timing=timing, kind=kind)
                    yield f"started {kind} {state} {channel}", views_start.started(begun, NOON), "modal"
    yield from _paces(soon, run)


def _paces(of, run):
    for pace in PACES:
        seen = PaceOutlook(of, run, outlook(pace, AT_ONCE, SMALL, 100_000, of.event.starts_at), SMALL)
        form = PaceForm(run.id, pace, 3)
        for token_ends_at in (None, NOON):
            shown = replace(seen, account=replace(SMALL, token_ends_at=token_ends_at))
            yield (
                f"change pace {pace} {token_ends_at}",
                views_pace.pace_form(form, shown, pace, "", NOON),
                "modal",
            )
        yield (
            f"change pace, half typed {pace}",
            views_pace.pace_form(form, seen, None, "E" * 500, NOON),
            "modal",
        )
        yield f"pace changed {pace}", views_pace.pace_changed(replace(run, pace=pace)), "modal"
