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


_TO_DO = {Kind.INVITE: "invite", Kind.UPDATE: "update", Kind.CANCEL: "tell", Kind.REMIND: "remind"}
"""What follows "Nobody is left to"."""

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
    """The truth when a run would have nobody in it, and not more is known."""
    return StateError(f"Nobody is left to {_TO_DO[kind]}.", hint="Nothing was sent.")


def why_nobody(kind: Kind, *, left_out: int, in_doubt: int) -> StateError:
    """The whole truth: ``left_out`` would be in it but for a never-invite list, ``in_doubt`` may have it."""
    said, hint = [], ""
    if left_out:
        said.append(f"{_people_are(left_out)} on a never-invite list")
        hint = (
            "They keep it in their calendars." if kind is Kind.CANCEL else "Never invite shows who, and why."
        )
    if in_doubt:
        said.append(f"{in_doubt:,} may have the invite or not")
        hint = "Choose Send again or Leave as sent in the report of that run."
    if said:
        return StateError(f"Nobody is left to {_TO_DO[kind]}: {', and '.join(said)}.", hint=hint)
    return _everybody_is_done(kind)


def _everybody_is_done(kind: Kind) -> StateError:
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


def nobody_of_these() -> StateError:
    """The truth for a button for those of an earlier run, of whom nobody needs it any more."""
    return StateError(
        "Nobody of these is left.", hint="They were reached or settled since, or are off the list."
    )


def nobody_invited(*, left_out: int = 0) -> StateError:
    """The truth when there is no invite yet that could be updated, or answered.

    ``left_out``: everybody who could be invited first is on a never-invite list.
    """
    hint = f"{_people_are(left_out)} on a never-invite list." if left_out else "Use Send Calendar Invite."
    return StateError("Nobody has been invited yet.", hint=hint)


def nobody_holds_it() -> StateError:
    """The truth when whoever was invited has had the event taken out again: a reminder is of what one has."""
    said = "Nobody has this event in their calendar, as far as we know."
    return StateError(said, hint="Use Send Calendar Invite.")


def _people_are(count: int) -> str:
    return f"{count:,} {'person is' if count == 1 else 'people are'}"
