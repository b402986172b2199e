"""The Slack half of the Notifier: posts what the notices say, and keeps the progress message up to date."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from campaigns.errors import Busy
from campaigns.model import Attachment, Campaign, Run
from campaigns.notices import Notice, NoticeKind
from campaigns.report import RunReport
from handlers import messages
from handlers.messages import Message
from handlers.slack_faults import (
    CHANNEL_TROUBLE,
    MESSAGE_GONE,
    SLACK_TROUBLE,
    TOKEN_TROUBLE,
    code_of,
    fault_of,
)

_log = logging.getLogger(__name__)

Place = tuple[str, str]
"""Channel and time stamp of a message."""


class SlackNotifier:
    """See ``campaigns.ports.Notifier``. Its client must not retry by itself: the outbox does."""

    def __init__(self, client: WebClient) -> None:
        self._client = client
        # What was posted of a notice whose later part failed, so that trying again does not post it twice.
        self._posted: dict[tuple[int, str], Place] = {}

    def tell(
        self, notice: Notice, campaign: Campaign | None, report: RunReport | None, files: list[Attachment]
    ) -> str:
        try:
            reference = self._tell(notice, campaign, report, files)
        except SLACK_TROUBLE as error:
            fault = fault_of(error)
            if not isinstance(fault, Busy):
                self._forget(notice)
            raise fault from error
        self._forget(notice)
        return reference

    def _tell(
        self, notice: Notice, campaign: Campaign | None, report: RunReport | None, files: list[Attachment]
    ) -> str:
        if notice.kind is NoticeKind.REFUSED:
            return _reference(self._direct(notice, notice.payload["user"], messages.refused(notice)))
        if campaign is None:
            return ""
        if notice.kind is NoticeKind.IMPORTED:
            place = self._direct(notice, notice.payload["user"], messages.imported(campaign, notice))
            self._upload(notice, files, place[0])
            return _reference(place)
        if report is None:
            return ""
        return _reference(self._tell_of_run(notice, campaign, report, files))

    def _tell_of_run(
        self, notice: Notice, campaign: Campaign, report: RunReport, files: list[Attachment]
    ) -> Place:
        run = report.run
        match notice.kind:
            case NoticeKind.PROGRESS:
                return self._progress(campaign, report)
            case NoticeKind.FINISHED:
                return self._in_thread(notice, campaign, run, messages.finished(campaign, report), loud=True)
            case NoticeKind.FAILURES:
                message = messages.failures(campaign, report)
                place = self._in_thread(notice, campaign, run, message, loud=False)
                self._upload(notice, files, place[0], thread_ts=run.posted_ts or place[1])
                return place
            case NoticeKind.PAUSED:
                message = messages.paused(campaign, report, notice)
                place = self._in_thread(notice, campaign, run, message, loud=True)
                if self._channel_of(run) != campaign.owner:
                    self._direct(notice, campaign.owner, message)
                return place
            case NoticeKind.RESUMED:
                return self._in_thread(notice, campaign, run, messages.resumed(campaign, report), loud=False)
            case NoticeKind.STOPPED:
                return self._in_thread(notice, campaign, run, messages.stopped(campaign, report), loud=False)
            case _:
                return ("", "")  # kinds that are told by mail only

    def _progress(self, campaign: Campaign, report: RunReport) -> Place:
        """Amend the run's message; post it where there is none, or it is gone."""
        run = report.run
        if run.posted_ts:
            moved = run.channel if run.channel and run.posted_channel != run.channel else ""
            message = messages.progress(campaign, report, not_in=moved)
            try:
                self._client.chat_update(
                    channel=run.posted_channel, ts=run.posted_ts, text=message.text, blocks=message.blocks
                )
            except SlackApiError as error:
                if code_of(error) not in MESSAGE_GONE | CHANNEL_TROUBLE:
                    raise
            else:
                return (run.posted_channel, run.posted_ts)
        try:
            return self._post(self._channel_of(run), messages.progress(campaign, report))
        except SlackApiError as error:
            if code_of(error) not in CHANNEL_TROUBLE or not run.channel:
                raise
            _log.warning("channel_not_usable", extra={"run": run.id, "error": code_of(error)})
            return self._post(campaign.owner, messages.progress(campaign, report, not_in=run.channel))

    def _in_thread(
        self, notice: Notice, campaign: Campaign, run: Run, message: Message, *, loud: bool
    ) -> Place:
        """Reply to the run's message (``loud``: shown in the channel too), or post where the run is told."""
        return self._once(notice, "thread", lambda: self._reply(campaign, run, message, loud=loud))

    def _reply(self, campaign: Campaign, run: Run, message: Message, *, loud: bool) -> Place:
        if run.posted_ts:
            more = {"thread_ts": run.posted_ts, "reply_broadcast": loud}
            try:
                return self._post(run.posted_channel, message, **more)
            except SlackApiError as error:
                if code_of(error) not in MESSAGE_GONE | CHANNEL_TROUBLE:
                    raise
        try:
            return self._post(self._channel_of(run), message)
        except SlackApiError as error:
            if code_of(error) not in CHANNEL_TROUBLE or not run.channel:
                raise
            return self._post(campaign.owner, messages.elsewhere(message, run.channel))

    def _direct(self, notice: Notice, user: str, message: Message) -> Place:
        """A direct message from the bot; posting to a user's id opens the conversation."""
        return self._once(notice, "direct", lambda: self._post(user, message))

    def _post(self, channel: str, message: Message, **more: Any) -> Place:
        answer = self._client.chat_postMessage(
            channel=channel,
            text=message.text,
            blocks=message.blocks,
            unfurl_links=False,
            unfurl_media=False,
            **more,
        )
        return (str(answer["channel"]), str(answer["ts"]))

    def _upload(self, notice: Notice, files: list[Attachment], channel: str, thread_ts: str = "") -> None:
        for file in files:
            self._once(notice, file.name, partial(self._upload_one, file, channel, thread_ts))

    def _upload_one(self, file: Attachment, channel: str, thread_ts: str) -> Place:
        try:
            self._client.files_upload_v2(
                filename=file.name,
                content=file.content,
                title=file.name,
                channel=channel,
                thread_ts=thread_ts or None,
            )
        except SlackApiError as error:
            # The words have been told; a file that can never be uploaded must not have them told again.
            if isinstance(fault_of(error), Busy) and code_of(error) not in TOKEN_TROUBLE:
                raise
            _log.warning("file_not_uploaded", extra={"error": code_of(error)})
        return (channel, thread_ts)

    def _once(self, notice: Notice, step: str, do: Callable[[], Place]) -> Place:
        key = (notice.id, f"{notice.version}:{step}")
        if key not in self._posted:
            self._posted[key] = do()
        return self._posted[key]

    def _forget(self, notice: Notice) -> None:
        for key in [key for key in self._posted if key[0] == notice.id]:
            del self._posted[key]

    @staticmethod
    def _channel_of(run: Run) -> str:
        """Where the run is told: the chosen channel, or direct messages with who started it."""
        return run.channel or run.started_by


def _reference(place: Place) -> str:
    return " ".join(place).strip()
