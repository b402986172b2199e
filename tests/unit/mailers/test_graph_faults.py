"""Every row of the table of what Microsoft says."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.errors import BadAddress, Busy, Misconfigured, NoAccess, OverQuota, Unsure
from mailers.graph_faults import classify, classify_token, read_error, too_few_scopes
from mailers.graph_rules import RULES, TOKEN_RULES
from mailers.verdicts import Verdict

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DAY = 24 * 3600

TABLE = [
    # status, code, message, Retry-After, fault, seconds
    (400, "ErrorInvalidRecipients", "At least one recipient isn't valid.", "", BadAddress, None),
    (400, "ErrorMimeContentInvalidBase64String", "Invalid base64 string for MIME content.", "",
     Misconfigured, None),
    (401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.", "",
     NoAccess, None),
    (403, "ErrorAccessDenied", "Access is denied.", "", Misconfigured, None),
    (403, "ErrorSendAsDenied", "does not have the right to send mail on behalf", "", Misconfigured, None),
    (429, "ApplicationThrottled", "over its MailboxConcurrency limit.", "7", Busy, 7),
    (429, "ApplicationThrottled", "Too many requests", "Mon, 23 Nov 2026 09:32:00 GMT", Busy, 120),
    (429, "TooManyRequests", "", "", Busy, 60),
    (429, "ErrorExceededMessageLimit", "over the limit", "", OverQuota, DAY),
    (429, "ErrorExceededMessageLimit", "over the limit", "30", OverQuota, DAY),
    (429, "ErrorExceededMessageLimit", "over the limit", "172800", OverQuota, 2 * DAY),
    (429, "TooManyRequests", "", "soon", Busy, 60),
    (400, "ErrorExceededMessageLimit", "the sending limit has been exceeded.", "", OverQuota, DAY),
    (402, "ErrorExceededMessageLimit", "", "", OverQuota, DAY),
    (400, "ErrorQuotaExceeded", "The user's mailbox quota is exceeded.", "", Misconfigured, None),
    (507, "ErrorQuotaExceeded", "Insufficient storage.", "", Misconfigured, None),
    (400, "ErrorMessageSubmissionBlocked", "Cannot send mail.", "", Misconfigured, None),
    (404, "MailboxNotEnabledForRESTAPI", "The mailbox is either inactive", "", Misconfigured, None),
    (413, "RequestEntityTooLarge", "The request's body is over 4 MB.", "", Misconfigured, None),
    (500, "ErrorInternalServerError", "An internal server error occurred.", "", Unsure, None),
    (503, "serviceNotAvailable", "The service is temporarily unavailable.", "30", Unsure, 30),
    (503, "serviceNotAvailable", "The service is temporarily unavailable.", "", Unsure, None),
    (504, "", "", "", Unsure, None),
    # What nobody listed.
    (408, "", "", "", Busy, None),
    (415, "UnsupportedMediaType", "", "", Misconfigured, None),
    (302, "", "", "", Busy, None),
    (200, "", "", "", Unsure, None),
]  # fmt: skip

TOKENS = [
    ("invalid_grant", "AADSTS50173: The provided grant has expired due to it being revoked.", NoAccess),
    ("invalid_grant", "AADSTS700082: The refresh token has expired due to inactivity.", NoAccess),
    ("interaction_required", "AADSTS50076: you must use multi-factor authentication", NoAccess),
    ("consent_required", "AADSTS65001: The user or administrator has not consented", NoAccess),
    ("invalid_client", "AADSTS7000215: Invalid client secret provided.", Misconfigured),
    ("unauthorized_client", "AADSTS700016: Application was not found", Misconfigured),
    ("invalid_scope", "AADSTS70011: The scope is not valid.", Misconfigured),
    ("temporarily_unavailable", "AADSTS90033: A transient error has occurred.", Busy),
    ("", "no answer to be read", Busy),
]


@pytest.mark.parametrize(("status", "code", "message", "retry_after", "fault", "seconds"), TABLE)
def test_a_reply_means_what_the_table_says(status, code, message, retry_after, fault, seconds):
    meant = classify(status, code, message, now=NOW, retry_after=retry_after, recipient="bob@example.com")
    assert type(meant) is fault
    assert meant.cause
    if isinstance(meant, (Busy, OverQuota)):
        assert meant.after == (timedelta(seconds=seconds) if seconds else None)
    if isinstance(meant, Busy):
        assert meant.whole_account == (status != 408)


@pytest.mark.parametrize(("code", "words", "fault"), TOKENS)
def test_a_token_that_was_not_given_means_what_the_table_says(code, words, fault):
    meant = classify_token(code, words)
    assert type(meant) is fault
    assert getattr(meant, "whole_account", True)


def test_of_entras_words_the_number_is_kept_and_not_the_ids():
    words = "AADSTS65001: Nobody has consented. Trace ID: 1b2c Correlation ID: 3d4e Timestamp: 2026-11-23"
    assert (
        classify_token("invalid_grant", words).evidence == "invalid_grant AADSTS65001: Nobody has consented"
    )


def test_an_error_is_read_and_a_page_is_none():
    assert read_error(b'{"error": {"code": "A", "message": "b"}}') == ("A", "b")
    for page in (b"", b"<html>", b"[]", b'{"error": "x"}', b"\xff"):
        assert read_error(page) == ("", "")


def test_evidence_holds_the_words_but_nobodys_address():
    fault = classify(
        400, "ErrorInvalidRecipients", "Bad: bob@example.com", now=NOW, recipient="bob@example.com"
    )
    assert fault.evidence == "400 ErrorInvalidRecipients Bad: <address>"


def test_a_scope_that_is_missing_is_named():
    fault = too_few_scopes(["https://graph.microsoft.com/Mail.Send"])
    assert isinstance(fault, NoAccess)
    assert fault.evidence == "not granted: https://graph.microsoft.com/Mail.Send"
    assert fault.hint.endswith("Missing: Mail.Send.")


def test_every_quota_rule_says_for_how_long():
    assert all(rule.after for rule in RULES if rule.verdict is Verdict.QUOTA)


def test_every_rule_that_needs_a_person_says_what_to_do():
    needs = (Verdict.BROKEN, Verdict.NO_ACCESS)
    assert all(rule.hint for rule in (*RULES, *TOKEN_RULES) if rule.verdict in needs)


def test_every_rule_speaks_for_at_least_one_row_of_this_table():
    """A rule that no case reaches may be hidden behind another."""
    from mailers.graph_faults import _fits

    reached = {id(next(rule for rule in RULES if _fits(rule, *row[:2]))) for row in TABLE}
    assert [rule for rule in RULES if id(rule) not in reached] == []
