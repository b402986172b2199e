"""Where a due batch is carried: in this process's own threads."""

import logging
import threading

from campaigns.courier import Courier
from campaigns.ports import Alarm
from campaigns.store_port import Store

_log = logging.getLogger(__name__)


class LocalDispatcher:
    """Sends with as many threads as the run's account has connections."""

    def __init__(self, store: Store, courier: Courier, alarm: Alarm) -> None:
        self._store = store
        self._courier = courier
        self._alarm = alarm

    def send(self, run_id: int, seq: int) -> None:
        """Carry batch ``seq`` of run ``run_id`` as far as it goes now; then look what is due next."""
        try:
            others = [
                threading.Thread(target=self._carry, args=(run_id, seq), name=f"run-{run_id}-{number}")
                for number in range(1, self._connections(run_id))
            ]
            for thread in others:
                thread.start()
            self._carry(run_id, seq)
            for thread in others:
                thread.join()
        finally:
            self._alarm.wake()

    def _connections(self, run_id: int) -> int:
        with self._store.reading() as work:
            campaign = work.campaigns.get(work.runs.get(run_id).campaign_id)
            return work.accounts.get(campaign.account_id).connections

    def _carry(self, run_id: int, seq: int) -> None:
        try:
            self._courier.send_chunk(run_id, seq)
        except Exception:  # noqa: BLE001 - a worker thread's last door
            # the batch's lease ends by itself and the job store hands it out again
            _log.exception("batch_interrupted", extra={"run": run_id, "batch": seq})
