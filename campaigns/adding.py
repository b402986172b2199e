"""Adding people to the list of a campaign row by row: what programs do that know of one more attendee."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from campaigns.columns import Columns, Row
from campaigns.deeds import record
from campaigns.errors import InputError, StateError
from campaigns.forms import form_of
from campaigns.headings import EMAIL, FIRST, NAME, canonical, field_name, field_names
from campaigns.history import Deed, NewEntry
from campaigns.homes import touch_homes
from campaigns.merge import merge_texts, missing
from campaigns.model import Attendee, Campaign, Kind, Problem
from campaigns.ports import Alarm, CampaignSummary, Clock, Selection
from campaigns.roster import NothingUsable, Roster, read_named_rows
from campaigns.store_port import Store, UnitOfWork
from campaigns.suppressing import count_suppressed
from campaigns.taking_in import Newcomers, TakenIn, TakingIn
from campaigns.uploaded_list import ListPurpose, Upload

MOST_ROWS = 1_000
BY = "The API"
"""Who did it, as the history says it."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What was handed over; each row says a value for some of the columns.

    ``submission`` names the call: the same one again is not done twice. '' if the caller gave it no name.
    """

    rows: Sequence[Mapping[str, str]]
    submission: str = ""


@dataclass(frozen=True, slots=True)
class RowsAdded:
    """What became of it. ``known`` were on the list before; ``left_out``: columns that it has not."""

    campaign: Campaign
    added: int
    known: int
    problems: tuple[Problem, ...]
    duplicates: int
    left_out: tuple[str, ...]
    suppressed: int
    taken_in: TakenIn
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class CampaignFacts:
    """A campaign as a program sees it. ``to_invite``: on the list, not invited yet, and may be."""

    summary: CampaignSummary
    to_invite: int


class Adding:
    """For whoever holds the key of the installation, in all its workspaces: nobody else is asked.

    Raises NotFound for a campaign that there is not.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        alarm: Alarm,
        taking_in: TakingIn,
        *,
        longest_list: int | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._alarm = alarm
        self._taking_in = taking_in
        self._longest_list = longest_list

    def look(self, campaign_id: int) -> CampaignFacts:
        with self._store.reading() as work:
            campaign = work.campaigns.get(campaign_id)
            to_invite = work.campaigns.selected(campaign, Selection(Kind.INVITE))
            return CampaignFacts(work.campaigns.summary(campaign), to_invite)

    def add(self, campaign_id: int, given: Rows) -> RowsAdded:
        """Put on the list who is not on it, by the rules of an uploaded list; nobody else changes.

        Raises InputError (NothingUsable with every problem) if nobody can be added; StateError if the list
        would be too long, or this name was used for other rows.
        """
        now = self._clock.now()
        with self._store.writing() as work:
            work.campaigns.lock(campaign_id)
            campaign = work.campaigns.get(campaign_id)
            roster, left_out = _read(given, campaign)
            upload = _named(work, campaign, given, self._clock) if given.submission else None
            told = RowsAdded(
                campaign=campaign,
                added=0,
                known=len(roster.attendees),
                problems=tuple(roster.problems),
                duplicates=roster.duplicates,
                left_out=left_out,
                suppressed=count_suppressed(
                    work, campaign.workspace, campaign.id, [one.key for one in roster.attendees]
                ),
                taken_in=TakenIn(),
            )
            if upload is not None and upload.campaign_id is not None:
                return _repeated(work, told, upload)
            self._taking_in.hold(work, campaign)
            people = work.campaigns.add_people(campaign_id, roster.attendees)
            added = len(people)
            campaign = work.campaigns.get(campaign_id)
            self._require_room(campaign)
            if upload is not None:
                work.uploads.finish(upload.id, campaign_id=campaign_id, now=now)
            told = replace(told, campaign=campaign, added=added, known=told.known - added)
            if added:
                _count_missing(work, campaign, people)
                facts = {"added": str(added), "upload": str(upload.id) if upload else ""}
                record(work, None, NewEntry(campaign_id, Deed.LIST_CHANGED, BY, facts=facts), now)
                newcomers = Newcomers(added, BY, campaign.owner)
                told = replace(told, taken_in=self._taking_in.after(work, campaign, newcomers, now))
                touch_homes(work, campaign.workspace, now)
        self._alarm.wake()
        return told

    def _require_room(self, campaign: Campaign) -> None:
        if self._longest_list is not None and campaign.attendees > self._longest_list:
            raise StateError(
                f"The list would have more than {self._longest_list:,} people.",
                hint="Nobody was added. Make another campaign, or ask an admin to raise MAX_ROWS.",
            )


def _read(given: Rows, campaign: Campaign) -> tuple[Roster, tuple[str, ...]]:
    """The roster, with the columns that the list has, and the names of those it has not."""
    header = tuple(dict.fromkeys(name for row in given.rows for name in row))
    if not given.rows:
        raise InputError("There is nobody to add.", hint="Give at least one attendee with an email.")
    if len(given.rows) > MOST_ROWS:
        raise InputError(
            f"That is more than {MOST_ROWS:,} attendees.",
            hint="Nobody was added. Send them in several calls.",
        )
    if EMAIL not in header:
        raise InputError("None of these attendees has an email.", hint="Nobody was added.")
    address = header.index(EMAIL)
    rows = [
        Row(line, tuple(row.get(name, "") for name in header)) for line, row in enumerate(given.rows, start=1)
    ]
    columns = Columns(field_names(header, address), address, None)
    roster = read_named_rows(rows, columns, organizer=campaign.organizer.address)
    if not roster.attendees:
        raise NothingUsable(roster.problems)
    named = {canonical(field_name(name)) for name in header}
    kept = {*campaign.columns, EMAIL, NAME}
    left_out = tuple(
        name for name in roster.columns if name not in kept and (name != FIRST or FIRST in named)
    )
    people = [replace(one, fields=_kept(one, campaign)) for one in roster.attendees]
    return replace(roster, attendees=people), left_out


def _kept(attendee: Attendee, campaign: Campaign) -> dict[str, str]:
    return {name: value for name, value in attendee.fields.items() if name in campaign.columns}


def _named(work: UnitOfWork, campaign: Campaign, given: Rows, clock: Clock) -> Upload:
    """The call as it is remembered. Raises StateError if the name stands for other rows."""
    text = json.dumps([dict(row) for row in given.rows], sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    name = hashlib.sha256(given.submission.encode()).hexdigest()
    upload = work.uploads.add(
        form_of(campaign),
        workspace=campaign.workspace,
        user=campaign.owner,
        view_id="",
        file={"digest": digest},
        submission=f"rows:{campaign.id}:{name}",
        now=clock.now(),
        purpose=ListPurpose.APPEND,
        target=campaign.id,
    )
    if upload.file.get("digest") != digest:
        raise StateError(
            "This Idempotency-Key was used before for other attendees.",
            hint="Nobody was added. Use a new key for new attendees.",
        )
    return upload


def _repeated(work: UnitOfWork, told: RowsAdded, upload: Upload) -> RowsAdded:
    """What the first call came to, as the history knows it."""
    done = work.history.of_upload(told.campaign.id, upload.id)
    added = int(done.facts["added"]) if done else 0
    return replace(told, added=added, known=max(0, told.known - added), is_repeat=True)


def _count_missing(work: UnitOfWork, campaign: Campaign, added: Sequence[Attendee]) -> None:
    """Of those who were added alone: what the others lack is counted already, and there may be 50,000."""
    lacking = sum(1 for _ in missing(merge_texts(campaign.event), added))
    if lacking:
        work.campaigns.set_missing_values(campaign.id, work.campaigns.missing_values(campaign.id) + lacking)
