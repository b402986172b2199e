"""What we do about a provider's no: a fault in, a decision out. Carrying it out is the courier's job."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from campaigns.errors import AnyFault, BadAddress, Busy, Misconfigured, NoAccess, OverQuota, Unsure
from campaigns.model import DeliveryState, Reason
from campaigns.ports import Misses

MAX_ATTEMPTS = 8
GIVE_UP_AFTER = timedelta(hours=24)
KEEP_IN_BATCH = timedelta(minutes=2)
MAX_STUMBLES = 11
MAX_BRIEF_STUMBLES = 61  # an hour in all, as ``MAX_STUMBLES`` of the others are
MANY_STUMBLES = 4
"""After so many a person is asked, if the provider wanted an hour in all."""

MIN_FAILED = 5  # fewer failures say nothing about an account's name
LOOKED_AT = 200  # the brake never looks further back than so many outcomes of a run

_FIRST_RETRY = timedelta(seconds=30)
_LAST_RETRY = timedelta(hours=1)
_FIRST_HOLD = timedelta(seconds=5)
_LAST_HOLD = timedelta(minutes=15)
_FIRST_BRIEF = timedelta(seconds=1)
_LAST_BRIEF = timedelta(seconds=64)
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_LONGEST = timedelta(days=2)  # whatever a provider asks for, after that we look again


@dataclass(frozen=True, slots=True)
class Pause:
    """The run stops until a person resumes it or, if set, ``resume_at`` comes."""

    reason: Reason
    detail: str
    hint: str = ""
    resume_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Where the delivery goes and what follows for its batch and run.

    ``given_back``: the try does not count. ``not_before``: when a queued delivery may be tried again.
    ``leave_batch``: too far away for this batch to wait; a later one takes it.
    ``hold_until``: the whole batch waits.
    """

    state: DeliveryState
    cause: str = ""
    hint: str = ""
    evidence: str = ""
    given_back: bool = False
    not_before: datetime | None = None
    leave_batch: bool = False
    hold_until: datetime | None = None
    pause: Pause | None = None
    policy: bool = False


def decide(
    fault: AnyFault, *, attempt: int, stumbles: int, first_claimed_at: datetime, now: datetime
) -> Decision:
    """The decision for ``fault`` on the ``attempt``-th try (1-based).

    ``stumbles`` counts the holds of this batch since something last went through.
    """
    match fault:
        case Busy():
            if fault.whole_account:
                return _hold(fault, stumbles, now)
            return _retry(fault, attempt, first_claimed_at, now)
        case OverQuota():
            until = closed_until(fault, now)
            return _give_back(fault, Pause(Reason.QUOTA, said_of(fault), fault.hint, until))
        case BadAddress():
            return Decision(
                DeliveryState.FAILED, fault.cause, fault.hint, fault.evidence, policy=fault.policy
            )
        case NoAccess():
            return _give_back(fault, Pause(Reason.ACCESS, fault.cause, fault.hint))
        case Unsure():
            return _doubt(fault, stumbles, now)
        case Misconfigured():
            return _give_back(fault, Pause(Reason.FAULTS, fault.cause, fault.hint))
        case _:
            assert_never(fault)


def closed_until(fault: AnyFault, now: datetime) -> datetime | None:
    """Until when the provider takes nothing from the whole account; None if it says nothing of the kind.

    A wait as short as our own first one is no news.
    """
    match fault:
        case OverQuota():
            return now + min(fault.after, _LONGEST)
        case Busy() if fault.whole_account and fault.after is not None and fault.after > _FIRST_HOLD:
            return now + min(fault.after, _LONGEST)
        case Unsure() if fault.after is not None and fault.after > _FIRST_HOLD:
            return now + min(fault.after, _LONGEST)
        case _:
            return None


def said_of(fault: OverQuota) -> str:
    """What people read of a spent quota: where the provider named no time, also how often it is tried."""
    if not fault.is_probe:
        return fault.cause
    return f"{fault.cause}. {_PROBED}{_every(min(fault.after, _LONGEST))} until the mail service takes more"


def is_probed(detail: str) -> bool:
    """Whether a pause with these words ends when the provider lets it, and not at a time it has named."""
    return _PROBED in detail


_PROBED = "It is tried again every "


def own_limit(limit: int, stretch: str, opens_at: datetime) -> Pause:
    """The pause when the account has sent in a ``stretch`` what people let it send."""
    said = f"{_OWN_LIMIT}{limit:,} invites in {stretch} is reached."
    return Pause(Reason.QUOTA, said, resume_at=opens_at)


def is_own_limit(detail: str) -> bool:
    """Whether a pause with these words is for ``own_limit``, and not for what the provider has said."""
    return detail.startswith(_OWN_LIMIT)


_OWN_LIMIT = "This account's limit of "


def brake(cause: str, streak: int) -> Pause:
    """The pause after ``streak`` equal refusals that speak of the sender, not of the attendee."""
    refused = "1 invite was" if streak == 1 else f"{streak} invites in a row were"
    return Pause(
        Reason.FAULTS,
        f"{refused} refused{'' if streak == 1 else ' for the same reason'}: {cause}",
        "Check the account with your provider before you resume, so that its reputation is not harmed.",
    )


def looks_at(batch: int, percent: int) -> int:
    """How many of a run's latest outcomes the brake looks at: as many as a ``batch`` has.

    Of small batches several: so many that ``MIN_FAILED`` of them are above ``percent``.
    """
    few = MIN_FAILED - 1
    least = -(-100 * few // percent) if percent else LOOKED_AT
    return min(max(batch, least), LOOKED_AT)


def is_failing(bad: int, looked_at: int, percent: int) -> bool:
    """Whether so many ``bad`` ones are above ``percent`` of the ``looked_at``."""
    return bad >= max(MIN_FAILED, looked_at * percent // 100 + 1)


def brake_share(misses: Misses, cause: str) -> Pause:
    """The pause when too much has failed lately, whatever for; ``cause`` is the latest."""
    have = "have failed or are unsure" if misses.unsure else "have failed"
    advice = "Look at the failures and check the list before you resume, so that the account is not harmed."
    return Pause(
        Reason.FAULTS,
        f"{misses.bad:,} of the last {misses.size:,} invites {have}. The latest: {cause}",
        advice if misses.failed else _LOST,
    )


def lost_replies(cause: str, unsure: int) -> Pause:
    """The pause when the answers of the mail service stay lost; ``unsure`` of the run are in doubt."""
    are = "1 invite is" if unsure == 1 else f"{unsure:,} invites are"
    return Pause(
        Reason.FAULTS,
        f"{are} unsure, as the mail service's answers were lost: {cause}",
        _LOST,
    )


_LOST = "Nobody is invited twice, and everybody else waits. Press Resume when the service works again."


def _retry(fault: Busy, attempt: int, first_claimed_at: datetime, now: datetime) -> Decision:
    # a first try may come long after the claim: given back by a quota, or sent again by a person
    too_old = attempt > 1 and now - first_claimed_at >= GIVE_UP_AFTER
    if attempt >= MAX_ATTEMPTS or too_old:
        cause = f"{fault.cause} (gave up after {attempt} tries)"
        return Decision(DeliveryState.FAILED, cause, fault.hint, fault.evidence)
    wait = min(fault.after or min(_FIRST_RETRY * 2 ** (attempt - 1), _LAST_RETRY), _LONGEST)
    return Decision(
        DeliveryState.QUEUED,
        fault.cause,
        fault.hint,
        fault.evidence,
        not_before=now + wait,
        leave_batch=wait > KEEP_IN_BATCH,
    )


def _hold(fault: Busy, stumbles: int, now: datetime) -> Decision:
    most = MAX_BRIEF_STUMBLES if fault.is_brief else MAX_STUMBLES
    if _has_waited(fault, stumbles, most):
        return _give_back(
            fault,
            Pause(Reason.FAULTS, fault.cause, "Check that the mail server can be reached, then resume."),
        )
    wait = max(_asked(fault), _patience(stumbles, is_brief=fault.is_brief))
    return Decision(
        DeliveryState.QUEUED,
        fault.cause,
        fault.hint,
        fault.evidence,
        given_back=True,
        hold_until=now + wait,
    )


def _doubt(fault: Unsure, stumbles: int, now: datetime) -> Decision:
    """It may have gone and stays; but whatever lost one reply may well lose the next."""
    goes_on = not _has_waited(fault, stumbles, MAX_STUMBLES)
    return Decision(
        DeliveryState.UNSURE,
        fault.cause,
        fault.hint,
        fault.evidence,
        hold_until=now + max(_asked(fault), _patience(stumbles)) if goes_on else None,
        pause=None if goes_on else lost_replies(fault.cause, 1),
    )


def _asked(fault: Busy | Unsure) -> timedelta:
    return min(fault.after or timedelta(0), _LONGEST)


def _has_waited(fault: Busy | Unsure, stumbles: int, most: int) -> bool:
    """Whether it has been tried often, or long, enough: then a person is asked."""
    is_long = stumbles >= MANY_STUMBLES and _asked(fault) * stumbles >= _HOUR
    return is_long or stumbles >= most


def _patience(stumbles: int, *, is_brief: bool = False) -> timedelta:
    first, last = (_FIRST_BRIEF, _LAST_BRIEF) if is_brief else (_FIRST_HOLD, _LAST_HOLD)
    longer: timedelta = first * 2 ** min(stumbles, MAX_STUMBLES)
    return min(longer, last)


def _every(stretch: timedelta) -> str:
    """``hour``, ``6 hours``, ``30 minutes``: after "every"."""
    for name, length in (("hour", _HOUR), ("minute", _MINUTE)):
        count = stretch // length
        if count and stretch % length == timedelta(0):
            return name if count == 1 else f"{count} {name}s"
    return f"{max(round(stretch / _MINUTE), 2)} minutes"


def _give_back(fault: AnyFault, pause: Pause) -> Decision:
    return Decision(
        DeliveryState.QUEUED, fault.cause, fault.hint, fault.evidence, given_back=True, pause=pause
    )
