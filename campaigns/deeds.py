"""What a person did, kept in the history and told in the run's thread, in the transaction of the deed."""

from datetime import datetime

from campaigns.history import Deed, Entry, NewEntry
from campaigns.model import Run
from campaigns.notices import MEDIA, Draft, NoticeKind
from campaigns.store_port import UnitOfWork

TOLD_OTHERWISE = frozenset({Deed.STARTED, Deed.STOPPED})
"""Deeds of a run that its thread hears of already: by the run's own message, and by the STOPPED notice."""


def record(work: UnitOfWork, run: Run | None, new: NewEntry, now: datetime) -> Entry:
    """Write ``new`` into the history; where it concerns ``run``, its thread is told who did what and when."""
    entry = work.history.record(new, now)
    if run is not None and new.deed not in TOLD_OTHERWISE:
        told = {**entry.facts, "deed": entry.deed.value, "by": entry.by, "at": entry.at.isoformat()}
        notice = Draft(
            NoticeKind.DEED,
            f"deed:{entry.id}",
            MEDIA[NoticeKind.DEED],
            campaign_id=run.campaign_id,
            run_id=run.id,
            payload=told,
        )
        work.notices.write(notice, now)
    return entry


def record_start(work: UnitOfWork, run: Run, by: str, now: datetime) -> None:
    """Write into the history that ``by`` started ``run``, with what it came to then."""
    facts = {
        "kind": run.kind.value,
        "invites": str(run.total),
        "per_batch": str(run.pace.per_batch or ""),
        "gap_minutes": str(run.pace.gap_minutes),
    }
    record(work, run, NewEntry(run.campaign_id, Deed.STARTED, by, run.id, facts), now)
