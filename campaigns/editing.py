"""Use-cases that change a campaign that exists: its event, its list, its settings, its place on the list."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import datetime

from campaigns import deeds
from campaigns.access import campaign_for
from campaigns.account_access import require_use
from campaigns.addresses import AddressError, read_address
from campaigns.checkpoint import checkpoint
from campaigns.endings import progress_notice
from campaigns.errors import InputError, NotFound, StateError, TemplateError
from campaigns.history import Deed, NewEntry
from campaigns.homes import touch_homes
from campaigns.list_changes import SAMPLES
from campaigns.merge import asks_for_values, check, merge_texts, missing
from campaigns.model import Campaign, Event, Kind, Medium, Run, RunState
from campaigns.ports import Alarm, CampaignForm, CampaignSettings, Clock
from campaigns.roles import Actor, Right, require, require_create
from campaigns.store_port import Store, UnitOfWork
from campaigns.taking_in import Newcomers, TakenIn, TakingIn
from campaigns.uploaded_list import Difference, Upload

MAX_EDITORS = 50
_HEARD = frozenset({Medium.DIRECT, Medium.MAIL})


@dataclass(frozen=True, slots=True)
class ListChanged:
    """A list as it is now, how many people are new on it, and what becomes of them."""

    campaign: Campaign
    added: int
    taken_in: TakenIn


@dataclass(frozen=True, slots=True)
class _Change:
    """One change being made: the open transaction, the campaign as it was, who makes it and when."""

    work: UnitOfWork
    campaign: Campaign
    actor: Actor
    now: datetime

    def record(self, deed: Deed, run: Run | None = None, **facts: str) -> None:
        entry = NewEntry(self.campaign.id, deed, self.actor.user, run.id if run else None, facts)
        deeds.record(self.work, run, entry, self.now)

    def run_that_is_on(self) -> Run | None:
        run = self.work.runs.latest(self.campaign.id)
        return run if run is not None and run.ended_at is None else None

    def count_missing(self, event: Event) -> int:
        texts = merge_texts(event)
        if not asks_for_values(texts):
            return 0  # without a walk over tens of thousands of attendees
        return sum(1 for _ in missing(texts, self.work.campaigns.attendees(self.campaign.id)))


class CampaignEditing:
    """What people change about campaigns. Every call checks who asks, and writes down who did it."""

    def __init__(
        self, store: Store, clock: Clock, alarm: Alarm, *, taking_in: TakingIn | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self._alarm = alarm
        self._taking_in = taking_in or TakingIn()

    def revise(self, actor: Actor, campaign_id: int, event: Event, *, seen: int | None = None) -> Campaign:
        """Change the event: SEQUENCE rises by one, and who was invited before can be updated.

        A run that is on goes on, with the new version for whoever has not been sent to. ``seen`` is the
        revision that ``event`` was made from. A cancelled event takes place after all, also unchanged. Raises
        NotFound, NotAllowed, TemplateError; StateError if nothing was changed, if somebody else changed it
        since, or while people are told that it is cancelled.
        """
        with self._changing(actor, campaign_id, Right.EDIT) as change:
            before = change.campaign
            check(merge_texts(event), before.columns)
            if event == before.event and not before.is_cancelled:
                raise StateError("Nothing was changed.", hint="Change a field, or close this form.")
            if seen is not None and seen != before.revision:
                raise StateError(
                    "Somebody changed the event while you were at it, so nothing was saved.",
                    hint="Open Edit event again to see it as it is now.",
                )
            run = change.run_that_is_on()
            require_no_cancel_run(run)
            gaps = change.count_missing(event)
            revised = change.work.campaigns.revise(campaign_id, event, missing_values=gaps, now=change.now)
            after_all = ["no longer cancelled"] if before.is_cancelled else []
            what = ", ".join([*after_all, *_differing(before.event, event)])
            change.record(Deed.EDITED, run, fields=what, revision=str(revised.revision))
            return revised

    def change_settings(self, actor: Actor, campaign_id: int, settings: CampaignSettings) -> Campaign:
        """Change whom it tells, where, and who may edit.

        Raises NotFound; NotAllowed, also for naming editors without the right to; InputError by field;
        StateError if nothing was changed.
        """
        _check_settings(settings)
        with self._changing(actor, campaign_id, Right.EDIT) as change:
            before = change.campaign
            if set(settings.editors) != set(before.editors):
                require(actor, before, Right.SHARE)
            was = CampaignSettings(
                before.alert_address, before.mail_progress, before.editors, before.routing, before.takes_in
            )
            if settings == was:
                raise StateError("Nothing was changed.", hint="Change a field, or close this form.")
            changed = change.work.campaigns.change_settings(campaign_id, settings)
            change.record(Deed.SETTINGS_CHANGED, fields=", ".join(_differing(was, settings)))
            return changed

    def difference(self, actor: Actor, upload_id: int) -> tuple[Campaign, Difference]:
        """What applying a list that was read would do now.

        Raises NotFound, NotAllowed; StateError with the truth if it was applied or discarded.
        """
        with self._store.reading() as work:
            upload, campaign = _upload_of(work, actor, upload_id)
            found = work.lists.difference(upload, samples=SAMPLES)
            if found is None:
                raise _settled(work, campaign, upload)
            return campaign, replace(found, takes_in=campaign.takes_in)

    def apply_list(self, actor: Actor, upload_id: int) -> ListChanged:
        """Change the list as ``difference`` says, and have whoever is new taken in where that is wanted.

        Raises NotFound, NotAllowed; TemplateError if a text would lose its column, and then nothing is
        changed; StateError with the truth if it was applied or discarded.
        """
        with self._store.reading() as work:
            upload, campaign = _upload_of(work, actor, upload_id)
        with self._changing(actor, campaign.id, Right.EDIT) as change:
            work = change.work
            difference = work.lists.difference(upload, samples=0)
            self._taking_in.hold(work, change.campaign)
            if difference is None or not work.lists.apply(upload, change.now):
                raise _settled(work, change.campaign, upload)
            campaign = work.campaigns.get(campaign.id)
            _check_columns(campaign)
            work.campaigns.set_missing_values(campaign.id, change.count_missing(campaign.event))
            run = change.run_that_is_on()
            if run is not None:
                work.notices.touch(progress_notice(run), change.now)
            change.record(
                Deed.LIST_CHANGED,
                run,
                upload=str(upload.id),
                added=str(difference.added),
                removed=str(difference.removed),
                changed=str(difference.changed),
            )
            newcomers = Newcomers(difference.added, actor.user, actor.user)
            taken_in = self._taking_in.after(work, campaign, newcomers, change.now)
            return ListChanged(work.campaigns.get(campaign.id), difference.added, taken_in)

    def drop_list(self, actor: Actor, upload_id: int) -> Campaign:
        """Forget a list that was read; the campaign's stays as it is. Raises as ``difference``."""
        with self._store.writing() as work:
            upload, campaign = _upload_of(work, actor, upload_id)
            if not work.lists.drop(upload_id, self._clock.now()):
                raise _settled(work, campaign, upload)
            return campaign

    def archive(self, actor: Actor, campaign_id: int) -> Campaign:
        """Put it away from the Campaign List. Raises StateError while a run is on, or if it was put away."""
        with self._changing(actor, campaign_id, Right.ARCHIVE) as change:
            if change.run_that_is_on() is not None:
                raise StateError(
                    "A run of this campaign is on.", hint="Let it finish, or stop it; then archive."
                )
            if not change.work.campaigns.archive(campaign_id, change.now):
                raise StateError("This campaign is archived already.", hint="Nothing was changed.")
            change.record(Deed.ARCHIVED)
            return change.work.campaigns.get(campaign_id)

    def restore(self, actor: Actor, campaign_id: int) -> Campaign:
        """Put it back on the Campaign List. Raises StateError if it is there."""
        with self._changing(actor, campaign_id, Right.ARCHIVE) as change:
            if not change.work.campaigns.archive(campaign_id, None):
                raise StateError("This campaign is on the list already.", hint="Nothing was changed.")
            change.record(Deed.RESTORED)
            return change.work.campaigns.get(campaign_id)

    def duplicate(self, actor: Actor, source_id: int, form: CampaignForm, submission: str) -> Campaign:
        """A new campaign with ``form`` and another's list.

        The same ``submission`` again is the same campaign. Raises NotFound, NotAllowed, TemplateError.
        """
        with self._changing(actor, source_id, Right.DUPLICATE) as change:
            require_create(actor)
            work, now = change.work, change.now
            require_use(actor, work.accounts.get(form.account_id))
            upload = work.uploads.add(
                form,
                workspace=actor.workspace,
                user=actor.user,
                view_id="",
                file={},
                submission=submission,
                now=now,
            )
            if upload.campaign_id is not None:
                return work.campaigns.get(upload.campaign_id)
            check(merge_texts(form.event), change.campaign.columns)
            made = work.campaigns.copy(change.campaign, form, owner=actor.user, now=now)
            work.campaigns.set_missing_values(made.id, change.count_missing(form.event))
            work.uploads.finish(upload.id, campaign_id=made.id, now=now)
            facts = {"source": str(source_id), "attendees": str(made.attendees)}
            deeds.record(work, None, NewEntry(made.id, Deed.DUPLICATED, actor.user, facts=facts), now)
            return made

    @contextmanager
    def _changing(self, actor: Actor, campaign_id: int, right: Right) -> Iterator[_Change]:
        """One transaction over a campaign on which ``actor`` has ``right``; open Home tabs hear of it."""
        now = self._clock.now()
        with self._store.writing() as work:
            work.campaigns.lock(campaign_id)
            campaign = campaign_for(work, actor, campaign_id, right)
            yield _Change(work, campaign, actor, now)
            touch_homes(work, campaign.workspace, now)
            checkpoint("change.before_commit")
        checkpoint("change.after_commit")
        self._alarm.wake()


def require_no_cancel_run(run: Run | None) -> None:
    """Raise StateError while ``run`` tells people, or is about to, that the event is cancelled."""
    if run is None or run.ended_at is not None or run.kind is not Kind.CANCEL:
        return
    if run.state is RunState.PLANNED:
        raise StateError(
            "A run that cancels this event waits for approval.",
            hint="Decline it, or stop it; then use Edit event again.",
        )
    raise StateError(
        "People are being told that this event is cancelled.",
        hint="Let that run finish, or stop it; then use Edit event again.",
    )


def _upload_of(work: UnitOfWork, actor: Actor, upload_id: int) -> tuple[Upload, Campaign]:
    """A list for a campaign that exists, and that campaign."""
    upload = work.uploads.get(upload_id)
    if upload.target is None or upload.workspace != actor.workspace:
        raise NotFound
    return upload, campaign_for(work, actor, upload.target, Right.EDIT)


def _settled(work: UnitOfWork, campaign: Campaign, upload: Upload) -> StateError:
    """The truth about a list that waits no more: who applied it, if somebody did."""
    applied = work.history.of_upload(campaign.id, upload.id)
    if applied is not None:
        return StateError(
            f"<@{applied.by}> applied these changes already.", hint="Open the campaign to see its list."
        )
    return StateError(
        "These changes wait no more: they were discarded.",
        hint="The attendee list is as it was. Upload the list again if you need it.",
    )


def _check_columns(campaign: Campaign) -> None:
    """Raise TemplateError, with what to do, if the event's texts name a column that the new list has not."""
    try:
        check(merge_texts(campaign.event), campaign.columns)
    except TemplateError as error:
        raise TemplateError(
            f"{error.message} Your event's texts need it, so nothing was changed.",
            hint="Add the column and upload the list again, or give the field a default with Edit event, "
            "such as {{first_name|there}}.",
        ) from error


def _check_settings(settings: CampaignSettings) -> None:
    wrong = {}
    try:
        read_address(settings.alert_address)
    except AddressError as error:
        wrong["alert_address"] = str(error)
    if len(settings.editors) > MAX_EDITORS:
        wrong["editors"] = f"Name at most {MAX_EDITORS} people; admins may edit without being named."
    if not _HEARD & set(settings.routing.alerts):
        wrong["alerts"] = "Somebody must hear when a run needs a hand: keep the direct message or the mail."
    if wrong:
        raise InputError(fields=wrong)


_SAID = {
    "starts_at": "start",
    "ends_at": "end",
    "zone": "time zone",
    "alert_address": "alert address",
    "mail_progress": "progress by mail",
    "routing": "what goes where",
    "is_all_day": "all day",
    "recurrence": "repetition",
    "reminder_minutes": "reminder",
    "takes_in": "automatic invites",
}


def _differing(before: Event | CampaignSettings, after: Event | CampaignSettings) -> list[str]:
    """Which fields differ, in words for the history."""
    names = [one.name for one in fields(before) if getattr(before, one.name) != getattr(after, one.name)]
    return [_SAID.get(name, name) for name in names]
