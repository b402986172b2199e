"""Every row of the table of what mail servers say."""

from datetime import timedelta

import pytest

from campaigns.errors import BadAddress, Busy, Misconfigured, NoAccess, OverQuota, Unsure
from mailers.smtp_faults import classify
from mailers.smtp_rules import RULES, Stage
from mailers.verdicts import Verdict

CONNECT, TLS, AUTH, MAIL, RCPT, DATA = (
    Stage.CONNECT,
    Stage.TLS,
    Stage.AUTH,
    Stage.MAIL,
    Stage.RCPT,
    Stage.DATA,
)
ALL, POLICY = "whole account", "policy"

TABLE = [
    # stage, code, words, fault, seconds, mark
    (CONNECT, 0, "timed out", Busy, None, ALL),
    (CONNECT, 0, "Connection refused", Busy, None, ALL),
    (CONNECT, 0, "host name not found", Busy, None, ALL),
    (CONNECT, 554, "5.7.1 no SMTP service here", Misconfigured, None, ""),
    (CONNECT, 450, "4.3.2 try later", Busy, None, ALL),
    (TLS, 0, "certificate: self-signed certificate", Misconfigured, None, ""),
    (TLS, 0, "STARTTLS is not offered", Misconfigured, None, ""),
    (TLS, 454, "4.7.0 TLS not available due to temporary reason", Busy, None, ALL),
    (TLS, 502, "5.5.1 command not implemented", Misconfigured, None, ""),
    (CONNECT, 421, "4.3.0 Temporary System Problem. Try again later", Busy, 300, ALL),
    (MAIL, 421, "4.4.5 Server busy, try again later.", Busy, 300, ALL),
    (DATA, 421, "4.7.0 Connection expired, try reconnecting", Busy, 300, ALL),
    (RCPT, 421, "closing", Busy, 300, ALL),
    (Stage.DROPPED_BEFORE_DOT, 0, "Connection reset by peer", Busy, None, ""),
    (Stage.DROPPED_AFTER_DOT, 0, "timed out", Unsure, None, ""),
    (Stage.DROPPED_AFTER_DOT, 0, "Connection unexpectedly closed", Unsure, None, ""),
    (RCPT, 450, "4.2.1 The user you are trying to contact is receiving mail too quickly", Busy, 3600, ""),
    (RCPT, 450, "4.2.1 Peak SMTP relay limit exceeded for customer.", OverQuota, 1800, ""),
    (MAIL, 450, "4.2.1 Peak SMTP relay limit exceeded for customer.", OverQuota, 1800, ""),
    (RCPT, 450, "4.7.1 Greylisted, please try again later", Busy, 600, ""),
    (RCPT, 451, "4.3.0 Mail server temporarily rejected message", Busy, 600, ""),
    (DATA, 451, "4.4.2 Timeout - closing connection", Busy, 600, ""),
    (RCPT, 450, "come back later", Busy, 600, ""),
    (RCPT, 451, "Graylisted for 5 minutes", Busy, 600, ""),
    (RCPT, 452, "4.2.2 The email account that you tried to reach is over quota", Busy, 14400, ""),
    (RCPT, 552, "5.2.2 The email account that you tried to reach is over quota", Busy, 14400, ""),
    (RCPT, 552, "mailbox full", Busy, 14400, ""),
    (RCPT, 552, "Requested mail action aborted", Busy, 14400, ""),
    (RCPT, 452, "4.5.3 Your message has too many recipients", Busy, 60, ""),
    (MAIL, 432, "4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded", Busy, 60, ALL),
    (CONNECT, 432, "4.3.2 Concurrent connections limit exceeded", Busy, 60, ALL),
    (AUTH, 454, "4.7.0 Too many login attempts, please try again later.", Busy, 900, ALL),
    (AUTH, 454, "4.7.0 Temporary authentication failure", Busy, 900, ALL),
    (MAIL, 454, "Throttling failure: Maximum sending rate exceeded.", Busy, 5, ALL),
    (DATA, 454, "Throttling failure: Maximum sending rate exceeded.", Busy, 5, ALL),
    (DATA, 454, "Throttling failure: Daily message quota exceeded.", OverQuota, 3600, ""),
    (AUTH, 535, "eyJzdGF0dXMiOiI0MDEifQ== invalid token", NoAccess, None, ""),
    (AUTH, 535, "5.7.8 Username and Password not accepted.", NoAccess, None, ""),
    (AUTH, 535, "5.7.3 Authentication unsuccessful", NoAccess, None, ""),
    (AUTH, 534, "5.7.9 Application-specific password required.", NoAccess, None, ""),
    (AUTH, 534, "5.7.14 Please log in via your web browser", NoAccess, None, ""),
    (AUTH, 535, "no", NoAccess, None, ""),
    (AUTH, 535, "5.7.0 Authentication failed", NoAccess, None, ""),
    (AUTH, 535, "5.7.139 Authentication unsuccessful, the user credentials were incorrect.",
     NoAccess, None, ""),
    (AUTH, 554, "5.7.8 Bad credentials", NoAccess, None, ""),
    (AUTH, 504, "5.5.4 unrecognized authentication type", Misconfigured, None, ""),
    (AUTH, 530, "5.7.0 Must issue a STARTTLS command first.", Misconfigured, None, ""),
    (AUTH, 538, "5.7.11 Encryption required for requested authentication mechanism",
     Misconfigured, None, ""),
    (AUTH, 554, "5.7.0 Too many login failures", Busy, 900, ALL),
    (AUTH, 550, "5.3.0 Temporary failure in name resolution", Busy, 900, ALL),
    (AUTH, 550, "5.3.0 internal error", Busy, None, ALL),
    (AUTH, 500, "5.5.2 unknown command", Busy, None, ALL),
    (AUTH, 554, "no", Busy, None, ALL),
    (AUTH, 535, "5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.",
     Misconfigured, None, ""),
    (AUTH, 535, "SmtpClientAuthentication is disabled for the Mailbox.", Misconfigured, None, ""),
    (AUTH, 535, "5.7.139 Authentication unsuccessful, basic authentication is disabled.",
     Misconfigured, None, ""),
    (MAIL, 530, "5.7.0 Authentication Required.", Misconfigured, None, ""),
    (MAIL, 530, "5.7.0 Must issue a STARTTLS command first.", Misconfigured, None, ""),
    (MAIL, 530, "5.7.57 Client not authenticated to send mail.", Misconfigured, None, ""),
    (MAIL, 550, "5.4.5 Daily user sending limit exceeded.", OverQuota, 3600, ""),
    (DATA, 550, "5.4.5 Daily SMTP relay limit exceeded for user.", OverQuota, 3600, ""),
    (DATA, 550, "5.7.1 Daily SMTP relay limit exceeded for customer.", OverQuota, 3600, ""),
    (DATA, 554, "5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException", OverQuota, 86400, ""),
    (DATA, 550, "5.1.90 Your message can't be sent, daily limit for recipients", OverQuota, 86400, ""),
    (DATA, 550, "Domain acme.example has exceeded the max emails per hour (100/100)", OverQuota, 3600, ""),
    (DATA, 554, "5.2.2 mailbox full; STOREDRV.Deliver; Shutoff quota", Misconfigured, None, ""),
    (DATA, 550, "5.7.60 Client does not have permissions", Misconfigured, None, ""),
    (DATA, 550, "5.7.1 Client does not have permissions to send as this sender", Misconfigured, None, ""),
    (DATA, 554, "5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException", Misconfigured, None, ""),
    (RCPT, 553, "5.7.1 Sender address rejected: not owned by user ann", Misconfigured, None, ""),
    (MAIL, 550, "you are not allowed to send from this address", Misconfigured, None, ""),
    (RCPT, 550, "5.1.8 Access denied, bad outbound sender", Misconfigured, None, ""),
    (DATA, 550, "5.7.708 Service unavailable. Access denied, traffic not accepted", Misconfigured, None, ""),
    (RCPT, 550, "5.1.1 The email account that you tried to reach does not exist.", BadAddress, None, ""),
    (DATA, 550, "5.1.1 No such user", BadAddress, None, ""),
    (RCPT, 550, "5.1.2 Host unknown", BadAddress, None, ""),
    (RCPT, 553, "5.1.3 not a valid RFC 5321 address", BadAddress, None, ""),
    (RCPT, 550, "5.1.6 Recipient no longer on server", BadAddress, None, ""),
    (RCPT, 550, "5.1.10 RESOLVER.ADR.RecipientNotFound", BadAddress, None, ""),
    (RCPT, 550, "5.2.1 The email account is disabled.", BadAddress, None, ""),
    (RCPT, 550, "5.4.1 Recipient address rejected: Access denied", BadAddress, None, ""),
    (RCPT, 550, "No such user here", BadAddress, None, ""),
    (RCPT, 551, "User not local; please try <x@y.z>", BadAddress, None, ""),
    (RCPT, 553, "mailbox name not allowed", BadAddress, None, ""),
    (RCPT, 550, "5.7.1 Message blocked by policy", BadAddress, None, POLICY),
    (DATA, 554, "5.7.1 Message looks like spam", BadAddress, None, POLICY),
    (RCPT, 554, "5.7.1 <x@y.z>: Relay access denied", Misconfigured, None, ""),
    (RCPT, 550, "Relaying denied", Misconfigured, None, ""),
    (RCPT, 550, "5.7.54 SMTP; Unable to relay recipient in non-accepted domain", Misconfigured, None, ""),
    (DATA, 550, "5.7.26 This mail is unauthenticated", Misconfigured, None, ""),
    (DATA, 550, "5.7.25 The sending IP address does not have a PTR record", Misconfigured, None, ""),
    (DATA, 550, "5.7.30 DKIM did not pass", Misconfigured, None, ""),
    (DATA, 550, "5.7.515 Access denied, sending domain does not meet the required authentication level",
     Misconfigured, None, ""),
    (DATA, 421, "4.7.28 unusual rate of unsolicited mail originating from your IP", OverQuota, 3600, ""),
    (DATA, 550, "5.7.28 unusual rate of unsolicited mail", OverQuota, 86400, ""),
    (DATA, 552, "5.3.4 Message size exceeds fixed limit", Misconfigured, None, ""),
    (MAIL, 552, "message exceeds size limit", Misconfigured, None, ""),
    (DATA, 552, "5.2.3 Your message exceeded Google's message size limits.", Misconfigured, None, ""),
    (DATA, 554, "5.6.0 Corrupt message content", Misconfigured, None, ""),
    (RCPT, 550, "5.6.7 needs SMTPUTF8", BadAddress, None, ""),
    (MAIL, 553, "5.6.7 needs SMTPUTF8", BadAddress, None, ""),
    (DATA, 554, "Email address is not verified. It failed: ann@acme.example", Misconfigured, None, ""),
    (DATA, 554, "Email address is not verified. It failed: bob.dee@example.com", BadAddress, None, ""),
    # What nobody listed.
    (RCPT, 471, "4.9.9 something new", Busy, None, ""),
    (DATA, 471, "something new", Busy, None, ""),
    (MAIL, 471, "something new", Busy, None, ALL),
    (AUTH, 471, "something new", Busy, None, ALL),
    (RCPT, 571, "5.9.9 something new", BadAddress, None, ""),
    (DATA, 571, "something new", BadAddress, None, POLICY),
    (MAIL, 571, "something new", BadAddress, None, POLICY),
    (DATA, 999, "nonsense", Busy, None, ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("stage", "code", "text", "fault", "seconds", "mark"),
    TABLE,
    ids=[f"{row[0].value} {row[1]} {row[2][:40]}" for row in TABLE],
)
def test_a_reply_means_what_the_table_says(stage, code, text, fault, seconds, mark):
    meant = classify(stage, code, text, recipient="bob.dee@example.com")
    assert type(meant) is fault
    assert meant.cause
    if isinstance(meant, (Busy, OverQuota)):
        assert meant.after == (timedelta(seconds=seconds) if seconds else None)
    assert getattr(meant, "whole_account", False) == (mark == ALL)
    assert getattr(meant, "policy", False) == (mark == POLICY)


def test_the_enhanced_code_is_trusted_before_the_words():
    """A full mailbox speaks of a quota too, but not of ours."""
    assert isinstance(classify(RCPT, 552, "5.2.2 daily message quota exceeded for mailbox"), Busy)


def test_an_enhanced_code_of_another_class_counts_for_nothing():
    assert isinstance(classify(RCPT, 450, "5.1.1 odd"), Busy)


def test_an_ip_address_is_no_enhanced_code():
    assert isinstance(classify(DATA, 550, "blocked: 192.5.1.1 and 5.1.1.9"), BadAddress)
    assert classify(DATA, 550, "blocked: 192.5.1.1 and 5.1.1.9").policy


def test_evidence_holds_the_code_and_the_words_but_nobodys_address():
    fault = classify(
        RCPT,
        550,
        "5.1.1 <Bob.Dee@Example.com>: user bob.dee unknown;\r\n\x07 ask postmaster@example.com",
        recipient="bob.dee@example.com",
    )
    assert fault.evidence == "550 5.1.1 <<address>>: user <name> unknown; ask <address>"


def test_evidence_is_at_most_200_characters():
    assert len(classify(RCPT, 550, "x" * 5000).evidence) == 200


def test_a_reply_that_is_missing_leaves_the_words_alone():
    assert classify(CONNECT, 0, "timed out").evidence == "timed out"


def test_every_quota_rule_says_for_how_long():
    assert all(rule.after for rule in RULES if rule.verdict is Verdict.QUOTA)


def test_every_rule_that_needs_a_person_says_what_to_do():
    needs = (Verdict.BROKEN, Verdict.NO_ACCESS)
    assert all(rule.hint for rule in RULES if rule.verdict in needs)


def test_every_rule_speaks_for_at_least_one_row_of_this_table():
    """A rule that no case reaches may be hidden behind another."""
    from mailers.smtp_faults import _rule_for

    reached = {id(_rule_for(*row[:3], "bob.dee@example.com")) for row in TABLE}
    assert [rule for rule in RULES if id(rule) not in reached] == []


def test_no_hint_says_where_an_account_was_entered():
    """The same rules speak to people who typed it on the connect page and have never seen a setting."""
    for stage in Stage:
        for code in (0, 430, 530, 535, 550):
            for text in ("", "certificate: expired", "5.7.9 x", "relaying denied"):
                hint = classify(stage, code, text).hint
                assert "_URL" not in hint
                assert "smtps://" not in hint
    assert not [rule.hint for rule in RULES if "_URL" in rule.hint]
