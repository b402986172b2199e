"""Sends test invites in the background, and says how it went in the view that waits, or in a message."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from slack_sdk import WebClient

from campaigns.errors import SendInvitesError
from handlers.blocks import Json
from handlers.error_ids import number_of
from handlers.importer import GRACE
from handlers.mrkdwn import advice, safe
from handlers.screens import replace
from handlers.slack_faults import SLACK_TROUBLE, code_of
from handlers.views_notes import broken, unforeseen
from handlers.views_trial import sent_words, trial_not_sent, trial_sent

_log = logging.getLogger(__name__)

WORKERS = 2


@dataclass(frozen=True, slots=True)
class Trial:
    """A test invite that was asked for. ``send`` does it; ``key`` is the same for a doubled press."""

    key: str
    user: str
    view_id: str
    address: str
    send: Callable[[], object]
    is_own: bool = False


class TrialSender:
    """A small pool of its own, so that a slow mail server never holds up Bolt's threads."""

    def __init__(self, client: WebClient, *, grace: timedelta = GRACE) -> None:
        self._client = client
        self._grace = grace
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="trials")
        self._taken: set[str] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def take(self, trial: Trial) -> None:
        """Send it soon; a doubled press is one test."""
        with self._lock:
            if trial.key in self._taken or self._stopping.is_set():
                return
            self._taken.add(trial.key)
        future = self._pool.submit(self._send, trial, time.monotonic())
        future.add_done_callback(partial(self._close, trial))

    def stop(self) -> None:
        """Finish the tests that were taken."""
        self._stopping.set()
        self._pool.shutdown(wait=True)

    def _send(self, trial: Trial, taken_at: float) -> None:
        try:
            trial.send()
        except SendInvitesError as error:
            _log.info("test_not_sent", extra={"error": type(error).__name__})
            screen, said = trial_not_sent(error), f"Your test invite: {advice(error)}"
        else:
            screen = trial_sent(trial.address, is_own=trial.is_own)
            said = f"Your test invite: {safe(sent_words(trial.address), 500)}"
        self._stopping.wait(max(0.0, taken_at + self._grace.total_seconds() - time.monotonic()))
        self._show(trial, screen, said)

    def _show(self, trial: Trial, screen: Json, said: str) -> None:
        if replace(self._client, trial.view_id, screen):
            return
        try:
            self._client.chat_postMessage(
                channel=trial.user, text=said, unfurl_links=False, unfurl_media=False
            )
        except SLACK_TROUBLE as error:
            _log.warning("person_not_told", extra={"error": code_of(error) or type(error).__name__})

    def _close(self, trial: Trial, future: "Future[None]") -> None:
        """Nothing may vanish in a thread: what was not foreseen is logged and told."""
        if future.cancelled() or (error := future.exception()) is None:
            return
        error_id = number_of(error)
        _log.error("test_invite_failed", exc_info=error, extra={"error_id": error_id})
        self._show(trial, broken(error_id), unforeseen(error_id))


TrialSending = Callable[[Trial], None]
"""What the form needs of the sender."""
