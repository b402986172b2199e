"""Use-cases around the never-invite lists: that of the workspace, and each campaign's own."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from campaigns.access import campaign_for
from campaigns.account_port import Suppressed, Why
from campaigns.addresses import AddressError, read_address, split_addresses
from campaigns.deeds import record
from campaigns.errors import InputError, NotAllowed, NotFound
from campaigns.export import csv_bytes
from campaigns.history import Deed, NewEntry
from campaigns.invite_clean import one_line
from campaigns.model import Attachment, Campaign
from campaigns.ports import Alarm, Clock
from campaigns.roles import Actor, Right, may_edit_never_invite, require_create, require_edit_never_invite
from campaigns.store_port import Store, UnitOfWork
from campaigns.suppressing import CAUSES, OWN_WORD, skip_queued

MOST_AT_ONCE = 500
COLUMNS = ("Email", "Why", "Since", "Added by")
PASTED = "addresses"
"""The field in which addresses are typed, by which errors name it."""

_MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class Place:
    """One page of one list. ``campaign_id`` None: the list of the workspace.

    ``wanted``: only addresses that hold these letters.
    """

    campaign_id: int | None = None
    wanted: str = ""
    offset: int = 0


@dataclass(frozen=True, slots=True)
class NeverInvited:
    """What stands on a page; ``total`` counts what is found on all of them. ``campaign`` as in ``Place``."""

    place: Place
    campaign: Campaign | None
    entries: tuple[Suppressed, ...]
    total: int
    may_edit: bool


@dataclass(frozen=True, slots=True)
class Added:
    """How many were put on a list, how many stood on it, and how many queued letters were taken back."""

    added: int
    known: int
    skipped: int


@dataclass(frozen=True, slots=True)
class Lifted:
    """Who was taken off a list. ``still`` is the entry of another list that holds for the same campaign."""

    entry: Suppressed
    still: Suppressed | None = None


class NeverInviting:
    """Every call checks who asks. ``campaign_id`` None is the list of the workspace.

    Raises NotFound, NotAllowed.
    """

    def __init__(self, store: Store, clock: Clock, alarm: Alarm) -> None:
        self._store = store
        self._clock = clock
        self._alarm = alarm

    def page(self, actor: Actor, place: Place, limit: int) -> NeverInvited:
        """Latest first."""
        with self._store.reading() as work:
            campaign = _require_look(work, actor, place.campaign_id)
            shown, total = _found(work, actor, campaign, place, limit)
        may_edit = campaign is not None or may_edit_never_invite(actor)
        return NeverInvited(place, campaign, shown, total, may_edit)

    def add(self, actor: Actor, campaign_id: int | None, pasted: str) -> Added:
        """Put everybody on the list whose address is in ``pasted``, and skip what is queued for them.

        Raises InputError with what is wrong, address by address; then nobody was added.
        """
        keys = _keys(pasted)
        now = self._clock.now()
        with self._store.writing() as work:
            campaign = _require_edit(work, actor, campaign_id)
            put = _adder(work, actor, campaign)
            added = [
                key for key in keys if put(Suppressed(key, CAUSES[Why.BY_HAND], now, Why.BY_HAND, actor.user))
            ]
            skipped = skip_queued(work, actor.workspace, added, Why.BY_HAND, now, campaign_id=campaign_id)
            _note(work, actor, campaign, now, added=len(added))
        self._alarm.wake()
        return Added(len(added), len(keys) - len(added), skipped)

    def remove(self, actor: Actor, campaign_id: int | None, key: str) -> Lifted:
        """They may be invited again. NotAllowed too where they asked for it and ``actor`` is no admin."""
        now = self._clock.now()
        with self._store.writing() as work:
            campaign = _require_edit(work, actor, campaign_id)
            if campaign is None:
                entry = work.suppressions.find(actor.workspace, key)
                is_removed = work.suppressions.remove(actor.workspace, key)
                still = None
            else:
                entry = work.suppressions.find_for(campaign.id, key)
                is_removed = work.suppressions.remove_from_campaign(campaign.id, key)
                still = work.suppressions.find_for(campaign.id, key)
            if entry is None or not is_removed:
                raise _gone()
            _require_lift(actor, entry)
            _note(work, actor, campaign, now, removed=1)
        self._alarm.wake()
        return Lifted(entry, still)

    def export(self, actor: Actor, campaign_id: int | None) -> tuple[Campaign | None, Attachment]:
        """The whole list, latest first, as a file."""
        with self._store.reading() as work:
            campaign = _require_look(work, actor, campaign_id)
            content = csv_bytes(COLUMNS, map(_row, _entries(work, actor, campaign)))
        name = f"never-invite-campaign-{campaign.id}.csv" if campaign else "never-invite.csv"
        return campaign, Attachment(name, content)


def _require_look(work: UnitOfWork, actor: Actor, campaign_id: int | None) -> Campaign | None:
    if campaign_id is not None:
        return campaign_for(work, actor, campaign_id, Right.EDIT)
    require_create(actor)
    return None


def _require_edit(work: UnitOfWork, actor: Actor, campaign_id: int | None) -> Campaign | None:
    if campaign_id is not None:
        return campaign_for(work, actor, campaign_id, Right.EDIT)
    require_edit_never_invite(actor)
    return None


def _require_lift(actor: Actor, entry: Suppressed) -> None:
    if entry.why in OWN_WORD and not actor.is_admin:
        raise NotAllowed(
            "This person asked not to be invited.", hint="Only a workspace admin may take them off the list."
        )


def _gone() -> NotFound:
    return NotFound("This person is not on the list any more.", hint="Nothing was changed.")


def _entries(work: UnitOfWork, actor: Actor, campaign: Campaign | None) -> Iterator[Suppressed]:
    if campaign is None:
        return work.suppressions.all(actor.workspace)
    return work.suppressions.of_campaign(campaign.id)


def _found(
    work: UnitOfWork, actor: Actor, campaign: Campaign | None, place: Place, limit: int
) -> tuple[tuple[Suppressed, ...], int]:
    """What stands on the page, and how many are found on all pages."""
    entries, wanted = _entries(work, actor, campaign), place.wanted.casefold()
    if not wanted:
        shown = tuple(islice(entries, place.offset, place.offset + limit))
        return shown, work.suppressions.count(actor.workspace, place.campaign_id)
    found = [entry for entry in entries if wanted in entry.key]
    return tuple(found[place.offset : place.offset + limit]), len(found)


def _adder(work: UnitOfWork, actor: Actor, campaign: Campaign | None) -> Callable[[Suppressed], bool]:
    if campaign is None:
        return lambda entry: work.suppressions.add(actor.workspace, entry)
    return lambda entry: work.suppressions.add_to_campaign(campaign.id, entry)


def _note(work: UnitOfWork, actor: Actor, campaign: Campaign | None, now: datetime, **counts: int) -> None:
    """A campaign's history tells of it; an entry of the workspace's list says itself who made it."""
    facts = {name: str(count) for name, count in counts.items() if count}
    if campaign is not None and facts:
        run = work.runs.latest(campaign.id)
        is_on = run is not None and run.ended_at is None
        entry = NewEntry(campaign.id, Deed.NEVER_INVITE, actor.user, run.id if run and is_on else None, facts)
        record(work, run if is_on else None, entry, now)


def _keys(pasted: str) -> list[str]:
    """Who is meant, each once. Raises InputError that names what cannot be read, and why."""
    keys: dict[str, None] = {}
    wrong: list[str] = []
    for part in _parts(pasted.splitlines()):
        try:
            keys[read_address(part).key] = None
        except AddressError as error:
            wrong.append(f"“{one_line(part)[:60]}”: {error}")
    if wrong:
        more = f" And {len(wrong) - _MOST_TOLD} more." if len(wrong) > _MOST_TOLD else ""
        raise InputError(fields={PASTED: f"{' '.join(wrong[:_MOST_TOLD])}{more} Nobody was added yet."})
    if not keys:
        raise InputError(fields={PASTED: "Enter at least one email address."})
    if len(keys) > MOST_AT_ONCE:
        raise InputError(fields={PASTED: f"Enter at most {MOST_AT_ONCE} addresses at a time."})
    return list(keys)


def _parts(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield from (part for part in split_addresses(line) if part.strip())


def _row(entry: Suppressed) -> tuple[str, str, str, str]:
    since = entry.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return entry.key, WHY_WORDS[entry.why], since, entry.by


WHY_WORDS: dict[Why, str] = {
    Why.UNSUBSCRIBED: "Asked not to be invited",
    Why.COMPLAINED: "Reported an invite as spam",
    Why.BOUNCED: "Their address bounced",
    Why.BY_HAND: "Added by hand",
}
"""Why somebody is on the list, as the list says it."""
