"""Who was not reached, as a file for whoever asks."""

from campaigns.access import run_for
from campaigns.errors import StateError
from campaigns.model import Attachment, Campaign
from campaigns.reporting import failures_file
from campaigns.roles import Actor, Right
from campaigns.store_port import Store


class FailureLists:
    """The list that a run's end posts in its thread, once more and as it is now."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of_run(self, actor: Actor, run_id: int) -> tuple[Campaign, Attachment]:
        """Raises NotFound, NotAllowed; StateError if everybody was reached."""
        with self._store.reading() as work:
            _, campaign = run_for(work, actor, run_id, Right.LOOK)
            if not work.runs.progress(run_id).counts.unreached:
                raise StateError("Nobody failed in this run.", hint="There is nothing to list.")
            return campaign, failures_file(work, run_id)
