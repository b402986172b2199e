"""Who joins a run of the in-memory store later; see ``storage.run_members``."""

from dataclasses import replace

from campaigns.list_changes import TAKEN_OFF
from campaigns.model import Campaign, DeliveryState, Kind, Run
from campaigns.ports import Selection
from storage.memory_ledger import AttendeeRow, DeliveryRow, Ledger
from storage.memory_selecting import chosen_people


def sorted_newcomers(
    ledger: Ledger, campaign: Campaign, into: Run
) -> tuple[list[tuple[DeliveryRow, AttendeeRow, Kind]], list[tuple[AttendeeRow, Kind]]]:
    """Those who are queued again with the delivery they have in the run, and those who have none."""
    members = {row.attendee_id: row for row in ledger.deliveries.where("run", into.id)}
    chosen = chosen_people(ledger, campaign, Selection(into.kind, newcomers=True))
    again = [(members[row.id], row, deed) for row, deed in chosen if row.id in members]
    new = [(row, deed) for row, deed in chosen if row.id not in members]
    return [one for one in again if _was_taken_off(one[0])], new


def queued_again(earlier: DeliveryRow, member: DeliveryRow) -> DeliveryRow:
    """``earlier`` as ``member`` would stand in the run; number and date of a try stay."""
    return replace(
        earlier,
        state=DeliveryState.QUEUED,
        deed=member.deed,
        batch_seq=None,
        not_before=member.not_before,
        cause="",
        hint="",
        settled_at=None,
    )


def are_in(ledger: Ledger, run_id: int) -> None:
    """Who is queued in the run is no newcomer any more."""
    for delivery in ledger.deliveries.where("state", (run_id, DeliveryState.QUEUED)):
        row = ledger.attendees.get(delivery.attendee_id)
        if row is not None and row.is_new:
            ledger.attendees.put(replace(row, is_new=False))


def _was_taken_off(row: DeliveryRow) -> bool:
    return row.state is DeliveryState.SKIPPED and row.cause == TAKEN_OFF
