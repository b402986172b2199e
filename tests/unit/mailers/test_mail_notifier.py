"""Every kind of notice that is told by mail, over a real SMTP server."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from campaigns.errors import BadAddress, Busy, Misconfigured
from campaigns.model import (
    Attachment,
    Campaign,
    Counts,
    Event,
    Kind,
    MailProgress,
    Medium,
    Organizer,
    Run,
    RunState,
)
from campaigns.notices import MEDIA, TOPICS, Notice, NoticeKind
from campaigns.report import CauseCount, RunReport
from campaigns.timing import Pace, Timing
from mailers.alerts import AlertMailer
from mailers.mail_notifier import MailNotifier, run_facts
from mailers.smtp_account import parse_smtp_url
from playground.mailbox import Mailbox

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SENDER = "alerts@acme.example"
OF_ACCOUNTS = [NoticeKind.ACCESS_LOST, NoticeKind.ACCESS_BACK]
TOLD_BY_MAIL = [
    kind
    for kind in (*TOPICS, *(kind for kind, media in MEDIA.items() if Medium.MAIL in media))
    if kind not in OF_ACCOUNTS
]
LIST = Attachment("not-sent-run-7.csv", "Line,Name\r\n3,Zoë\r\n".encode())

EVENT = Event("Autumn day", NOW + timedelta(days=9), NOW + timedelta(days=9, hours=1), "Europe/Madrid")
CAMPAIGN = Campaign(
    id=1,
    workspace="T1",
    owner="U1",
    account_id=1,
    organizer=Organizer("Acme", "events@acme.example"),
    event=EVENT,
    revision=0,
    revised_at=NOW,
    seed="seed",
    alert_address="ana@acme.example",
    mail_progress=MailProgress.EVERY_BATCH,
    columns=("email",),
    attendees=90,
    created_at=NOW,
)
RUN = Run(
    id=7,
    campaign_id=1,
    kind=Kind.INVITE,
    state=RunState.RUNNING,
    reason=None,
    detail="",
    resume_at=None,
    pace=Pace(30, 60),
    total=90,
    started_by="U1",
    channel="C1",
    posted_channel="C1",
    posted_ts="1.2",
    created_at=NOW,
    ended_at=None,
)
REPORT = RunReport(
    run=RUN,
    counts=Counts(queued=30, sent=58, failed=2),
    batch=3,
    batches=3,
    batch_open=False,
    next_at=NOW + timedelta(hours=1),
    expected_end_at=NOW + timedelta(hours=1),
    causes=(CauseCount("The mailbox does not exist", "Correct the address.", 2),),
)


def notice(kind, **payload):
    return Notice(
        id=5,
        kind=kind,
        medium=Medium.MAIL,
        key=f"{kind}:7",
        campaign_id=1,
        run_id=7,
        payload=payload,
        attempts=0,
        version=1,
        due_at=NOW,
        created_at=NOW,
    )


@pytest.fixture
def post():
    with Mailbox(username="alerts", password="secret") as post:
        yield post


@pytest.fixture
def notifier(post):
    account = parse_smtp_url(f"smtp://alerts:secret@127.0.0.1:{post.port}?from={SENDER}")
    mailer = AlertMailer(account, SENDER)
    yield MailNotifier(
        mailer, sender=SENDER, renewal_link=lambda *which: f"https://bot.example/renew/{which}"
    )
    mailer.close()


def text_of(mail):
    return " ".join(mail.message.get_body(("plain",)).get_content().split())


SUBJECTS = {
    NoticeKind.STARTED: "Sending started: Autumn day",
    NoticeKind.BATCH_DONE: "Batch 2 of 3 done: Autumn day",
    NoticeKind.DIGEST: "58 of 90 sent: Autumn day",
    NoticeKind.FINISHED: "All batches processed, 58 of 90 sent: Autumn day",
    NoticeKind.FAILURES: "2 invites failed: Autumn day",
    NoticeKind.PAUSED: "Action needed, renew the mail account: Autumn day",
}
PAYLOADS = {
    NoticeKind.BATCH_DONE: {"batch": "2"},
    NoticeKind.PAUSED: {
        "reason": "access",
        "detail": "The login was refused",
        "hint": "Make a new password.",
    },
}


@pytest.mark.parametrize("kind", TOLD_BY_MAIL)
def test_every_kind_reaches_the_registered_address_in_words_of_its_own(notifier, post, kind):
    reference = notifier.tell(notice(kind, **PAYLOADS.get(kind, {})), CAMPAIGN, REPORT, [])
    (mail,) = post.messages
    assert mail.recipients == ("ana@acme.example",)
    assert mail.sender == SENDER
    assert mail.subject == SUBJECTS[kind]
    assert mail.message["Message-ID"] == reference
    assert "Autumn day" in text_of(mail)
    assert "Sun 29 Nov 2026, 10:00 CET" in text_of(mail)


@pytest.mark.parametrize(
    ("listed", "said"), [("slack mail", "A second mail lists who"), ("slack", "Report in Slack says who")]
)
def test_the_end_says_where_it_is_told_who_was_not_reached(notifier, post, listed, said):
    """A campaign may have its lists told elsewhere, and what comes back after the end is in none."""
    ended = replace(REPORT, counts=Counts(sent=88, bounced=2))
    notifier.tell(notice(NoticeKind.FINISHED, listed=listed), CAMPAIGN, ended, [])
    assert said in text_of(post.messages[0])


@pytest.mark.parametrize("kind", TOLD_BY_MAIL)
def test_a_notice_told_twice_is_the_same_mail_to_the_byte(notifier, post, kind):
    """After a crash a notice may be told again; most inboxes show one Message-ID once."""
    files = [LIST] if kind is NoticeKind.FAILURES else []
    references = {
        notifier.tell(again, CAMPAIGN, REPORT, files)
        for again in (
            notice(kind, **PAYLOADS.get(kind, {})),
            replace(notice(kind, **PAYLOADS.get(kind, {})), attempts=3),
        )
    }
    first, second = post.messages
    assert len(references) == 1
    assert first.content == second.content
    # of the notice's own time, not of the telling's
    assert first.message["Date"].datetime == NOW


def test_other_notices_of_the_same_run_are_other_mails(notifier, post):
    for kind in TOLD_BY_MAIL:
        notifier.tell(notice(kind), CAMPAIGN, REPORT, [])
    notifier.tell(
        replace(notice(NoticeKind.DIGEST), created_at=NOW + timedelta(days=1)), CAMPAIGN, REPORT, []
    )
    ids = [mail.message["Message-ID"] for mail in post.messages]
    assert len(set(ids)) == len(ids) == len(TOLD_BY_MAIL) + 1


def test_the_list_of_who_failed_is_attached_as_it_is(notifier, post):
    notifier.tell(notice(NoticeKind.FAILURES), CAMPAIGN, REPORT, [LIST])
    (mail,) = post.messages
    (file,) = mail.message.iter_attachments()
    assert file.get_filename() == LIST.name
    assert file.get_content_type() == "text/csv"
    assert file.get_payload(decode=True) == LIST.content
    assert "The mailbox does not exist" in text_of(mail)
    assert "Correct the address." in text_of(mail)


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ({"reason": "access", "hint": "Make a new password."}, "Make a new password."),
        ({"reason": "faults", "detail": "Refused by policy"}, "invites do not get through"),
        ({"reason": "storage"}, "the database could not be written"),
        (
            {"reason": "quota", "resume_at": "2026-11-21T09:00:00+00:00"},
            "It goes on by itself Sat 21 Nov 2026, 10:00 CET",
        ),
    ],
)
def test_a_pause_says_why_and_what_to_do(notifier, post, payload, words):
    """The notice remembers its own moment: the run may have gone on before it is told."""
    notifier.tell(notice(NoticeKind.PAUSED, **payload), CAMPAIGN, REPORT, [])
    (mail,) = post.messages
    assert words in text_of(mail)
    assert "Resume" in text_of(mail)


def test_an_update_is_called_an_update(notifier, post):
    update = replace(REPORT, run=replace(RUN, kind=Kind.UPDATE))
    notifier.tell(notice(NoticeKind.FINISHED), CAMPAIGN, update, [])
    assert post.messages[0].subject == "All batches processed, 58 of 90 updated: Autumn day"


def test_a_batch_is_told_by_its_own_number_however_far_the_run_is_by_then():
    assert run_facts(notice(NoticeKind.BATCH_DONE, batch="1"), CAMPAIGN, REPORT).batch == 1
    assert run_facts(notice(NoticeKind.DIGEST), CAMPAIGN, REPORT).batch == 3


def test_a_batch_is_followed_by_the_one_its_notice_names():
    """The pace may have been changed, or the next batch be under way, before the mail is written."""
    at = NOW + timedelta(minutes=30)
    told = notice(NoticeKind.BATCH_DONE, batch="2", next_at=at.isoformat())
    assert run_facts(told, CAMPAIGN, replace(REPORT, next_at=None)).next_at == at


@pytest.mark.parametrize(
    ("timing", "counts", "said"),
    [
        (
            Timing(starts_at=NOW + timedelta(days=1)),
            Counts(queued=90),
            "Sending starts Sat 21 Nov 2026, 10:00 CET",
        ),
        (Timing(starts_at=NOW + timedelta(days=1)), Counts(queued=89, sent=1), "Sending started"),
        (Timing(), Counts(queued=90), "Sending started"),
    ],
)
def test_a_run_that_is_still_to_begin_is_not_said_to_have_started(notifier, post, timing, counts, said):
    ahead = replace(
        REPORT, run=replace(RUN, timing=timing), counts=counts, batch=1, next_at=NOW + timedelta(days=1)
    )
    notifier.tell(notice(NoticeKind.STARTED), CAMPAIGN, ahead, [])
    (mail,) = post.messages
    assert mail.subject == f"{said}: Autumn day"
    assert ("goes out at once" in text_of(mail)) is (said == "Sending started")


@pytest.mark.parametrize(
    ("channel", "link"),
    [("C1", "https://slack.com/app_redirect?channel=C1&team=T1"), ("D1", ""), ("", "")],
)
def test_a_mail_leads_to_the_channel_of_the_run(channel, link):
    """Slack's deep links know channels, and no direct messages."""
    told = replace(REPORT, run=replace(RUN, posted_channel=channel))
    assert run_facts(notice(NoticeKind.PAUSED), CAMPAIGN, told).slack_link == link


@pytest.mark.parametrize("kind", [one for one in NoticeKind if one not in {*TOLD_BY_MAIL, *OF_ACCOUNTS}])
def test_what_is_for_slack_only_is_refused(notifier, post, kind):
    with pytest.raises(Misconfigured, match="is not told by mail"):
        notifier.tell(notice(kind), CAMPAIGN, REPORT, [])
    assert post.messages == []


@pytest.mark.parametrize(("campaign", "report"), [(None, REPORT), (CAMPAIGN, None)])
def test_a_notice_without_its_run_is_refused(notifier, campaign, report):
    with pytest.raises(Misconfigured):
        notifier.tell(notice(NoticeKind.STARTED), campaign, report, [])


def test_a_server_that_is_busy_or_an_address_that_is_none_is_the_callers_to_judge(notifier, post):
    post.faults.refuse_recipients("", 451, "4.3.0 later", times=1)
    with pytest.raises(Busy):
        notifier.tell(notice(NoticeKind.STARTED), CAMPAIGN, REPORT, [])
    with pytest.raises(BadAddress):
        notifier.tell(notice(NoticeKind.STARTED), replace(CAMPAIGN, alert_address="ana"), REPORT, [])
    assert post.messages == []


ACCOUNT = {
    "account": "7",
    "version": "2",
    "to": "olga@acme.example",
    "address": "events@acme.example",
    "service": "gmail",
    "workspace": "T1",
    "runs": "1",
    "waiting": "40",
    "titles": "Autumn day",
}


@pytest.mark.parametrize("campaign", [CAMPAIGN, None])
def test_a_lost_account_is_told_to_the_address_the_notice_names(notifier, post, campaign):
    notifier.tell(notice(NoticeKind.ACCESS_LOST, **ACCOUNT), campaign, None, [])
    (mail,) = post.messages
    assert mail.recipients == ("olga@acme.example",)
    assert mail.subject == "Action needed, renew events@acme.example: Autumn day"
    assert "https://bot.example/renew/(7, 2)" in text_of(mail)


def test_two_addresses_told_of_one_account_get_two_mails(notifier, post):
    for to in ("olga@acme.example", "ana@acme.example"):
        notifier.tell(notice(NoticeKind.ACCESS_LOST, **{**ACCOUNT, "to": to}), CAMPAIGN, None, [])
    assert len({mail.message["Message-ID"] for mail in post.messages}) == 2


def test_only_an_account_a_person_connected_is_renewed_by_link(notifier, post):
    notifier.tell(notice(NoticeKind.ACCESS_LOST, **{**ACCOUNT, "workspace": ""}), CAMPAIGN, None, [])
    notifier.tell(notice(NoticeKind.ACCESS_BACK, **ACCOUNT), CAMPAIGN, None, [])
    assert ["https://" in text_of(mail) for mail in post.messages] == [False, False]
