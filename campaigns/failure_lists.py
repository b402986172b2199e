"""Who was not reached, as a file for whoever asks."""

from campaigns.errors import StateError
from campaigns.export import csv_bytes
from campaigns.model import Attachment, Campaign
from campaigns.report import FAILURE_COLUMNS, failure_row
from campaigns.roles import Actor, Right, require
from campaigns.store_port import Store


class FailureLists:
    """The list that a run's end posts in its thread, once more and as it is now."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of_run(self, actor: Actor, run_id: int) -> tuple[Campaign, Attachment]:
        """Raises NotFound, NotAllowed; StateError if everybody was reached."""
        with self._store.reading() as work:
            run = work.runs.get(run_id)
            campaign = work.campaigns.get(run.campaign_id, actor.workspace)
            require(actor, campaign, Right.LOOK)
            rows = [failure_row(failure) for failure in work.runs.failures(run_id)]
        if not rows:
            raise StateError("Nobody failed in this run.", hint="There is nothing to list.")
        return campaign, Attachment(f"not-sent-run-{run_id}.csv", csv_bytes(FAILURE_COLUMNS, rows))
