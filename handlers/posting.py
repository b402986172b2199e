"""Puts messages, and their files, into Slack."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from campaigns.errors import Busy, Misconfigured
from campaigns.model import Attachment
from campaigns.notices import Notice
from handlers.messages import Message
from handlers.slack_faults import DIRECT_TROUBLE, SLACK_TROUBLE, TOKEN_TROUBLE, code_of, fault_of, short_of

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands; ``root`` is the message its thread hangs on."""

    channel: str
    ts: str
    root: str

    @property
    def reference(self) -> str:
        return f"{self.channel} {self.ts}"


class Posting:
    """Its client must not retry by itself: the outbox does."""

    def __init__(self, client: WebClient) -> None:
        self._client = client
        # Words whose file failed, so that trying again does not say them twice.
        self._said: dict[tuple[int, int], Place] = {}

    def post(self, channel: str, message: Message, **more: Any) -> Place:
        answer = self._client.chat_postMessage(
            channel=channel,
            text=message.text,
            blocks=message.blocks,
            unfurl_links=False,
            unfurl_media=False,
            **more,
        )
        ts = str(answer["ts"])
        return Place(str(answer["channel"]), ts, str(more.get("thread_ts") or ts))

    def amend(self, channel: str, ts: str, message: Message) -> Place:
        self._client.chat_update(channel=channel, ts=ts, text=message.text, blocks=message.blocks)
        return Place(channel, ts, ts)

    def post_to_first(self, people: Sequence[str], message: Message) -> Place:
        """A direct message to the first of ``people`` whom the bot can reach; raises the last refusal.

        Posting to a person's id opens the conversation. For somebody deactivated Slack takes the message
        and nobody reads it (python-slack-sdk issue 1156): so they are asked for first.
        """
        refusal: Exception = Misconfigured("Nobody is there any more to be told")
        for user in dict.fromkeys(people):
            if not user or self._is_gone(user):
                continue
            try:
                return self.post(user, message)
            except SlackApiError as error:
                if code_of(error) not in DIRECT_TROUBLE:
                    raise
                refusal = error
        _log.warning("person_not_told", extra={"error": short_of(refusal)})
        raise refusal

    def with_files(self, notice: Notice, files: Sequence[Attachment], say: Callable[[], Place]) -> Place:
        """``say`` the words, once, then upload ``files`` into their thread; a notice has one file at most."""
        key = (notice.id, notice.version)
        place = self._said.pop(key, None) or say()
        for file in files:
            try:
                self._upload(file, place)
            except SLACK_TROUBLE as error:
                # The words stand; a file that can never be uploaded must not have them said again.
                if isinstance(fault_of(error), Busy) and code_of(error) not in TOKEN_TROUBLE:
                    self._said[key] = place
                    raise
                _log.warning("file_not_uploaded", extra={"error": code_of(error)})
        return place

    def _upload(self, file: Attachment, place: Place) -> None:
        self._client.files_upload_v2(
            filename=file.name,
            content=file.content,
            title=file.name,
            alt_txt=file.alt or None,
            channel=place.channel,
            thread_ts=place.root,
        )

    def _is_gone(self, user: str) -> bool:
        """Whether Slack says so; whoever it says nothing about is taken to be there."""
        try:
            answer = self._client.users_info(user=user)
        except SLACK_TROUBLE:
            return False
        said = answer.get("user")
        return isinstance(said, dict) and said.get("deleted") is True
