"""Whom a run is for, in the in-memory store; see ``storage.selecting`` for the same as conditions."""

from collections import Counter

from campaigns.account_port import Why
from campaigns.holding import deed_for, holds
from campaigns.model import Campaign, DeliveryState, Kind
from campaigns.ports import Selection, Uninvited
from storage.memory_ledger import AttendeeRow, DeliveryRow, Ledger

_UNREACHABLE = frozenset({Why.BOUNCED, Why.COMPLAINED})


def chosen_people(ledger: Ledger, campaign: Campaign, selection: Selection) -> list[tuple[AttendeeRow, Kind]]:
    """Whom ``selection`` means, and what they get."""
    found = needy_people(ledger, campaign, selection)
    return [(row, deed) for row, deed, is_allowed in found if is_allowed]


def needy_people(
    ledger: Ledger, campaign: Campaign, selection: Selection
) -> list[tuple[AttendeeRow, Kind, bool]]:
    """The same with those whom a never-invite list forbids: last is whether none does."""
    on_the_wire = {row.attendee_id for row in ledger.deliveries.where("on_the_wire", key=True)}
    earlier = _earlier(ledger, selection)
    needy = []
    for row in ledger.attendees.where("known", campaign.id):
        if selection.newcomers and not row.is_new:
            continue
        if earlier is not None and row.id not in earlier:
            continue
        if earlier is not None and selection.from_state is DeliveryState.UNSURE:
            deed = _again(row, earlier[row.id].deed)
        else:
            deed = deed_for(selection.kind, row, campaign.revision, is_on_the_wire=row.id in on_the_wire)
        if deed is not None:
            needy.append((row, deed, not _is_refused(ledger, campaign, row, deed)))
    return needy


def uninvited(ledger: Ledger, campaign: Campaign) -> Uninvited:
    """See ``campaigns.store_port.Campaigns.uninvited``."""
    listed = ledger.attendees.where("campaign", campaign.id)
    new = (row for row in listed if row.is_new and is_wanted(ledger, campaign, row))
    return Uninvited(**Counter(stand for row in new if (stand := _stand(ledger, row))))


def _stand(ledger: Ledger, row: AttendeeRow) -> str:
    """'' if there is nothing to do for them."""
    theirs = list(ledger.deliveries.where("attendee", row.id))
    if any(one.state is DeliveryState.SENDING for one in theirs):
        return "on_the_wire"
    taking_back = any(one.state is DeliveryState.UNSURE and one.deed is Kind.CANCEL for one in theirs)
    if row.unsure and (not holds(row) or taking_back):
        return "in_doubt"
    return "" if holds(row) else "to_invite"


def is_wanted(ledger: Ledger, campaign: Campaign, row: AttendeeRow) -> bool:
    """On no never-invite list."""
    return not _is_refused(ledger, campaign, row, Kind.INVITE)


def _earlier(ledger: Ledger, selection: Selection) -> dict[int, DeliveryRow] | None:
    if selection.from_run is None:
        return None
    rows = ledger.deliveries.where("state", (selection.from_run, selection.from_state))
    return {row.attendee_id: row for row in rows}


def _again(row: AttendeeRow, deed: Kind) -> Kind | None:
    is_meant = row.removed_at is None or deed is Kind.CANCEL
    return deed if row.unsure and is_meant else None


def _is_refused(ledger: Ledger, campaign: Campaign, row: AttendeeRow, deed: Kind) -> bool:
    key = row.attendee.key
    entries = (
        ledger.suppressions.first("person", (campaign.workspace, key)),
        ledger.exclusions.first("person", (campaign.id, key)),
    )
    whys = {found.entry.why for found in entries if found is not None}
    return bool(whys & _UNREACHABLE if deed is Kind.CANCEL else whys)
