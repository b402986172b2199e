"""Reads uploaded lists in the background, and shows the outcome in the view that waits for it."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from functools import partial

from slack_sdk import WebClient

from campaigns.errors import InputError, SendInvitesError, StateError
from campaigns.ports import Upload
from campaigns.service import CampaignService, Imported
from handlers.blocks import Json
from handlers.error_ids import new_error_id
from handlers.screens import replace
from handlers.views_difference import check_changes
from handlers.views_import import not_used, ready
from handlers.views_notes import broken, trouble

_log = logging.getLogger(__name__)

GRACE = timedelta(seconds=0.8)
"""The least time between a submission and its outcome: our answer to it, which shows *Reading your list…*,
must be on the screen before the outcome takes its place, or it would stay there for good."""

WORKERS = 2


class Importer:
    """A small pool of its own, so that long lists never hold up Bolt's threads."""

    def __init__(self, campaigns: CampaignService, client: WebClient, *, grace: timedelta = GRACE) -> None:
        self._campaigns = campaigns
        self._client = client
        self._grace = grace
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="importer")
        self._taken: set[int] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def start(self) -> int:
        """Take up what a stopped process left unread; returns how many lists that were."""
        unfinished = self._campaigns.unfinished_uploads()
        for upload in unfinished:
            self.take(upload)
        return len(unfinished)

    def take(self, upload: Upload) -> None:
        """Read this list soon; the same upload is read once however often it is handed in."""
        with self._lock:
            if upload.id in self._taken or upload.campaign_id is not None or self._stopping.is_set():
                return
            self._taken.add(upload.id)
        future = self._pool.submit(self._import, upload, time.monotonic())
        future.add_done_callback(partial(self._close, upload))

    def stop(self) -> None:
        """Finish the list that is being read; the others are taken up at the next start."""
        self._stopping.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _import(self, upload: Upload, taken_at: float) -> None:
        screen = self._outcome(upload)
        if screen is None:
            return
        self._stopping.wait(max(0.0, taken_at + self._grace.total_seconds() - time.monotonic()))
        replace(self._client, upload.view_id, screen)

    def _outcome(self, upload: Upload) -> Json | None:
        try:
            read = self._campaigns.import_list(upload)
        except InputError as error:
            return not_used(upload, error)
        except StateError:
            return None  # it was read before, and its outcome is on the screen
        except SendInvitesError as error:
            _log.warning("list_not_read", extra={"upload": upload.id, "error": type(error).__name__})
            return trouble(error)
        if isinstance(read, Imported):
            return ready(read)
        return check_changes(upload.id, upload.form.event.title, read)

    def _close(self, upload: Upload, future: "Future[None]") -> None:
        """Nothing may vanish in a thread: what was not foreseen is logged and told."""
        if future.cancelled() or (error := future.exception()) is None:
            return
        error_id = new_error_id()
        _log.error("list_import_failed", exc_info=error, extra={"upload": upload.id, "error_id": error_id})
        replace(self._client, upload.view_id, broken(error_id))


Importing = Callable[[Upload], None]
"""What the forms need of the importer."""
