"""Every row of the table of what Google says."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from campaigns.errors import BadAddress, Busy, Misconfigured, NoAccess, OverQuota, Unsure
from mailers.google_faults import (
    GoogleError,
    Step,
    classify,
    classify_token,
    next_step,
    read_error,
    too_few_scopes,
)
from mailers.google_rules import RULES, TOKEN_RULES, Call
from mailers.verdicts import Verdict

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)  # 01:30 in California
GMAIL, INSERT, PATCH, DELETE, READ, LIST, MAKE = (
    Call.GMAIL_SEND,
    Call.INSERT,
    Call.PATCH,
    Call.DELETE,
    Call.READ,
    Call.LIST,
    Call.CALENDAR,
)
ALL = "whole account"
UNTIL = "2026-11-23T10:00:00.000Z"

TABLE = [
    # call, status, reason, message, fault, seconds, mark
    (GMAIL, 400, "invalidArgument", "Invalid To header", BadAddress, None, ""),
    (GMAIL, 400, "invalidArgument", "Recipient address required", BadAddress, None, ""),
    (GMAIL, 400, "invalidArgument", "Invalid value for ByteString: raw", Misconfigured, None, ""),
    (GMAIL, 400, "badRequest", "Bad Request", Misconfigured, None, ""),
    (GMAIL, 400, "failedPrecondition", "Mail service not enabled", Misconfigured, None, ""),
    (GMAIL, 400, "failedPrecondition", "Precondition check failed.", Misconfigured, None, ""),
    (GMAIL, 401, "authError", "Invalid Credentials", NoAccess, None, ""),
    (INSERT, 401, "UNAUTHENTICATED", "Request had invalid authentication credentials.", NoAccess, None, ""),
    (GMAIL, 403, "rateLimitExceeded", "Rate Limit Exceeded", Busy, None, ALL),
    (INSERT, 403, "userRateLimitExceeded", "User Rate Limit Exceeded", Busy, None, ALL),
    (GMAIL, 403, "dailyLimitExceeded", "Daily Limit Exceeded", OverQuota, 22.5 * 3600, ""),
    (INSERT, 403, "dailyLimitExceeded", "Daily Limit Exceeded", OverQuota, 22.5 * 3600, ""),
    (GMAIL, 403, "insufficientPermissions", "Insufficient Permission", NoAccess, None, ""),
    (INSERT, 403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficient scopes", NoAccess, None, ""),
    (GMAIL, 403, "accessNotConfigured", "Gmail API has not been used", Misconfigured, None, ""),
    (INSERT, 403, "SERVICE_DISABLED", "Calendar API has not been used", Misconfigured, None, ""),
    (GMAIL, 403, "domainPolicy", "The domain administrators have disabled", Misconfigured, None, ""),
    (GMAIL, 403, "forbidden", "Delegation denied for ana", Misconfigured, None, ""),
    (GMAIL, 429, "rateLimitExceeded", f"User-rate limit exceeded.  Retry after {UNTIL} (Mail sending)",
     OverQuota, 1800, ""),
    (GMAIL, 429, "rateLimitExceeded", "User-rate limit exceeded (Mail sending)", OverQuota, 3600, ""),
    (GMAIL, 429, "rateLimitExceeded", f"User-rate limit exceeded.  Retry after {UNTIL} (Send as)",
     Busy, 1800, ALL),
    (GMAIL, 429, "rateLimitExceeded", "Too many concurrent requests for user", Busy, 60, ALL),
    (GMAIL, 429, "RESOURCE_EXHAUSTED", "Quota exceeded for 'Queries per minute per user'", Busy, 60, ALL),
    (GMAIL, 500, "backendError", "Backend Error", Unsure, None, ""),
    (GMAIL, 503, "backendError", "The service is currently unavailable.", Unsure, None, ""),
    (INSERT, 409, "duplicate", "The requested identifier already exists.", Misconfigured, None, ""),
    (INSERT, 400, "invalid", "Invalid attendee email.", BadAddress, None, ""),
    (INSERT, 400, "invalid", "Invalid resource id value.", Misconfigured, None, ""),
    (INSERT, 400, "timeRangeEmpty", "The specified time range is empty.", Misconfigured, None, ""),
    (PATCH, 400, "required", "Missing end time.", Misconfigured, None, ""),
    (INSERT, 403, "quotaExceeded", "Calendar usage limits exceeded.", OverQuota, 6 * 3600, ""),
    (INSERT, 403, "forbiddenForServiceAccounts", "Service accounts cannot invite", Misconfigured, None, ""),
    (PATCH, 403, "forbiddenForNonOrganizer", "Shared properties", Misconfigured, None, ""),
    (MAKE, 403, "forbidden", "Forbidden", Misconfigured, None, ""),
    (PATCH, 403, "requiredAccessLevel", "You need to have writer access", Misconfigured, None, ""),
    (INSERT, 404, "notFound", "Not Found", Misconfigured, None, ""),
    (MAKE, 404, "notFound", "Not Found", Misconfigured, None, ""),
    (PATCH, 410, "deleted", "Resource has been deleted", Misconfigured, None, ""),
    (PATCH, 412, "conditionNotMet", "Precondition Failed", Busy, 1, ""),
    (INSERT, 429, "rateLimitExceeded", "Rate Limit Exceeded", Busy, None, ALL),
    (INSERT, 429, "", "", Busy, None, ALL),
    (INSERT, 500, "backendError", "Backend Error", Busy, None, ""),
    (PATCH, 503, "backendError", "Backend Error", Busy, None, ALL),
    # What nobody listed.
    (GMAIL, 408, "", "", Busy, None, ""),
    (GMAIL, 413, "uploadTooLarge", "Request too large", Misconfigured, None, ""),
    (GMAIL, 418, "teapot", "short and stout", Misconfigured, None, ""),
    (GMAIL, 302, "", "", Busy, None, ALL),
    (INSERT, 511, "", "", Busy, None, ""),
]  # fmt: skip

TOKENS = [
    # code, words, retryable, fault
    ("invalid_grant", "Token has been expired or revoked.", False, NoAccess),
    ("invalid_grant", "Invalid email or User ID", False, NoAccess),
    ("unauthorized_client", "Client is unauthorized to retrieve access tokens", False, Misconfigured),
    ("invalid_client", "The OAuth client was not found.", False, Misconfigured),
    ("invalid_scope", "Bad Request", False, Misconfigured),
    ("deleted_client", "The OAuth client was deleted.", False, Misconfigured),
    ("admin_policy_enforced", "", False, Misconfigured),
    ("something_new", "", False, Misconfigured),
    ("internal_failure", "Backend Error", True, Busy),
    ("", "No access token in response.", False, Busy),
    ("", "ConnectTimeout", False, Busy),
]

STEPS = [
    (INSERT, 409, Step.COMPARE),
    (PATCH, 404, Step.ABSENT),
    (READ, 404, Step.ABSENT),
    (PATCH, 410, Step.NEXT_LIFE),
    (DELETE, 410, Step.DONE),
    (DELETE, 404, Step.ABSENT),
    (LIST, 410, Step.AFRESH),
    (INSERT, 404, Step.ABSENT),
    (MAKE, 404, None),
    (GMAIL, 409, None),
    (INSERT, 500, None),
]


@pytest.mark.parametrize(
    ("call", "status", "reason", "message", "fault", "seconds", "mark"),
    TABLE,
    ids=[f"{row[0].value} {row[1]} {row[2]} {row[3][:30]}" for row in TABLE],
)
def test_a_reply_means_what_the_table_says(call, status, reason, message, fault, seconds, mark):
    error = GoogleError(status, (reason,) if reason else (), message)
    meant = classify(error, call, now=NOW, recipient="bob.dee@example.com")
    assert type(meant) is fault
    assert meant.cause
    if isinstance(meant, (Busy, OverQuota)):
        assert meant.after == (timedelta(seconds=seconds) if seconds else None)
    assert getattr(meant, "whole_account", False) == (mark == ALL)


@pytest.mark.parametrize(("code", "words", "retryable", "fault"), TOKENS)
def test_a_token_that_was_not_given_means_what_the_table_says(code, words, retryable, fault):
    meant = classify_token(code, words, retryable=retryable)
    assert type(meant) is fault
    assert getattr(meant, "whole_account", True)


@pytest.mark.parametrize(("call", "status", "step"), STEPS)
def test_our_own_ids_make_some_refusals_harmless(call, status, step):
    assert next_step(GoogleError(status), call) is step


def test_what_the_header_asks_for_comes_before_our_own_patience():
    error = GoogleError(429, ("rateLimitExceeded",), "Too many concurrent requests for user", "7")
    assert classify(error, GMAIL, now=NOW).after == timedelta(seconds=7)
    error = GoogleError(403, ("quotaExceeded",), "", "Mon, 23 Nov 2026 12:30:00 GMT")
    assert classify(error, INSERT, now=NOW).after == timedelta(hours=3)


def test_a_header_makes_no_limit_of_a_refusal():
    assert isinstance(classify(GoogleError(400, (), "", "7"), INSERT, now=NOW), Misconfigured)


def test_an_error_is_read_with_all_its_reasons():
    body = {
        "error": {
            "code": 403,
            "message": "Request had insufficient authentication scopes.",
            "errors": [{"domain": "global", "reason": "insufficientPermissions"}],
            "details": [{"reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}, {"@type": "other"}, "odd"],
        }
    }
    assert read_error(403, json.dumps(body).encode(), "5") == GoogleError(
        403,
        ("insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
        "Request had insufficient authentication scopes.",
        "5",
    )


@pytest.mark.parametrize(
    "body",
    [b"", b"<!DOCTYPE html>", b"[]", b'"x"', b'{"error": "invalid"}', b'{"error": {"errors": 1}}', b"\xff"],
)
def test_a_page_in_the_place_of_an_error_leaves_its_status(body):
    error = read_error(502, body)
    assert (error.status, error.reasons) == (502, ())
    assert isinstance(classify(error, GMAIL, now=NOW), Unsure)


def test_evidence_holds_status_reason_and_words_but_nobodys_address():
    error = GoogleError(400, ("invalid",), "Invalid attendee email: bob.dee@example.com, see a@b.example")
    fault = classify(error, INSERT, now=NOW, recipient="bob.dee@example.com")
    assert fault.evidence == "400 invalid Invalid attendee email: <address>, see <address>"


def test_a_scope_that_is_missing_is_named():
    fault = too_few_scopes(["https://www.googleapis.com/auth/gmail.send"])
    assert isinstance(fault, NoAccess)
    assert fault.evidence == "not granted: https://www.googleapis.com/auth/gmail.send"
    assert fault.hint.endswith("Missing: gmail.send.")
    assert too_few_scopes(["https://mail.google.com/"]).hint.endswith("Missing: https://mail.google.com/.")


def test_every_quota_rule_says_for_how_long():
    assert all(
        rule.after or rule.until == "midnight Pacific" for rule in RULES if rule.verdict is Verdict.QUOTA
    )


def test_every_rule_that_needs_a_person_says_what_to_do():
    needs = (Verdict.BROKEN, Verdict.NO_ACCESS)
    assert all(rule.hint for rule in (*RULES, *TOKEN_RULES) if rule.verdict in needs)


def test_every_rule_speaks_for_at_least_one_row_of_this_table():
    """A rule that no case reaches may be hidden behind another."""
    from mailers.google_faults import _fits, _says

    reached = {
        id(next(rule for rule in RULES if _fits(rule, GoogleError(row[1], (row[2],), row[3]), row[0])))
        for row in TABLE
    }
    reached |= {id(next(rule for rule in TOKEN_RULES if _says(rule, (row[0],)))) for row in TOKENS}
    assert [rule for rule in (*RULES, *TOKEN_RULES) if id(rule) not in reached] == []
