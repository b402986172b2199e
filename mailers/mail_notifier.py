"""The mail half of the Notifier: puts a notice in words and sends it to the campaign's registered address."""

from collections.abc import Callable
from datetime import datetime

from campaigns.errors import Misconfigured
from campaigns.model import Attachment, Campaign, Kind, Reason
from campaigns.notices import Notice, NoticeKind
from campaigns.report import RunReport
from mailers import alert_texts
from mailers.alert_facts import CauseLine, RunFacts
from mailers.alert_texts import AlertText
from mailers.alerts import AlertMailer, alert_mail

_WORDS: dict[NoticeKind, Callable[[RunFacts], AlertText]] = {
    NoticeKind.STARTED: alert_texts.started,
    NoticeKind.BATCH_DONE: alert_texts.batch_done,
    NoticeKind.DIGEST: alert_texts.daily_digest,
    NoticeKind.FINISHED: alert_texts.finished,
    NoticeKind.FAILURES: alert_texts.failures,
    NoticeKind.PAUSED: alert_texts.paused,
}


class MailNotifier:
    """See ``campaigns.ports.Notifier``."""

    def __init__(self, mailer: AlertMailer, *, sender: str) -> None:
        self._mailer = mailer
        self._sender = sender

    def tell(
        self, notice: Notice, campaign: Campaign | None, report: RunReport | None, files: list[Attachment]
    ) -> str:
        """Send the mail; its Message-ID comes of the notice, so a mail told twice is one in most inboxes."""
        words = _WORDS.get(notice.kind)
        if words is None or campaign is None or report is None:
            raise Misconfigured(f"a notice of kind {notice.kind} is not told by mail")
        mail = alert_mail(
            words(run_facts(notice, campaign, report)),
            to=campaign.alert_address,
            sender=self._sender,
            notice_id=f"{notice.key}:{notice.created_at.isoformat()}",
            date=notice.created_at,
            attachments=files,
        )
        self._mailer.send(mail)
        return mail.message_id


def run_facts(notice: Notice, campaign: Campaign, report: RunReport) -> RunFacts:
    """The run as it is now, and what the notice itself remembers of its moment."""
    told = notice.payload
    counts = report.counts
    resume_at = told.get("resume_at")
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
        is_update=report.run.kind is Kind.UPDATE,
        batch=int(told.get("batch") or report.batch),
        batches=report.batches,
        per_batch=report.run.pace.per_batch,
        gap_minutes=report.run.pace.gap_minutes,
        next_at=report.next_at,
        ends_at=report.expected_end_at,
        resume_at=datetime.fromisoformat(resume_at) if resume_at else None,
        causes=tuple(CauseLine(cause.cause, cause.count, cause.hint) for cause in report.causes),
        reason=Reason(told["reason"]) if told.get("reason") else None,
        detail=told.get("detail", ""),
        hint=told.get("hint", ""),
        account=campaign.organizer.address,
    )
