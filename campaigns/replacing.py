"""The run whose place another one would take, and what it has still to do."""

from dataclasses import dataclass

from campaigns.lifecycle import outranks
from campaigns.model import Kind, Run
from campaigns.ports import Whom
from campaigns.store_port import UnitOfWork


@dataclass(frozen=True, slots=True)
class Replaced:
    """``waiting`` are queued in it, by what it would have done for them."""

    run: Run
    waiting: Whom


def replaced_by(work: UnitOfWork, campaign_id: int, kind: Kind) -> Replaced | None:
    """The run that is on, if one of ``kind`` would take its place."""
    run = work.runs.latest(campaign_id)
    if run is None or run.ended_at is not None or not outranks(kind, run.kind):
        return None
    return Replaced(run, work.runs.waiting(run.id))
