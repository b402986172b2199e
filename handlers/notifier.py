"""The Slack half of the Notifier: what is told in the channel of a run, and in direct messages."""

import logging

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from campaigns.model import Attachment, Campaign, Medium, Run
from campaigns.notices import TOPICS, Notice, NoticeKind
from campaigns.report import RunReport
from handlers import messages, messages_access, messages_lists, messages_thread
from handlers.messages import Message
from handlers.posting import Place, Posting
from handlers.slack_faults import CHANNEL_TROUBLE, MESSAGE_GONE, as_faults, code_of

_log = logging.getLogger(__name__)

_LOUD = frozenset({NoticeKind.FINISHED, NoticeKind.PAUSED, NoticeKind.APPROVAL})
"""What is shown in the channel as well as in the thread: it asks for somebody, or is the end."""


class SlackNotifier:
    """See ``campaigns.ports.Notifier``: the run's message, kept up to date, and its thread.

    A channel that cannot be used is replaced by direct messages with the owner, which say so. ``resumes``:
    what waits for an account goes on by itself once it is renewed.
    """

    def __init__(self, client: WebClient, *, resumes: bool = True) -> None:
        self._posting = Posting(client)
        self._resumes = resumes
        # Why a channel could not be used, so that an amended message still says it.
        self._troubles: dict[str, str] = {}

    def tell(
        self, notice: Notice, campaign: Campaign | None, report: RunReport | None, files: list[Attachment]
    ) -> str:
        with as_faults():
            of_account = _of_an_account(notice, resumes=self._resumes)
            if of_account is not None:
                return self._where_it_waits(notice, campaign, of_account).reference
            if campaign is None or report is None:
                return ""
            if notice.kind is NoticeKind.PROGRESS:
                return self._progress(campaign, report).reference
            message = _in_channel(notice, campaign, report)
            if message is None:
                return ""
            is_loud = notice.kind in _LOUD
            place = self._posting.with_files(
                notice, files, lambda: self._reply(campaign, report.run, message, is_loud=is_loud)
            )
            return place.reference

    def _where_it_waits(self, notice: Notice, campaign: Campaign | None, message: Message) -> Place:
        """In the channel the notice names; if that cannot be used, to the person it concerns."""
        channel = notice.payload.get("channel", "")
        people = (notice.payload.get("user", ""), campaign.owner if campaign else "")
        if not channel:
            return self._posting.post_to_first(people, message)
        try:
            return self._posting.post(channel, message)
        except SlackApiError as error:
            code = code_of(error)
            if code not in CHANNEL_TROUBLE:
                raise
            _log.warning("channel_not_usable", extra={"notice": notice.id, "error": code})
            told = messages.beside(message, messages.why_here(channel, code))
            return self._posting.post_to_first(people, told)

    def _progress(self, campaign: Campaign, report: RunReport) -> Place:
        """Amend the run's message; post it where there is none, or it is gone."""
        run = report.run
        if run.posted_ts:
            is_moved = bool(run.channel) and run.posted_channel != run.channel
            aside = messages.why_here(run.channel, self._troubles.get(run.channel, "")) if is_moved else ""
            message = messages.progress(campaign, report, aside=aside)
            try:
                return self._posting.amend(run.posted_channel, run.posted_ts, message)
            except SlackApiError as error:
                if code_of(error) not in MESSAGE_GONE | CHANNEL_TROUBLE:
                    raise
        return self._post(campaign, run, messages.progress(campaign, report))

    def _reply(self, campaign: Campaign, run: Run, message: Message, *, is_loud: bool) -> Place:
        """In the thread of the run's message, or else where the run is told."""
        if run.posted_ts:
            more = {"thread_ts": run.posted_ts, "reply_broadcast": is_loud}
            try:
                return self._posting.post(run.posted_channel, message, **more)
            except SlackApiError as error:
                if code_of(error) not in MESSAGE_GONE | CHANNEL_TROUBLE:
                    raise
        return self._post(campaign, run, message)

    def _post(self, campaign: Campaign, run: Run, message: Message) -> Place:
        if not run.channel:
            return self._posting.post_to_first((run.started_by, campaign.owner), message)
        try:
            return self._posting.post(run.channel, message)
        except SlackApiError as error:
            code = code_of(error)
            if code not in CHANNEL_TROUBLE:
                raise
            _log.warning("channel_not_usable", extra={"run": run.id, "error": code})
            self._troubles[run.channel] = code
            told = messages.elsewhere(campaign, message, messages.why_here(run.channel, code))
            return self._posting.post_to_first((campaign.owner, run.started_by), told)


class DirectNotifier:
    """See ``campaigns.ports.Notifier``: direct messages, to whoever uploaded a list or else to the owner.

    ``resumes`` as with ``SlackNotifier``.
    """

    def __init__(self, client: WebClient, *, resumes: bool = True) -> None:
        self._posting = Posting(client)
        self._resumes = resumes

    def tell(
        self, notice: Notice, campaign: Campaign | None, report: RunReport | None, files: list[Attachment]
    ) -> str:
        message = _of_an_account(notice, resumes=self._resumes) or _to_a_person(notice, campaign, report)
        if message is None or _is_told_there_already(notice, campaign, report):
            return ""
        people = [notice.payload.get("user", ""), campaign.owner if campaign else ""]
        if report is not None:
            people.append(report.run.started_by)
        with as_faults():
            place = self._posting.with_files(
                notice, files, lambda: self._posting.post_to_first(people, message)
            )
            return place.reference


def _in_channel(notice: Notice, campaign: Campaign, report: RunReport) -> Message | None:
    """The words for the thread of a run; None for kinds that are told elsewhere."""
    match notice.kind:
        case NoticeKind.BATCH_DONE:
            return messages_thread.line(campaign, messages_thread.batch_done(notice, report))
        case NoticeKind.DEED:
            return messages_thread.deed(campaign, notice)
        case NoticeKind.RESUMED:
            return messages_thread.line(campaign, messages_thread.resumed(report))
        case NoticeKind.STOPPED:
            return messages_thread.line(campaign, messages_thread.stopped(report))
        case NoticeKind.APPROVAL:
            return messages_thread.approval(campaign, report)
        case _:
            return _of_a_topic(notice, campaign, report)


def _of_an_account(notice: Notice, *, resumes: bool) -> Message | None:
    """The words for what is told of an account; None for what is told of a campaign."""
    match notice.kind:
        case NoticeKind.ACCESS_LOST:
            return messages_access.lost(notice, resumes=resumes)
        case NoticeKind.ACCESS_BACK:
            return messages_access.back(notice)
        case _:
            return None


def _of_a_topic(notice: Notice, campaign: Campaign, report: RunReport) -> Message | None:
    """The words for what a campaign may send to a channel, to a person, or both."""
    match notice.kind:
        case NoticeKind.BATCH_DONE:
            return messages.titled(campaign, messages_thread.batch_done(notice, report))
        case NoticeKind.FINISHED:
            listed = notice.payload.get("listed", "").split()
            is_listed = Medium.SLACK in listed or Medium.DIRECT in listed
            return messages.finished(campaign, report, is_listed=is_listed)
        case NoticeKind.FAILURES:
            return messages.failures(campaign, report)
        case NoticeKind.PAUSED:
            return messages.paused(campaign, report, notice)
        case _:
            return None


def _to_a_person(notice: Notice, campaign: Campaign | None, report: RunReport | None) -> Message | None:
    if notice.kind is NoticeKind.REFUSED:
        return messages_lists.refused(notice)
    if campaign is None:
        return None
    if notice.kind is NoticeKind.IMPORTED:
        return messages_lists.imported(campaign, notice)
    if notice.kind is NoticeKind.DIFFERENCE:
        return messages_lists.difference(campaign, notice)
    if notice.kind is NoticeKind.NOT_TAKEN_IN:
        return messages_lists.not_taken_in(campaign, notice)
    return _of_a_topic(notice, campaign, report) if report is not None else None


def _is_told_there_already(notice: Notice, campaign: Campaign | None, report: RunReport | None) -> bool:
    """Whether the run itself is told in direct messages with the owner, and this kind in its thread."""
    topic = TOPICS.get(notice.kind)
    if topic is None or campaign is None or report is None:
        return False
    run = report.run
    with_owner = run.posted_channel.startswith("D") if run.channel else run.started_by == campaign.owner
    return with_owner and Medium.SLACK in campaign.routing.media(topic)
