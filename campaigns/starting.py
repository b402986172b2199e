"""Whether a run may be started, and what its start ends: each inside the caller's transaction."""

from dataclasses import dataclass
from datetime import datetime

from campaigns.deeds import record
from campaigns.endings import progress_notice, stop_run
from campaigns.errors import InputError, SendInvitesError, StateError
from campaigns.history import Deed, NewEntry
from campaigns.homes import touch_homes
from campaigns.hours import next_open
from campaigns.lifecycle import (
    already_on,
    nobody_holds_it,
    nobody_invited,
    nobody_of_these,
    outranks,
    why_nobody,
)
from campaigns.model import Campaign, Event, Kind, Reason, Run, RunState
from campaigns.plan import first_start
from campaigns.ports import Selection, Whom
from campaigns.repeating import last_end
from campaigns.roles import Actor
from campaigns.store_port import UnitOfWork
from campaigns.timing import Timing

_NAMES = {Kind.UPDATE: "Update Calendar Invites", Kind.CANCEL: "Cancel event"}


@dataclass(frozen=True, slots=True)
class Clearance:
    """A run may start: with whom, and which weaker run it replaces."""

    whom: Whom
    replaces: Run | None


def is_over(event: Event, at: datetime) -> bool:
    """Whether nothing of it is to come; an event that goes on for good never is.

    Then nothing is started or resumed, and what is on pauses (``Courier._end_with_event``).
    """
    ends_at = last_end(event)
    return ends_at is not None and ends_at <= at


def require_held(campaign: Campaign) -> None:
    """Raise StateError if the event was called off: nobody is invited to it, not even on trial."""
    if campaign.is_cancelled:
        raise StateError("This event was cancelled.", hint="To hold it after all, use Edit event, then send.")


def clear(
    work: UnitOfWork, campaign: Campaign, selection: Selection, timing: Timing, now: datetime
) -> Clearance:
    """Raises StateError, InputError if a run with this selection cannot be started."""
    if campaign.archived_at is not None:
        raise StateError("This campaign is archived.", hint="Restore it first.")
    on = work.runs.latest(campaign.id)
    replaces = on if on is not None and on.ended_at is None else None
    # an old button for those of one run does not end another one for everybody
    if replaces is not None and (selection.from_run or not outranks(selection.kind, replaces.kind)):
        raise already_on(started_by=replaces.started_by)
    if selection.kind is not Kind.CANCEL:
        require_held(campaign)
    elif selection.from_run and not campaign.is_cancelled:
        # an old button for those of one run calls nothing off
        raise StateError("This event takes place after all.", hint="To call it off, use Cancel event.")
    if is_over(campaign.event, now):
        raise StateError("The event is over.", hint="Change its date with Edit event, then send.")
    _require_beginning(campaign, timing, now)
    whom = work.campaigns.whom(campaign, selection)
    if selection.kind in {Kind.UPDATE, Kind.REMIND} and not (whom.updates or whom.cancels or whom.reminders):
        _require_somebody_invited(work, campaign, selection)
    if not whom.total:
        raise _nobody(work, campaign, selection, whom)
    return Clearance(whom, replaces)


def begins_at(timing: Timing, now: datetime, replaces: Run | None) -> datetime:
    """When the first batch may go: a provider that said *later* to the replaced run is not asked sooner."""
    first_at = first_start(timing, now)
    if replaces is None or replaces.reason is not Reason.QUOTA or replaces.resume_at is None:
        return first_at
    return next_open(timing.hours, max(first_at, replaces.resume_at))


def replace_run(
    work: UnitOfWork, actor: Actor, weaker: Run, campaign: Campaign, kind: Kind, now: datetime
) -> None:
    """Stop ``weaker`` for a run of ``kind``: what it has still to say is out of date."""
    work.runs.lock(weaker.id)
    cause = f"Replaced by {_NAMES[kind]}"
    if not work.runs.move(weaker.id, RunState.STOPPED, now=now, detail=cause, by=actor.user):
        return  # it has ended at this very moment
    stop_run(work, weaker, campaign, cause, now)
    facts = {"replaced_by": kind.value}
    record(work, weaker, NewEntry(campaign.id, Deed.STOPPED, actor.user, weaker.id, facts), now)
    work.notices.touch(progress_notice(weaker), now)
    touch_homes(work, campaign.workspace, now)


def call_off(work: UnitOfWork, actor: Actor, campaign: Campaign, now: datetime) -> Campaign:
    """Make the revision that takes the event back, unless the newest one does."""
    if campaign.is_cancelled:
        return campaign
    called_off = work.campaigns.revise(
        campaign.id,
        campaign.event,
        missing_values=work.campaigns.missing_values(campaign.id),
        now=now,
        is_cancelled=True,
    )
    facts = {"revision": str(called_off.revision)}
    record(work, None, NewEntry(campaign.id, Deed.CANCELLED, actor.user, facts=facts), now)
    return called_off


def _require_somebody_invited(work: UnitOfWork, campaign: Campaign, selection: Selection) -> None:
    """Raise StateError if nobody was.

    Whoever had the event taken out again was: an update invites them anew, and a reminder is not for them.
    """
    if selection.from_run is not None or work.campaigns.selected(campaign, Selection(Kind.CANCEL)):
        return
    was_sent = work.runs.latest(campaign.id) is not None  # without a walk over a list that never was
    if not was_sent or all(person.revision is None for person in work.answers.people(campaign.id)):
        to_invite = work.campaigns.whom(campaign, Selection(Kind.INVITE))
        raise nobody_invited(left_out=0 if to_invite.total else to_invite.left_out)
    if selection.kind is Kind.REMIND:
        raise nobody_holds_it()


def _nobody(work: UnitOfWork, campaign: Campaign, selection: Selection, whom: Whom) -> SendInvitesError:
    """Why a run with this selection would have nobody in it."""
    if selection.from_run is not None and not whom.left_out:
        return nobody_of_these()
    # whoever may hold it is in a cancel run, and in an update run once there is a newer version
    is_among_them = selection.kind is Kind.CANCEL or (selection.kind is Kind.UPDATE and campaign.revision > 0)
    is_of_all = selection.from_run is None and not is_among_them
    in_doubt = work.campaigns.in_doubt(campaign) if is_of_all else 0
    return why_nobody(selection.kind, left_out=whom.left_out, in_doubt=in_doubt)


def _require_beginning(campaign: Campaign, timing: Timing, now: datetime) -> None:
    """Raise InputError if the first batch would go when the event is over."""
    if timing.starts_at is not None and is_over(campaign.event, timing.starts_at):
        raise InputError(fields={"starts_at": "The event is over by then. Choose an earlier start."})
    if is_over(campaign.event, first_start(timing, now)):
        raise InputError(
            fields={"opens": "Sending would begin when the event is over. Choose other hours or days."}
        )
