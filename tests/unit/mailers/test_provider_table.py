"""What providers say and what we take it for: the table of the project's facts, row by row and in its order.

Each row goes through the pure function that judges it. Not here, for there is nothing to judge:

* a yes (SMTP 250, Gmail and Calendar 200, Graph 202) is a receipt: ``tests/contract/mailer_suite.py``;
* the five rows of Amazon's own API: SES is sent to over SMTP, with the rows of SMTP. Of the API only
  GetSendQuota is called, and its refusals are in ``test_ses_quota.py``;
* what is done about a fault, and when people hear of it: ``tests/unit/campaigns/test_faults.py``.
"""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.errors import BadAddress, Busy, Misconfigured, NoAccess, OverQuota, Unsure
from mailers import google_faults, graph_faults, silence, smtp_faults
from mailers.google_faults import GoogleError, Step
from mailers.google_rules import Call
from mailers.smtp_rules import Stage
from mailers.wire import NoReply

NOW = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)  # 09:30 in California
BOB = "bob.dee@example.com"
SOON, MINUTE, HOUR, DAY = timedelta(seconds=5), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RETRY, AUTH, FATAL, UNSURE, RCPT = "retry", NoAccess, Misconfigured, Unsure, BadAddress
FOR_ALL, BREAKER, QUOTA = "retry, sender-wide", "recipient, and the breaker", OverQuota
BRIEF = "retry, sender-wide, from 1 s, cap 64 s"


def smtp(stage, code, text):
    return smtp_faults.classify(stage, code, text, recipient=BOB)


def google(call, status, reason="", message="", retry_after=""):
    error = GoogleError(status, (reason,) if reason else (), message, retry_after)
    return google_faults.next_step(error, call) or google_faults.classify(error, call, now=NOW, recipient=BOB)


def graph(status, code="", message="", retry_after=""):
    return graph_faults.classify(status, code, message, now=NOW, retry_after=retry_after, recipient=BOB)


def google_token(code, *, retryable=False):
    return google_faults.classify_token(code, "", retryable=retryable)


def graph_token(code, text=""):
    return graph_faults.classify_token(code, text)


def no_reply(*, repeatable):
    return silence.silence(NoReply("timed out", handed_over=True), repeatable=repeatable)


CONNECT, TLS, LOGIN, MAIL, TO, DOT = (
    Stage.CONNECT,
    Stage.TLS,
    Stage.AUTH,
    Stage.MAIL,
    Stage.RCPT,
    Stage.DATA,
)
GMAIL, INSERT, PATCH, DELETE = Call.GMAIL_SEND, Call.INSERT, Call.PATCH, Call.DELETE
SIX_HOURS = 6 * HOUR
EIGHT_A_DAY = 4 * HOUR
MIDNIGHT = timedelta(hours=14, minutes=30)
LIMIT = "User-rate limit exceeded.  Retry after 2026-11-23T20:30:00.000Z"

SMTP_ROWS = [
    # connect, and the line
    ((CONNECT, 0, "Connection refused"), FOR_ALL, None),
    ((CONNECT, 0, "timed out"), FOR_ALL, None),
    ((CONNECT, 0, "Connection reset by peer"), FOR_ALL, None),
    ((CONNECT, 0, "host name not found"), FOR_ALL, None),
    ((TLS, 0, "certificate: hostname mismatch"), FATAL, None),
    ((TLS, 0, "STARTTLS is not offered"), FATAL, None),
    ((CONNECT, 421, "4.3.0 Temporary System Problem"), FOR_ALL, 5 * MINUTE),
    ((MAIL, 421, "4.4.5 Server busy"), FOR_ALL, 5 * MINUTE),
    ((DOT, 421, "4.7.0 Try again later, closing connection"), FOR_ALL, 5 * MINUTE),
    ((Stage.DROPPED_BEFORE_DOT, 0, "Connection unexpectedly closed"), RETRY, None),
    ((Stage.DROPPED_AFTER_DOT, 0, "Connection unexpectedly closed"), UNSURE, None),
    ((Stage.DROPPED_AFTER_DOT, 0, "timed out"), UNSURE, None),
    # not now
    ((TO, 450, "4.2.1 The user you are trying to contact is receiving mail too quickly"), RETRY, HOUR),
    ((MAIL, 450, "4.2.1 Peak SMTP relay limit exceeded for customer"), QUOTA, 30 * MINUTE),
    ((TO, 450, "Requested action not taken"), RETRY, 10 * MINUTE),
    ((TO, 451, "4.3.0 Mail server temporarily rejected message"), RETRY, 10 * MINUTE),
    ((DOT, 451, "4.4.2 Timeout"), RETRY, 10 * MINUTE),
    ((TO, 451, "4.7.1 Greylisted"), RETRY, 10 * MINUTE),
    ((TO, 452, "4.2.2 The email account is over quota"), RETRY, EIGHT_A_DAY),
    ((TO, 552, "5.2.2 The email account is over quota"), RETRY, EIGHT_A_DAY),
    ((TO, 452, "4.5.3 Too many recipients"), RETRY, MINUTE),
    ((TO, 452, "4.5.3 Domain policy size per transaction exceeded"), RETRY, MINUTE),
    ((MAIL, 432, "4.3.2 Concurrent connections limit exceeded"), FOR_ALL, MINUTE),
    ((DOT, 432, "4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded"), FOR_ALL, MINUTE),
    # the login
    ((LOGIN, 454, "4.7.0 Temporary authentication failure"), FOR_ALL, 15 * MINUTE),
    ((LOGIN, 454, "4.7.0 Too many login attempts"), FOR_ALL, 15 * MINUTE),
    ((MAIL, 454, "Throttling failure: Maximum sending rate exceeded."), FOR_ALL, SOON),
    ((DOT, 454, "Throttling failure: Maximum sending rate exceeded."), FOR_ALL, SOON),
    ((MAIL, 454, "Throttling failure: Daily message quota exceeded."), QUOTA, HOUR),
    ((DOT, 454, "Throttling failure: Daily message quota exceeded."), QUOTA, HOUR),
    ((LOGIN, 535, "eyJzdGF0dXMiOiI0MDEifQ== 5.7.8 Username and Password not accepted"), AUTH, None),
    ((LOGIN, 535, "5.7.8 Username and Password not accepted"), AUTH, None),
    ((LOGIN, 535, "5.7.3 Authentication unsuccessful"), AUTH, None),
    ((LOGIN, 534, "5.7.9 Application-specific password required"), AUTH, None),
    ((LOGIN, 534, "5.7.14 Please log in via your web browser"), AUTH, None),
    ((LOGIN, 535, "5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled."),
     FATAL, None),
    ((LOGIN, 535, "5.7.139 Authentication unsuccessful, basic authentication is disabled."), FATAL, None),
    ((LOGIN, 535, "5.7.139 Authentication unsuccessful, the user credentials were incorrect."), AUTH, None),
    ((MAIL, 530, "5.7.0 Authentication Required"), FATAL, None),
    ((MAIL, 530, "5.7.0 Must issue a STARTTLS command first"), FATAL, None),
    # the account's limits, and what it may do
    ((MAIL, 550, "5.4.5 Daily user sending limit exceeded"), QUOTA, HOUR),
    ((DOT, 550, "5.4.5 Daily SMTP relay limit exceeded for user"), QUOTA, HOUR),
    ((DOT, 554, "5.2.0 STOREDRV.Submission.Exception:QuotaExceededException"), QUOTA, DAY),
    ((DOT, 554, "5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException"), QUOTA, DAY),
    ((MAIL, 550, "5.1.90 Your message can't be sent"), QUOTA, DAY),
    ((DOT, 554, "5.2.2 mailbox full; STOREDRV.Submission; Shutoff"), FATAL, None),
    ((DOT, 550, "5.7.60 SMTP; Client does not have permissions to send as this sender"), FATAL, None),
    ((DOT, 550, "5.7.1 Client does not have permissions to send as this sender"), FATAL, None),
    ((DOT, 554, "5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException"), FATAL, None),
    ((MAIL, 550, "5.1.8 Access denied, bad outbound sender"), FATAL, None),
    ((TO, 550, "5.7.705 Access denied, tenant has exceeded threshold"), FATAL, None),
    # the attendee
    *(((TO, 550, f"5.{what} no"), RCPT, None) for what in ("1.1", "1.2", "1.3", "1.6", "1.10", "2.1")),
    ((TO, 551, "User not local"), RCPT, None),
    ((TO, 553, "Mailbox name not allowed"), RCPT, None),
    ((TO, 550, "5.7.1 Blocked by policy"), BREAKER, None),
    ((TO, 554, "5.7.1 Blocked by policy"), BREAKER, None),
    ((TO, 554, "5.7.1 Relay access denied"), FATAL, None),
    # the sender's domain, and the invite
    *(((DOT, 550, f"5.7.{last} no"), FATAL, None) for last in (25, 26, 27, 29, 30)),
    ((DOT, 421, "4.7.28 unusual rate of unsolicited mail"), QUOTA, HOUR),
    ((DOT, 550, "5.7.28 unusual rate of unsolicited mail"), QUOTA, DAY),
    ((DOT, 552, "5.3.4 Message too big"), FATAL, None),
    ((DOT, 552, "5.2.3 Message too big"), FATAL, None),
    ((DOT, 554, "5.6.0 Corrupt message content"), FATAL, None),
    ((MAIL, 550, "5.6.7 needs SMTPUTF8"), RCPT, None),
    ((TO, 553, "5.6.7 needs SMTPUTF8"), RCPT, None),
    ((DOT, 554, "Message rejected: Email address is not verified: ann@acme.example"), FATAL, None),
    ((DOT, 554, f"Message rejected: Email address is not verified: {BOB}"), RCPT, None),
]  # fmt: skip

GOOGLE_ROWS = [
    ((GMAIL, 400, "invalidArgument", "Invalid To header"), RCPT, None),
    ((GMAIL, 400, "invalidArgument", "Recipient address required"), RCPT, None),
    ((GMAIL, 400, "badRequest", "Bad Request"), FATAL, None),
    ((GMAIL, 400, "failedPrecondition", "Mail service not enabled"), FATAL, None),
    ((GMAIL, 401, "authError", "Invalid Credentials"), AUTH, None),
    ((INSERT, 401, "UNAUTHENTICATED", ""), AUTH, None),
    *(
        ((call, 403, reason, ""), BRIEF, None)
        for call in (GMAIL, INSERT)
        for reason in ("rateLimitExceeded", "userRateLimitExceeded")
    ),
    ((GMAIL, 403, "dailyLimitExceeded", ""), QUOTA, MIDNIGHT),
    ((INSERT, 403, "dailyLimitExceeded", ""), QUOTA, MIDNIGHT),
    ((GMAIL, 403, "insufficientPermissions", ""), AUTH, None),
    ((INSERT, 403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT", ""), AUTH, None),
    ((GMAIL, 403, "accessNotConfigured", ""), FATAL, None),
    ((INSERT, 403, "SERVICE_DISABLED", ""), FATAL, None),
    ((GMAIL, 403, "domainPolicy", ""), FATAL, None),
    ((GMAIL, 403, "forbidden", "Delegation denied for ann@acme.example"), FATAL, None),
    ((GMAIL, 429, "rateLimitExceeded", f"{LIMIT} (Mail sending)"), QUOTA, 3 * HOUR),
    ((GMAIL, 429, "rateLimitExceeded", f"{LIMIT} (Send as)"), FOR_ALL, 3 * HOUR),
    ((GMAIL, 429, "rateLimitExceeded", "Too many concurrent requests for user"), FOR_ALL, MINUTE),
    ((GMAIL, 429, "RESOURCE_EXHAUSTED", "Quota exceeded for 'Queries per minute'"), FOR_ALL, MINUTE),
    ((GMAIL, 500, "backendError", ""), UNSURE, None),
    ((GMAIL, 503, "backendError", ""), UNSURE, None),
    ((GMAIL, 503, "backendError", "", "120"), UNSURE, 2 * MINUTE),
    ((INSERT, 409, "duplicate", "The requested identifier already exists."), Step.COMPARE, None),
    ((PATCH, 409, "duplicate", ""), FATAL, None),
    ((INSERT, 400, "invalid", "Invalid attendee email."), RCPT, None),
    ((INSERT, 400, "invalid", "Invalid resource id value."), FATAL, None),
    ((INSERT, 400, "timeRangeEmpty", ""), FATAL, None),
    ((INSERT, 400, "required", "Missing end time."), FATAL, None),
    ((INSERT, 403, "quotaExceeded", "Calendar usage limits exceeded."), QUOTA, SIX_HOURS),
    *(
        ((INSERT, 403, reason, ""), FATAL, None)
        for reason in (
            "forbiddenForServiceAccounts",
            "forbidden",
            "requiredAccessLevel",
            "forbiddenForNonOrganizer",
        )
    ),
    ((Call.CALENDAR, 404, "notFound", ""), FATAL, None),
    ((PATCH, 404, "notFound", ""), Step.ABSENT, None),
    ((DELETE, 410, "deleted", ""), Step.DONE, None),
    ((PATCH, 410, "deleted", ""), Step.NEXT_LIFE, None),
    ((PATCH, 412, "conditionNotMet", ""), RETRY, timedelta(seconds=1)),
    ((INSERT, 429, "rateLimitExceeded", ""), BRIEF, None),
    ((INSERT, 429, "", ""), BRIEF, None),
    ((INSERT, 403, "rateLimitExceeded", "", "9"), BRIEF, timedelta(seconds=9)),
    ((INSERT, 500, "backendError", ""), RETRY, None),
    ((INSERT, 503, "backendError", ""), FOR_ALL, None),
]

GRAPH_ROWS = [
    ((400, "ErrorInvalidRecipients", ""), RCPT, None),
    ((400, "ErrorMimeContentInvalidBase64String", "Invalid base64 string for MIME content."), FATAL, None),
    ((401, "InvalidAuthenticationToken", ""), AUTH, None),
    ((403, "ErrorAccessDenied", ""), FATAL, None),
    ((403, "ErrorSendAsDenied", ""), FATAL, None),
    ((429, "ApplicationThrottled", "MailboxConcurrency", "17"), FOR_ALL, timedelta(seconds=17)),
    *(((status, "ErrorExceededMessageLimit", ""), QUOTA, DAY) for status in (400, 403, 429)),
    ((429, "ErrorExceededMessageLimit", "", "10"), QUOTA, DAY),
    *(((status, "ErrorQuotaExceeded", ""), FATAL, None) for status in (403, 429)),
    *(((status, "ErrorMessageSubmissionBlocked", ""), FATAL, None) for status in (403, 429)),
    ((413, "", ""), FATAL, None),
    ((500, "ErrorInternalServerError", ""), UNSURE, None),
    ((503, "serviceNotAvailable", ""), UNSURE, None),
    ((503, "serviceNotAvailable", "", "120"), UNSURE, 2 * MINUTE),
]


@pytest.mark.parametrize(("said", "meant", "after"), SMTP_ROWS, ids=str)
def test_a_mail_servers_reply_is_taken_for_what_the_table_says(said, meant, after):
    assert_means(smtp(*said), meant, after)


@pytest.mark.parametrize(("said", "meant", "after"), GOOGLE_ROWS, ids=str)
def test_googles_reply_is_taken_for_what_the_table_says(said, meant, after):
    assert_means(google(*said), meant, after)


@pytest.mark.parametrize(("said", "meant", "after"), GRAPH_ROWS, ids=str)
def test_microsofts_reply_is_taken_for_what_the_table_says(said, meant, after):
    assert_means(graph(*said), meant, after)


@pytest.mark.parametrize(
    ("fault", "meant"),
    [
        (google_token("invalid_grant"), AUTH),
        *((google_token(f"{what}_client"), FATAL) for what in ("unauthorized", "invalid", "deleted")),
        (google_token("invalid_scope"), FATAL),
        (google_token(""), FOR_ALL),
        (google_token("internal_failure", retryable=True), FOR_ALL),
        (graph_token("invalid_grant", "AADSTS50173: The grant was revoked."), AUTH),
        (graph_token("interaction_required", "AADSTS50076: use multi-factor authentication"), AUTH),
    ],
)
def test_a_token_that_is_not_given_is_taken_for_what_the_table_says(fault, meant):
    assert_means(fault, meant, None)


@pytest.mark.parametrize(
    ("fault", "is_probe"),
    [
        (google(GMAIL, 429, "rateLimitExceeded", f"{LIMIT} (Mail sending)"), False),
        (google(GMAIL, 429, "rateLimitExceeded", "Limit exceeded (Mail sending)"), True),
        (google(GMAIL, 429, "rateLimitExceeded", "(Mail sending)", "7200"), False),
        (google(GMAIL, 403, "dailyLimitExceeded"), False),
        (google(INSERT, 403, "quotaExceeded"), True),
        (graph(429, "ErrorExceededMessageLimit"), True),
        (graph(429, "ErrorExceededMessageLimit", "", "10"), True),
        (graph(429, "ErrorExceededMessageLimit", "", "172800"), False),
        (smtp(MAIL, 550, "5.4.5 Daily user sending limit exceeded"), True),
        (smtp(DOT, 550, "5.7.28 unusual rate of unsolicited mail"), True),
    ],
)
def test_a_quota_ends_at_the_time_that_the_provider_names_and_without_one_it_is_tried(fault, is_probe):
    assert (type(fault), fault.is_probe) == (OverQuota, is_probe)


def test_no_hint_about_the_speed_names_what_nobody_can_set():
    hints = {google(GMAIL, 429, "rateLimitExceeded").hint, google(INSERT, 403, "rateLimitExceeded").hint}
    assert hints == {"Set a lower number of invites a minute under Limits."}
    assert "SMTP_CONNECTIONS" in smtp(MAIL, 432, "4.3.2 Concurrent connections limit exceeded").hint


@pytest.mark.parametrize(("repeatable", "meant"), [(False, UNSURE), (True, RETRY)])
def test_a_reply_lost_after_the_hand_over_is_unsure_unless_our_own_id_makes_it_harmless(repeatable, meant):
    """Gmail and Graph; Calendar."""
    assert_means(no_reply(repeatable=repeatable), meant, None)


def assert_means(got, meant, after):
    if isinstance(meant, Step):
        assert got is meant
    elif meant in {RETRY, FOR_ALL, BRIEF}:
        assert (type(got), got.whole_account, got.after) == (Busy, meant != RETRY, after)
        assert got.is_brief is (meant == BRIEF)
    elif meant is BREAKER:
        assert (type(got), got.policy) == (BadAddress, True)
    else:
        assert (type(got), getattr(got, "policy", False)) == (meant, False)
        assert getattr(got, "after", None) == after
