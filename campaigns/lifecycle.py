"""Which state may follow which, and what is said where one may not.

The schema's CHECKs hold the names, these tables the steps.
"""

from typing import assert_never

from campaigns.errors import StateError
from campaigns.model import DeliveryState as D
from campaigns.model import Kind
from campaigns.model import RunState as R

RUN_STEPS: dict[R, frozenset[R]] = {
    R.PLANNED: frozenset({R.RUNNING, R.STOPPED}),  # approved; declined, or stopped by whoever started it
    R.RUNNING: frozenset({R.PAUSED, R.FINISHED, R.STOPPED}),
    # to finished: paused, on another connection, while its last invite was being settled
    R.PAUSED: frozenset({R.RUNNING, R.FINISHED, R.STOPPED}),
    R.FINISHED: frozenset(),
    R.STOPPED: frozenset(),
}

DELIVERY_STEPS: dict[D, frozenset[D]] = {
    # to unsure: not to be tried again, and what went before may have arrived; to sent: it has, by the
    # attendee's answer, or by a receipt that comes late
    D.QUEUED: frozenset({D.SENDING, D.SENT, D.SKIPPED, D.UNSURE}),
    # to skipped: a try that would go back to the queue of a run that was stopped meanwhile
    D.SENDING: frozenset({D.SENT, D.FAILED, D.UNSURE, D.QUEUED, D.SKIPPED}),
    D.UNSURE: frozenset({D.SENT, D.QUEUED, D.SKIPPED, D.BOUNCED}),
    D.SENT: frozenset({D.BOUNCED}),
    D.FAILED: frozenset(),
    # sent again while nobody knew whether it had gone: it had, and comes back
    D.SKIPPED: frozenset({D.BOUNCED}),
    D.BOUNCED: frozenset(),
}

OUTCOMES = frozenset({D.SENT, D.FAILED, D.UNSURE, D.BOUNCED})
"""Where the provider was asked, or may have been."""

MISSED = frozenset({D.FAILED, D.UNSURE})
"""What the brake counts."""

ACTIVE: tuple[R, ...] = (R.PLANNED, R.RUNNING, R.PAUSED)
"""The states of which a campaign may have one run at a time."""

_SAID = {
    R.PLANNED: "This run still waits for approval.",
    R.RUNNING: "This run is already running.",
    R.PAUSED: "This run is already paused.",
    R.FINISHED: "This run is already finished.",
    R.STOPPED: "This run was stopped.",
}


_RANKS = {Kind.INVITE: 0, Kind.REMIND: 0, Kind.UPDATE: 1, Kind.CANCEL: 2}


def outranks(kind: Kind, other: Kind) -> bool:
    """Whether a run of ``kind`` makes one of ``other`` pointless: cancel beats update beats invite."""
    return _RANKS[kind] > _RANKS[other]


def runs_before(to: R) -> tuple[R, ...]:
    """The states from which a run may step to ``to``."""
    return tuple(state for state, steps in RUN_STEPS.items() if to in steps)


def deliveries_before(to: D) -> tuple[D, ...]:
    """The states from which a delivery may step to ``to``."""
    return tuple(state for state, steps in DELIVERY_STEPS.items() if to in steps)


def refuse_step(state: R, *, acted_by: str = "") -> StateError:
    """The truth for a button that comes late. ``acted_by`` is who made the last step, if a person did."""
    by = f" <@{acted_by}> did that." if acted_by else ""
    return StateError(_SAID[state] + by, hint="Nothing was changed.")


def already_on(*, started_by: str = "") -> StateError:
    """The truth when a campaign that has an active run is to get another."""
    by = f" <@{started_by}> started it." if started_by else ""
    return StateError(
        f"A run of this campaign is already on.{by}", hint="Let it finish, or stop it, before the next one."
    )


def nobody_selected(kind: Kind) -> StateError:
    """The truth when a run would have nobody in it."""
    match kind:
        case Kind.INVITE:
            return StateError(
                "Everybody on this list has been invited.",
                hint="To change their entry, use Update Calendar Invites.",
            )
        case Kind.UPDATE:
            return StateError(
                "Everybody who was invited already holds this version.",
                hint="Use Edit event first; then update the invites.",
            )
        case Kind.CANCEL:
            return StateError(
                "Nobody has this event in their calendar, as far as we know.",
                hint="There is nothing to take back.",
            )
        case Kind.REMIND:
            return StateError("Everybody who was invited has answered.", hint="There is nobody to remind.")
        case _:
            assert_never(kind)


def nobody_invited() -> StateError:
    """The truth when there is no invite yet that could be updated, or answered."""
    return StateError("Nobody has been invited yet.", hint="Use Send Calendar Invite.")
