"""The threads that tell people what the notice rows say."""

import logging
import threading
from datetime import timedelta

from campaigns.errors import StorageTrouble
from campaigns.herald import Herald

_ROUND = timedelta(seconds=1)

_log = logging.getLogger(__name__)


class Outbox:
    """Runs one herald until stopped; ``wake`` makes it look at once.

    Media that fail apart have an outbox each: a mail does not wait for a Slack that hangs.
    """

    def __init__(self, name: str, herald: Herald) -> None:
        self._name = name
        self._herald = herald
        self._woken = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=f"outbox-{name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._woken.set()

    def stop(self) -> None:
        """Finish the notice that is being told, and end."""
        self._stopping = True
        self._herald.stop()
        self._woken.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping:
            self._woken.clear()
            try:
                looked_at = self._herald.tell_due()
            except StorageTrouble as trouble:
                facts = {"outbox": self._name, "evidence": str(trouble)}
                _log.warning("outbox_waits_for_the_database", extra=facts)
                looked_at = 0
            except Exception:  # noqa: BLE001 - the thread's last door: whatever it was, later notices must go out
                _log.exception("outbox_stumbled", extra={"outbox": self._name})
                looked_at = 0
            if not looked_at:
                self._woken.wait(_ROUND.total_seconds())
