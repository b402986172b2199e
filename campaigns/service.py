"""Use-cases around a campaign: find it, look at it, and read the lists that are uploaded for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from campaigns import deeds
from campaigns.access import campaign_for
from campaigns.account import Account
from campaigns.account_access import may_use, require_use
from campaigns.checkpoint import checkpoint
from campaigns.errors import InputError, NotFound, StateError
from campaigns.history import Deed, Entry, NewEntry
from campaigns.homes import touch_homes
from campaigns.list_changes import SAMPLES, merged_columns
from campaigns.list_notices import difference_notice, imported_notice, refused_notice
from campaigns.merge import check, merge_texts, missing
from campaigns.model import Campaign, Kind, Problem, Run
from campaigns.ports import Alarm, CampaignForm, CampaignSummary, Clock, ListQuery, Selection, Whom
from campaigns.roles import Actor, Right, require_create
from campaigns.roster import Roster
from campaigns.store_port import Store, UnitOfWork
from campaigns.suppressing import count_suppressed
from campaigns.uploaded_list import Attachments, Difference, ListPurpose, Upload


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """One page of the Campaign List; ``total`` counts what ``query`` finds on all its pages."""

    items: list[CampaignSummary]
    total: int
    query: ListQuery


@dataclass(frozen=True, slots=True)
class CampaignView:
    """A campaign as its owner sees it: how many each run would be for.

    ``to_update`` hold an outdated version, or one that must be taken back; ``whom`` is all that an update run
    would do, first invites as well; ``waiting`` what the run that is on has still to do. ``left_out`` would
    be invited but for a never-invite list, and ``in_doubt`` are not, since they may have the invite or not.
    """

    summary: CampaignSummary
    to_invite: int
    to_update: int
    missing_values: int
    to_cancel: int = 0
    to_remind: int = 0
    whom: Whom = field(default_factory=Whom)
    waiting: Whom = field(default_factory=Whom)
    left_out: int = 0
    in_doubt: int = 0

    @property
    def kept_back(self) -> int:
        """Who would be updated but for a never-invite list: they keep an earlier version."""
        return self.whom.left_out - self.left_out

    @property
    def run_that_is_on(self) -> Run | None:
        run = self.summary.run
        return run if run is not None and run.ended_at is None else None


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an uploaded list."""

    campaign: Campaign
    problems: list[Problem]
    duplicates: int
    missing_values: int
    never_invited: int = 0


class CampaignService:
    """What people do with campaigns, whatever the medium. Every call checks who asks."""

    def __init__(self, store: Store, attachments: Attachments, clock: Clock, alarm: Alarm) -> None:
        self._store = store
        self._attachments = attachments
        self._clock = clock
        self._alarm = alarm

    def accounts(self, actor: Actor) -> list[Account]:
        """Those that ``actor`` may make campaigns with; also ones that need renewal."""
        with self._store.reading() as work:
            known = work.accounts.of_workspace(actor.workspace)
            return [account for account in known if account.is_current and may_use(actor, account)]

    def page(self, actor: Actor, query: ListQuery) -> CampaignPage:
        """Newest first."""
        with self._store.reading() as work:
            items = work.campaigns.summaries(actor.workspace, query)
            return CampaignPage(items, work.campaigns.count(actor.workspace, query), query)

    def home_opened(self, actor: Actor, query: ListQuery) -> None:
        """``actor`` looks at this place of the Home tab: it is kept up to date from now on."""
        with self._store.writing() as work:
            work.homes.opened(actor.workspace, actor.user, query, self._clock.now())

    def home_place(self, actor: Actor) -> ListQuery:
        """Where ``actor`` left the Home tab."""
        with self._store.reading() as work:
            return work.homes.place(actor.workspace, actor.user)

    def view(self, actor: Actor, campaign_id: int, right: Right = Right.LOOK) -> CampaignView:
        """For whoever has ``right``. Raises NotFound, NotAllowed."""
        with self._store.reading() as work:
            campaign = campaign_for(work, actor, campaign_id, right)
            invites, updates = (_whom(work, campaign, kind) for kind in (Kind.INVITE, Kind.UPDATE))
            summary = work.campaigns.summary(campaign)
            on = summary.run if summary.run is not None and summary.run.ended_at is None else None
            return CampaignView(
                summary=summary,
                to_invite=invites.total,
                to_update=updates.updates + updates.cancels,
                missing_values=work.campaigns.missing_values(campaign.id),
                to_cancel=work.campaigns.selected(campaign, Selection(Kind.CANCEL)),
                to_remind=_whom(work, campaign, Kind.REMIND).total,
                whom=updates,
                waiting=work.runs.waiting(on.id) if on is not None else Whom(),
                left_out=invites.left_out,
                in_doubt=work.campaigns.in_doubt(campaign),
            )

    def history(self, actor: Actor, campaign_id: int, limit: int = 20) -> list[Entry]:
        """Who did what, newest first. Raises NotFound, NotAllowed."""
        with self._store.reading() as work:
            campaign_for(work, actor, campaign_id, Right.LOOK)
            return work.history.of_campaign(campaign_id, limit=limit)

    def submit(
        self,
        actor: Actor,
        form: CampaignForm,
        *,
        file: Mapping[str, object],
        view_id: str,
        submission: str,
        purpose: ListPurpose = ListPurpose.NEW,
        target: int | None = None,
    ) -> Upload:
        """Keep a valid form and its file until the list is read; the same submission twice is one upload.

        ``target`` is the campaign whose list is to change. Raises NotFound, NotAllowed.
        """
        checkpoint("submit.before_commit")
        with self._store.writing() as work:
            if target is None:
                require_create(actor)
                require_use(actor, work.accounts.get(form.account_id))
            else:
                campaign_for(work, actor, target, Right.EDIT)
            upload = work.uploads.add(
                form,
                workspace=actor.workspace,
                user=actor.user,
                view_id=view_id,
                file=file,
                submission=submission,
                now=self._clock.now(),
                purpose=purpose,
                target=target,
            )
        checkpoint("submit.after_commit")
        return upload

    def unfinished_uploads(self) -> list[Upload]:
        """Uploads that a stopped process left behind."""
        with self._store.reading() as work:
            return work.uploads.unfinished()

    def upload(self, actor: Actor, upload_id: int) -> Upload:
        """What ``actor`` submitted, to fill the form again. Raises NotFound, also for another person's."""
        with self._store.reading() as work:
            found = work.uploads.get(upload_id)
        if (found.workspace, found.user) != (actor.workspace, actor.user):
            raise NotFound
        return found

    def import_list(self, upload: Upload) -> Imported | Difference:
        """Read the list. A new campaign's is created; one for a campaign that exists is only compared.

        Raises RosterError, TemplateError: then nothing is stored but a notice to the uploader.
        """
        try:
            roster = self._attachments.read(upload)
            self._check_texts(upload, roster)
        except InputError as error:
            self._refuse(upload, error)
            raise
        target = upload.target
        outcome = self._create(upload, roster) if target is None else self._stage(upload, target, roster)
        self._alarm.wake()
        return outcome

    def _check_texts(self, upload: Upload, roster: Roster) -> None:
        if upload.target is None:
            check(merge_texts(upload.form.event), roster.columns)
            return
        with self._store.reading() as work:
            campaign = work.campaigns.get(upload.target, upload.workspace)
        columns = merged_columns(campaign.columns, roster.columns, upload.purpose)
        check(merge_texts(campaign.event), columns)

    def _create(self, upload: Upload, roster: Roster) -> Imported:
        gaps = _gaps(merge_texts(upload.form.event), roster)
        now = self._clock.now()
        with self._store.writing() as work:
            campaign = work.campaigns.add(
                upload.form,
                workspace=upload.workspace,
                owner=upload.user,
                roster=replace(roster, problems=roster.problems + gaps),
                missing_values=len(gaps),
                now=now,
            )
            if not work.uploads.finish(upload.id, campaign_id=campaign.id, now=now):
                raise _read_already()
            facts = {"attendees": str(campaign.attendees)}
            deeds.record(work, None, NewEntry(campaign.id, Deed.CREATED, upload.user, facts=facts), now)
            never = _never_invited(work, upload, roster)
            work.notices.write(imported_notice(upload, campaign, roster, len(gaps), never), now)
            touch_homes(work, upload.workspace, now)
        return Imported(campaign, roster.problems + gaps, roster.duplicates, len(gaps), never)

    def _stage(self, upload: Upload, target: int, roster: Roster) -> Difference:
        now = self._clock.now()
        with self._store.writing() as work:
            staged = work.lists.stage(upload.id, roster, now)
            difference = work.lists.difference(upload, samples=SAMPLES)
            takes_in = work.campaigns.get(target).takes_in
            is_first = work.uploads.finish(upload.id, campaign_id=target, now=now)
            if not staged or difference is None or not is_first:
                raise _read_already()
            never = _never_invited(work, upload, roster)
            work.notices.write(difference_notice(upload, difference, never), now)
            checkpoint("list.before_stage")
        checkpoint("list.staged")
        return replace(difference, takes_in=takes_in)

    def _refuse(self, upload: Upload, error: InputError) -> None:
        now = self._clock.now()
        with self._store.writing() as work:
            if not work.uploads.finish(upload.id, campaign_id=None, now=now):
                return
            work.notices.write(refused_notice(upload, error), now)
        self._alarm.wake()


def _whom(work: UnitOfWork, campaign: Campaign, kind: Kind) -> Whom:
    """Nobody gets anything of an event that was cancelled but that word."""
    return Whom() if campaign.is_cancelled else work.campaigns.whom(campaign, Selection(kind))


def _never_invited(work: UnitOfWork, upload: Upload, roster: Roster) -> int:
    return count_suppressed(work, upload.workspace, upload.target, [one.key for one in roster.attendees])


def _read_already() -> StateError:
    return StateError("This list was read already.", hint="Open the Campaign List to find it.")


def _gaps(texts: tuple[str, ...], roster: Roster) -> list[Problem]:
    return [
        Problem(
            attendee.line,
            attendee.address,
            f"No value for {{{{{name}}}}}; it will read as nothing. "
            f"Fill the column, or write {{{{{name}|a default}}}}.",
            blocks=False,
        )
        for attendee, name in missing(texts, roster.attendees)
    ]
