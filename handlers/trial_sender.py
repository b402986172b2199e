"""Sends test invites in the background, and says how it went in the view that waits, or in a message."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from slack_sdk import WebClient

from campaigns.errors import SendInvitesError
from handlers.blocks import Json
from handlers.error_ids import number_of
from handlers.mrkdwn import advice, safe
from handlers.screens import replace
from handlers.side_work import GRACE, Show, SideWork
from handlers.slack_faults import SLACK_TROUBLE, short_of
from handlers.views_notes import broken, unforeseen
from handlers.views_trial import sent_words, trial_not_sent, trial_sent

_log = logging.getLogger(__name__)


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
    """A mail server may be slow, so tests are sent aside."""

    def __init__(self, client: WebClient, *, grace: timedelta = GRACE) -> None:
        self._client = client
        self._aside = SideWork("trials", grace)

    def take(self, trial: Trial) -> None:
        """Send it soon; a doubled press is one test."""
        self._aside.take(trial.key, partial(self._send, trial), partial(self._failed, trial))

    def stop(self) -> None:
        """Finish the tests that were taken."""
        self._aside.stop()

    def _send(self, trial: Trial) -> Show:
        try:
            trial.send()
        except SendInvitesError as error:
            _log.info("test_not_sent", extra={"error": type(error).__name__})
            screen, said = trial_not_sent(error), f"Your test invite: {advice(error)}"
        else:
            screen = trial_sent(trial.address, is_own=trial.is_own)
            said = f"Your test invite: {safe(sent_words(trial.address), 500)}"
        return lambda: self._show(trial, screen, said)

    def _show(self, trial: Trial, screen: Json, said: str) -> None:
        if replace(self._client, trial.view_id, screen):
            return
        try:
            self._client.chat_postMessage(
                channel=trial.user, text=said, unfurl_links=False, unfurl_media=False
            )
        except SLACK_TROUBLE as error:
            _log.warning("person_not_told", extra={"error": short_of(error)})

    def _failed(self, trial: Trial, error: BaseException) -> None:
        error_id = number_of(error)
        _log.error("test_invite_failed", exc_info=error, extra={"error_id": error_id})
        self._show(trial, broken(error_id), unforeseen(error_id))


TrialSending = Callable[[Trial], None]
"""What the form needs of the sender."""
