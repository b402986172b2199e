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
MANY_STUMBLES = 4
"""After so many a person is asked, if the provider wanted an hour in all."""

MIN_FAILED = 5  # fewer failures say nothing about a batch, however small it is
LOOKED_AT = 200  # of a larger batch only so many of the latest outcomes are looked at

_FIRST_RETRY = timedelta(seconds=30)
_LAST_RETRY = timedelta(hours=1)
_FIRST_HOLD = timedelta(seconds=5)
_LAST_HOLD = timedelta(minutes=15)
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
            return _give_back(fault, Pause(Reason.QUOTA, fault.cause, fault.hint, until))
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
        case _:
            return None


def brake(cause: str, streak: int) -> Pause:
    """The pause after ``streak`` equal refusals that speak of the sender, not of the attendee."""
    refused = "1 invite was" if streak == 1 else f"{streak} invites in a row were"
    return Pause(
        Reason.FAULTS,
        f"{refused} refused{'' if streak == 1 else ' for the same reason'}: {cause}",
        "Check the account with your provider before you resume, so that its reputation is not harmed.",
    )


def is_failing(lately: int, size: int, percent: int, *, in_all: int) -> bool:
    """Whether so many bad ones ``lately``, of the ``size`` that are looked at, are above ``percent`` of them.

    Whoever resumes has looked: it brakes again only after ``MIN_FAILED`` more of the ``in_all`` of the batch.
    """
    first = max(MIN_FAILED, size * percent // 100 + 1)
    return lately >= first and (in_all - first) % MIN_FAILED == 0


def brake_batch(misses: Misses, cause: str) -> Pause:
    """The pause when too much of a batch has failed, whatever for; ``cause`` is the latest."""
    among = f"last {misses.size:,} invites" if misses.is_part else f"{misses.size:,} invites of this batch"
    have = "have failed or are unsure" if misses.unsure else "have failed"
    return Pause(
        Reason.FAULTS,
        f"{misses.lately:,} of the {among} {have}. The latest: {cause}",
        "Look at the failures and check the list before you resume, so that the account is not harmed.",
    )


def lost_replies(cause: str, unsure: int) -> Pause:
    """The pause when the answers of the mail service stay lost; ``unsure`` of the run are in doubt."""
    are = "1 invite is" if unsure == 1 else f"{unsure:,} invites are"
    return Pause(
        Reason.FAULTS,
        f"{are} unsure, as the mail service's answers were lost: {cause}",
        "Nobody is invited twice, and everybody else waits. Press Resume when the service works again.",
    )


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
    asked = min(fault.after or timedelta(0), _LONGEST)
    is_long = stumbles >= MANY_STUMBLES and asked * stumbles >= _HOUR
    if is_long or stumbles >= MAX_STUMBLES:
        return _give_back(
            fault,
            Pause(Reason.FAULTS, fault.cause, "Check that the mail server can be reached, then resume."),
        )
    wait = max(asked, _patience(stumbles))
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
    goes_on = stumbles < MAX_STUMBLES
    return Decision(
        DeliveryState.UNSURE,
        fault.cause,
        fault.hint,
        fault.evidence,
        hold_until=now + _patience(stumbles) if goes_on else None,
        pause=None if goes_on else lost_replies(fault.cause, 1),
    )


def _patience(stumbles: int) -> timedelta:
    longer: timedelta = _FIRST_HOLD * 2**stumbles
    return min(longer, _LAST_HOLD)


def _give_back(fault: AnyFault, pause: Pause) -> Decision:
    return Decision(
        DeliveryState.QUEUED, fault.cause, fault.hint, fault.evidence, given_back=True, pause=pause
    )
