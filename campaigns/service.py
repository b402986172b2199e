"""Use-cases around a campaign: create it from an uploaded list, look at it, change its event."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from campaigns.checkpoint import checkpoint
from campaigns.errors import InputError, NotFound, RosterError, StateError
from campaigns.merge import check, missing
from campaigns.model import Account, Campaign, Event, Kind, Problem
from campaigns.notices import Draft, NoticeKind
from campaigns.ports import (
    Alarm,
    Attachments,
    CampaignForm,
    CampaignSummary,
    Clock,
    Selection,
    Upload,
)
from campaigns.roles import Actor, require
from campaigns.roster import Roster
from campaigns.store_port import Store


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """One page of the Campaign List; ``total`` counts all campaigns of the workspace."""

    items: list[CampaignSummary]
    total: int


@dataclass(frozen=True, slots=True)
class CampaignView:
    """A campaign as its owner sees it: how many could be invited now, how many hold an older revision."""

    summary: CampaignSummary
    to_invite: int
    to_update: int
    missing_values: int


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an uploaded list."""

    campaign: Campaign
    problems: list[Problem]
    duplicates: int
    missing_values: int


class CampaignService:
    """What people do with campaigns, whatever the medium. Every call checks who asks."""

    def __init__(self, store: Store, attachments: Attachments, clock: Clock, alarm: Alarm) -> None:
        self._store = store
        self._attachments = attachments
        self._clock = clock
        self._alarm = alarm

    def accounts(self) -> list[Account]:
        """The accounts a campaign can send from."""
        with self._store.reading() as work:
            return [account for account in work.accounts.all() if account.is_current]

    def page(self, actor: Actor, *, offset: int = 0, limit: int = 20) -> CampaignPage:
        """Newest first."""
        with self._store.reading() as work:
            items = work.campaigns.summaries(actor.workspace, limit=limit, offset=offset)
            return CampaignPage(items, work.campaigns.count(actor.workspace))

    def view(self, actor: Actor, campaign_id: int) -> CampaignView:
        """Raises NotFound, NotAllowed."""
        with self._store.reading() as work:
            campaign = work.campaigns.get(campaign_id, actor.workspace)
            require(actor, campaign)
            return CampaignView(
                summary=work.campaigns.summary(campaign),
                to_invite=work.campaigns.selected(campaign, Selection(Kind.INVITE)),
                to_update=work.campaigns.selected(campaign, Selection(Kind.UPDATE)),
                missing_values=work.campaigns.missing_values(campaign.id),
            )

    def submit(
        self,
        actor: Actor,
        form: CampaignForm,
        *,
        file: Mapping[str, object],
        view_id: str,
        submission: str,
    ) -> Upload:
        """Keep a valid form and its file until the list is read; the same submission twice is one upload."""
        checkpoint("submit.before_commit")
        with self._store.writing() as work:
            upload = work.uploads.add(
                form,
                workspace=actor.workspace,
                user=actor.user,
                view_id=view_id,
                file=file,
                submission=submission,
                now=self._clock.now(),
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

    def import_list(self, upload: Upload) -> Imported:
        """Read the list and create the campaign, in one commit.

        Raises RosterError, TemplateError: then nothing is stored but a notice to the uploader.
        """
        try:
            roster = self._attachments.read(upload)
            texts = merge_texts(upload.form.event)
            check(texts, roster.columns)
        except InputError as error:
            self._refuse(upload, error)
            raise
        gaps = _gaps(texts, roster)
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
                raise StateError("This list was read already.", hint="Open the Campaign List to find it.")
            work.notices.write(
                Draft(
                    NoticeKind.IMPORTED,
                    f"imported:{upload.id}",
                    campaign_id=campaign.id,
                    payload={
                        "user": upload.user,
                        "attendees": str(len(roster.attendees)),
                        "problems": str(len([p for p in roster.problems if p.blocks])),
                        "remarks": str(len([p for p in roster.problems if not p.blocks])),
                        "duplicates": str(roster.duplicates),
                        "missing_values": str(len(gaps)),
                    },
                ),
                now,
            )
        self._alarm.wake()
        return Imported(campaign, roster.problems + gaps, roster.duplicates, len(gaps))

    def revise(self, actor: Actor, campaign_id: int, event: Event) -> Campaign:
        """Change the event: SEQUENCE rises by one, and who was invited before can be updated.

        Raises NotFound, NotAllowed, TemplateError; StateError if nothing was changed.
        """
        texts = merge_texts(event)
        with self._store.reading() as work:
            campaign = work.campaigns.get(campaign_id, actor.workspace)
            require(actor, campaign)
            check(texts, campaign.columns)
            gaps = sum(1 for _ in missing(texts, work.campaigns.attendees(campaign_id)))
        if event == campaign.event:
            raise StateError("Nothing was changed.", hint="Change a field, or close this form.")
        now = self._clock.now()
        with self._store.writing() as work:
            return work.campaigns.revise(campaign_id, event, missing_values=gaps, now=now)

    def _refuse(self, upload: Upload, error: InputError) -> None:
        now = self._clock.now()
        with self._store.writing() as work:
            if not work.uploads.finish(upload.id, campaign_id=None, now=now):
                return
            work.notices.write(
                Draft(
                    NoticeKind.REFUSED,
                    f"refused:{upload.id}",
                    payload={
                        "workspace": upload.workspace,
                        "user": upload.user,
                        "title": upload.form.event.title,
                        "message": error.message,
                        "hint": error.hint,
                        "is_list": "yes" if isinstance(error, RosterError) else "",
                    },
                ),
                now,
            )
        self._alarm.wake()


def merge_texts(event: Event) -> tuple[str, ...]:
    """The texts of an event that may hold merge fields."""
    return (event.title, event.greeting, event.place, event.description)


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
