"""The mail half of the Notifier: puts a notice in words and sends it to the campaign's registered address."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from campaigns.errors import Misconfigured
from campaigns.model import Attachment, Campaign, Medium, Reason
from campaigns.notices import Notice, NoticeKind
from campaigns.report import RunReport
from campaigns.timing import AT_ONCE
from mailers import alert_access, alert_texts
from mailers.alert_access import AccessFacts, access_facts
from mailers.alert_facts import CauseLine, RunFacts
from mailers.alert_page import AlertText
from mailers.alerts import AlertMailer, alert_mail

_WORDS: dict[NoticeKind, Callable[[RunFacts], AlertText]] = {
    NoticeKind.STARTED: alert_texts.started,
    NoticeKind.BATCH_DONE: alert_texts.batch_done,
    NoticeKind.DIGEST: alert_texts.daily_digest,
    NoticeKind.FINISHED: alert_texts.finished,
    NoticeKind.FAILURES: alert_texts.failures,
    NoticeKind.PAUSED: alert_texts.paused,
}
_OF_ACCOUNTS: dict[NoticeKind, Callable[[AccessFacts], AlertText]] = {
    NoticeKind.ACCESS_LOST: alert_access.lost,
    NoticeKind.ACCESS_BACK: alert_access.back,
}

RenewalLink = Callable[[int, int], str]
"""The address at which an account (id, version) is renewed; '' where the bot has no web page."""


class MailNotifier:
    """See ``campaigns.ports.Notifier``."""

    def __init__(
        self, mailer: AlertMailer, *, sender: str, renewal_link: RenewalLink, resumes: bool = True
    ) -> None:
        """``resumes``: what waits for an account goes on by itself once it is renewed."""
        self._resumes = resumes
        self._mailer = mailer
        self._sender = sender
        self._renewal_link = renewal_link

    def tell(
        self, notice: Notice, campaign: Campaign | None, report: RunReport | None, files: list[Attachment]
    ) -> str:
        """Send the mail; its Message-ID comes of the notice, so a mail told twice is one in most inboxes."""
        mail = alert_mail(
            self._words(notice, campaign, report),
            to=notice.payload.get("to") or (campaign.alert_address if campaign else ""),
            sender=self._sender,
            notice_id=f"{notice.key}:{notice.created_at.isoformat()}",
            date=notice.created_at,
            attachments=files,
        )
        self._mailer.send(mail)
        return mail.message_id

    def _words(self, notice: Notice, campaign: Campaign | None, report: RunReport | None) -> AlertText:
        of_account = _OF_ACCOUNTS.get(notice.kind)
        if of_account is not None:
            return of_account(access_facts(notice, self._link(notice), resumes=self._resumes))
        words = _WORDS.get(notice.kind)
        if words is None or campaign is None or report is None:
            raise Misconfigured(f"a notice of kind {notice.kind} is not told by mail")
        return words(run_facts(notice, campaign, report))

    def _link(self, notice: Notice) -> str:
        told = notice.payload
        if notice.kind is not NoticeKind.ACCESS_LOST or not told.get("account"):
            return ""
        return self._renewal_link(int(told["account"]), int(told.get("version") or 0))


def run_facts(notice: Notice, campaign: Campaign, report: RunReport) -> RunFacts:
    """The run as it is now, and what the notice itself remembers of its moment."""
    told = notice.payload
    counts = report.counts
    return RunFacts(
        campaign=campaign.event.title,
        event_starts_at=campaign.event.starts_at,
        zone=campaign.event.zone,
        total=counts.total,
        sent=counts.sent,
        failed=counts.failed,
        unsure=counts.unsure,
        skipped=counts.skipped,
        left=counts.left,
        bounced=counts.bounced,
        wrong_bounced=report.wrong_bounced,
        is_listed=Medium.MAIL in told.get("listed", "").split(),
        kind=report.run.kind,
        batch=int(told.get("batch") or report.batch),
        batches=report.batches,
        per_batch=report.run.pace.per_batch,
        gap_minutes=report.run.pace.gap_minutes,
        next_at=_time(told.get("next_at")) or report.next_at,
        begins_at=_begins_at(report),
        ends_at=report.expected_end_at,
        resume_at=_time(told.get("resume_at")),
        causes=tuple(CauseLine(cause.cause, cause.count, cause.hint) for cause in report.causes),
        reason=Reason(told["reason"]) if told.get("reason") else None,
        detail=told.get("detail", ""),
        hint=told.get("hint", ""),
        account=campaign.organizer.address,
        slack_link=_slack_link(campaign, report),
        answers=report.answers,
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _begins_at(report: RunReport) -> datetime | None:
    """When the first batch goes, if a start time or the sending hours hold it back."""
    counts = report.counts
    is_ahead = report.run.timing != AT_ONCE and counts.left + counts.skipped == counts.total
    return report.next_at if is_ahead and not report.batch_open else None


def _slack_link(campaign: Campaign, report: RunReport) -> str:
    """A link to the channel in which the run is told; '' if it is told in direct messages.

    ``app_redirect`` is Slack's documented deep link and needs no call. A link to the message itself would
    take chat.getPermalink, and a mail must go out when Slack does not answer. There is none for direct
    messages: it takes the ids of channels.
    """
    channel = report.run.posted_channel
    if not channel.startswith(("C", "G")):
        return ""
    return "https://slack.com/app_redirect?" + urlencode({"channel": channel, "team": campaign.workspace})
