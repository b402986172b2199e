"""Work that takes longer than Slack waits: done aside, by few, and shown when our answer is on the screen."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from functools import partial

GRACE = timedelta(seconds=0.8)
"""The least time between a submission and its outcome: our answer to it, which shows that work is under way,
must be on the screen before the outcome takes its place, or it would stay there for good."""

_WORKERS = 2
_MOST_KNOWN = 5_000

Show = Callable[[], None]


class SideWork:
    """A small pool of its own, so that what is slow never holds up Bolt's threads.

    A piece of work returns what shows its outcome, or None where there is nothing to show. What nobody
    foresaw is handed to ``failed``: nothing may vanish in a thread.
    """

    def __init__(self, name: str, grace: timedelta = GRACE) -> None:
        self._grace = grace
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix=name)
        self._taken: OrderedDict[Hashable, None] = OrderedDict()
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def take(
        self, key: Hashable, work: Callable[[], Show | None], failed: Callable[[BaseException], None]
    ) -> None:
        """Do it soon; the same ``key`` is done once however often it is handed in."""
        with self._lock:
            if key in self._taken or self._stopping.is_set():
                return
            self._taken[key] = None
            while len(self._taken) > _MOST_KNOWN:
                self._taken.popitem(last=False)
        future = self._pool.submit(self._do, work, failed, time.monotonic())
        future.add_done_callback(partial(_look_after, failed))

    def stop(self, *, drop_waiting: bool = False) -> None:
        """Finish what is under way, and unless ``drop_waiting`` what was taken besides."""
        self._stopping.set()
        self._pool.shutdown(wait=True, cancel_futures=drop_waiting)

    def _do(
        self, work: Callable[[], Show | None], failed: Callable[[BaseException], None], taken_at: float
    ) -> None:
        show: Show | None
        try:
            show = work()
        except Exception as error:  # noqa: BLE001 - nothing may vanish in a thread: it is told, in its time
            show = partial(failed, error)
        if show is not None:
            self._stopping.wait(max(0.0, taken_at + self._grace.total_seconds() - time.monotonic()))
            show()


def _look_after(failed: Callable[[BaseException], None], future: "Future[None]") -> None:
    if not future.cancelled() and (error := future.exception()) is not None:
        failed(error)
