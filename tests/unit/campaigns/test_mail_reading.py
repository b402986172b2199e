"""The corpus: what real mail programs and servers send back, and what is to be read out of each."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from campaigns.answer import Said
from campaigns.incoming import Bounce, Complaint, Nothing, Reply, Returned
from campaigns.mail_parts import LARGEST
from campaigns.mail_reading import read_mail
from campaigns.report import WRONG_ADDRESS

CORPUS = Path(__file__).parents[2] / "corpus"
MAILS = {path.stem: path.read_bytes() for path in sorted(CORPUS.glob("*.eml"))}

UID = "0f1e2d3c4b5a69788796a5b4c3d2e1f0@events.example.com"
MESSAGE_ID = "<00112233445566778899aabbccddeeff@events.example.com>"
KEY = "ffeeddccbbaa99887766554433221100"
ANA = "ana@example.org"
OURS = Returned((MESSAGE_ID,), KEY)


def at(hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 11, 24, hour, minute, second, tzinfo=UTC)


def reply(said: Said, stamped_at: datetime, **others) -> Reply:
    usual = {"uid": UID, "attendee": ANA, "sender": ANA, "sequence": 2, "sender_name": "Ana Diaz"}
    return Reply(said=said, stamped_at=stamped_at, **(usual | others))


REPLIES = {
    "reply_gmail_accepted": reply(Said.ACCEPTED, at(13, 4, 5)),
    "reply_gmail_declined_with_a_note": reply(Said.DECLINED, at(13, 4, 5)),
    "reply_exchange_aceptada": reply(Said.ACCEPTED, at(14, 15), sender_name="Ana Díaz"),
    "reply_exchange_provisoria_with_a_comment": reply(Said.TENTATIVE, at(14, 15), sender_name="Ana Díaz"),
    "reply_exchange_abgelehnt": reply(Said.DECLINED, at(14, 15), sender_name="Ana Díaz"),
    "reply_outlook_desktop_from_a_delegate": reply(
        Said.ACCEPTED,
        at(14, 15),
        sender="bo@example.org",
        sender_name="Bo Secretary",
        sent_by="bo@example.org",
    ),
    "reply_outlook_com_without_organizer": reply(Said.ACCEPTED, at(14, 20)),
    "reply_apple_mail": reply(Said.ACCEPTED, at(14)),
    "reply_icloud_by_principal": reply(Said.DECLINED, at(14, 0, 1), sender="noreply@email.apple.example"),
    "reply_thunderbird_tentative": reply(Said.TENTATIVE, at(13, 4, 5), sender_name="Ana Díaz"),
    "reply_zimbra": reply(Said.ACCEPTED, at(13, 4, 5)),
    "reply_only_attached_as_ics": reply(Said.ACCEPTED, at(13, 4, 5)),
    "reply_method_only_in_the_header": reply(Said.ACCEPTED, at(13, 4, 5), sender_name=""),
    "reply_in_utf_16_without_dtstamp": reply(Said.ACCEPTED, at(13, 4, 5), sender_name=""),
    "reply_charset_nobody_knows": reply(Said.ACCEPTED, at(13, 4, 5), sender_name=""),
    "reply_to_a_series_and_to_one_date": reply(Said.ACCEPTED, at(13, 4, 5)),
    "reply_to_one_date_only": reply(Said.DECLINED, at(13, 4, 5), is_one_occurrence=True),
    "reply_with_lines_that_cannot_be_read": reply(Said.ACCEPTED, at(13, 4, 5)),
    # well-formed, and for the judge to see through
    "trap_reply_of_a_stranger": reply(
        Said.ACCEPTED,
        at(13, 4, 5),
        attendee="eve@elsewhere.example",
        sender="eve@elsewhere.example",
        sender_name="Eve",
    ),
    "trap_reply_with_a_forged_sequence": reply(Said.ACCEPTED, at(13, 4, 5), sequence=999),
    "trap_reply_with_the_uid_of_another": reply(
        Said.ACCEPTED, at(13, 4, 5), uid="ffffffffffffffffffffffffffffffff@events.example.com"
    ),
}

NO_MAILBOX = "The mailbox doesn't exist"
# (status, cause, whether the address itself is to blame)
BOUNCES = {
    "bounce_postfix_no_such_user": ("5.1.1", NO_MAILBOX, True),
    "bounce_postfix_headers_only_mailbox_full": ("5.2.2", "The mailbox is full", False),
    "bounce_postfix_expired": ("4.4.1", "The mail server could not be reached in time", False),
    "bounce_exchange_online": ("5.1.10", NO_MAILBOX, True),
    "bounce_exchange_policy_refusal": ("5.7.133", "Refused by the other side's policy", False),
    "bounce_exchange_sender_is_blocked": ("5.1.8", "The mail server refused the sender", False),
    "bounce_exchange_sender_rejected_in_words": ("5.1.0", "The mail server refused the sender", False),
    "bounce_gmail_with_the_mail": ("5.1.1", NO_MAILBOX, True),
    "bounce_gmail_headers_only_disabled_account": ("5.2.1", "The mailbox is closed", True),
    "bounce_apple": ("5.1.1", NO_MAILBOX, True),
    "bounce_internationalized": ("5.1.2", "The domain takes no mail", True),
}

NOTHING = "No answer and no report."
NO_ANSWER = "The calendar part is no answer."
LATE = "The letter is only late, or has arrived."
UNDECIDED = "The attendee has neither accepted nor declined."
NOT_ONE = "The answer does not name one calendar entry."
NOTHINGS = {
    "late_gmail": Nothing(LATE),
    "late_sendmail": Nothing(LATE),
    "late_relayed_by_an_older_server": Nothing(LATE),
    "trap_broken_base64": Nothing(NOT_ONE, is_strange=True),
    "trap_calendar_says_cancel_and_header_reply": Nothing(NO_ANSWER),
    "trap_counter": Nothing(NO_ANSWER),
    "trap_delegated": Nothing(UNDECIDED),
    "trap_dmarc_failure_report": Nothing("The report is no complaint."),
    "trap_endless_calendar": Nothing("The calendar part is too large."),
    "trap_everybody_is_named": Nothing("The answer does not say whose it is.", is_strange=True),
    "trap_forwarded_reply": Nothing(NOTHING),
    "trap_needs_action": Nothing(UNDECIDED),
    "trap_out_of_office": Nothing(NOTHING),
    "trap_qmail_in_plain_words": Nothing("A mail server's report cannot be read.", is_strange=True),
    "trap_read_receipt": Nothing(NOTHING),
    "trap_report_that_it_was_no_spam": Nothing("The report is no complaint."),
    "trap_request_of_somebody_else": Nothing(NO_ANSWER),
    "trap_sequence_is_no_number": Nothing("The answer has no valid SEQUENCE.", is_strange=True),
    "trap_two_entries": Nothing(NOT_ONE, is_strange=True),
    "trap_winmail_dat": Nothing(NOTHING),
}

OTHERS = {
    "bounce_of_a_forwarded_address": Bounce(
        ("ana.private@mail.example", ANA), OURS, "5.1.1", NO_MAILBOX, "550 5.1.1 no such user", is_hard=True
    ),
    "bounce_plain_with_headers_of_gmail": Bounce(
        (ANA,), Returned((MESSAGE_ID,)), "", "The mail server sent it back", "", is_hard=False
    ),
    "bounce_ses_with_another_message_id": Bounce(
        (ANA,),
        Returned(
            ("<0102019abcdef012-11112222-3333-4444-5555-666677778888-000000@eu-west-1.amazonses.com>",), KEY
        ),
        "5.1.1",
        NO_MAILBOX,
        "550 5.1.1 user unknown",
        is_hard=True,
    ),
    "complaint_feedback_loop": Complaint((ANA,), OURS),
    "complaint_recipient_left_out": Complaint((ANA,), OURS),
}

WHOLE = REPLIES | NOTHINGS | OTHERS


def mail(body: str, *headers: str) -> bytes:
    return "\r\n".join([*headers, "", body]).encode()


@pytest.mark.parametrize("name", WHOLE)
def test_a_mail_of_the_corpus_says_what_it_says(name):
    assert read_mail(MAILS[name]) == WHOLE[name]


@pytest.mark.parametrize("name", BOUNCES)
def test_a_report_of_the_corpus_names_our_letter_and_the_reason(name):
    bounce = read_mail(MAILS[name])
    assert isinstance(bounce, Bounce)
    assert (bounce.recipients, bounce.returned) == ((ANA,), OURS)
    assert (bounce.status, bounce.cause, bounce.is_hard) == BOUNCES[name]


def test_every_mail_of_the_corpus_is_judged():
    assert MAILS.keys() == WHOLE.keys() | BOUNCES.keys()
    assert len(MAILS) > 50


@pytest.mark.parametrize("name", [name for name in MAILS if name.startswith("bounce")])
def test_evidence_holds_the_servers_words_and_nobodys_address(name):
    bounce = read_mail(MAILS[name])
    assert isinstance(bounce, Bounce)
    assert "@" not in bounce.evidence
    assert len(bounce.evidence) <= 200


def test_evidence_is_the_servers_own_words():
    bounce = read_mail(MAILS["bounce_postfix_no_such_user"])
    assert bounce.evidence == (
        "550 5.1.1 <address>: Recipient address rejected: User unknown in virtual mailbox table"
    )


@pytest.mark.parametrize(
    ("status", "said", "is_hard"),
    [
        ("5.0.0", "smtp; 550 5.1.1 no such user", True),
        ("5.0.0", "smtp; 550 no such user", False),
        ("5.1.1", "smtp; 550 5.7.1 blocked", True),  # a precise code of the report itself counts
        ("5.4.1", "smtp; 550 5.4.1 Recipient address rejected: Access denied", False),
        ("5.1.6", "", True),
        ("5.1.7", "", False),
        ("5.2.1", "smtp; 550 the sender may find more at", True),
        ("4.2.1", "", False),
        ("", "", False),
    ],
)
def test_only_an_address_to_blame_is_hard(status, said, is_hard):
    fields = f"Final-Recipient: rfc822; {ANA}\nAction: failed\nStatus: {status}\nDiagnostic-Code: {said}\n"
    body = f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n{fields}\n--b--\n"
    bounce = read_mail(mail(body, 'Content-Type: multipart/report; boundary="b"'))
    assert isinstance(bounce, Bounce)
    assert bounce.is_hard is is_hard
    assert not is_hard or bounce.cause in WRONG_ADDRESS, "who is never invited again is told why no try helps"


@pytest.mark.parametrize("action", ["delayed", "relayed", "delivered", "expanded"])
def test_what_has_not_failed_is_no_bounce_whatever_its_status(action):
    fields = f"Final-Recipient: rfc822; {ANA}\nAction: {action}\nStatus: 5.1.1\n"
    body = f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n{fields}\n--b--\n"
    assert read_mail(mail(body, 'Content-Type: multipart/report; boundary="b"')) == Nothing(LATE)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("mailto:Ana%2Bwork@Example.ORG?subject=x", "ana+work@example.org"),
        ("MAILTO:ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("invalid:nomail", ""),
        ("mailto:ana@exa mple.org", ""),
        ("mailto:" + "a" * 400 + "@example.org", ""),
    ],
)
def test_an_attendee_is_known_by_key_however_the_address_is_written(written, key):
    octets = MAILS["reply_method_only_in_the_header"].replace(b"mailto:ana@example.org", written.encode())
    read = read_mail(octets)
    assert (read.attendee if isinstance(read, Reply) else "") == key


def test_a_uid_that_no_database_would_take_is_no_answer():
    for uid in (b"a" * 400, b"nul\0byte@events.example.com", b""):
        octets = MAILS["reply_method_only_in_the_header"].replace(UID.encode(), uid)
        assert read_mail(octets) == Nothing(NOT_ONE, is_strange=True)


HOSTILE = {
    "a parameter that never ends": b'Content-Type: multipart/mixed; a="' + b";" * (LARGEST - 100) + b"\n\nx",
    "parts in parts": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (depth, depth) for depth in range(95)
    ),
    "mails in mails": b"Content-Type: message/rfc822\n\n" * 30_000,
    "comments in comments": b"From: " + b"(" * 4_000 + b"\n\nx",
    "lines": b"\n" * LARGEST,
    "too large": b"x" * (LARGEST + 1),
    "nothing": b"",
}


@pytest.mark.parametrize("octets", HOSTILE.values(), ids=HOSTILE)
def test_a_mail_made_to_do_harm_says_nothing(octets):
    assert isinstance(read_mail(octets), Nothing)


PIECES = st.sampled_from(
    [
        b"From: ana@example.org\r\n",
        b"From: =?utf-8?B?/////w==?= <ana@\xff>\r\n",
        b'Content-Type: multipart/mixed; boundary="b"\r\n',
        b"Content-Type: text/calendar; method=REPLY; charset=utf-7\r\n",
        b"Content-Type: message/delivery-status\r\n",
        b"Content-Type: message/feedback-report\r\n",
        b"Content-Type: text/rfc822-headers\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Transfer-Encoding: x-uuencode\r\n",
        b"\r\n",
        b"--b\r\n",
        b"--b--\r\n",
        b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n",
        b"BEGIN:VEVENT\r\nUID:1\r\n",
        b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:ana@example.org\r\n",
        b'ATTENDEE;CN="\r\n',
        b"SEQUENCE:\xd9\xa1\r\n",
        b"DTSTAMP;VALUE=DATE:99999999\r\n",
        b"DTSTAMP:00000000T999999Z\r\n",
        b"END:VEVENT\r\nEND:VCALENDAR\r\n",
        b"Final-Recipient: rfc822; ana@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n",
        b"Feedback-Type: abuse\r\n",
        b"X-Failed-Recipients: ,,@,<>\r\n",
        b"Date: Tue, 99 Nov 99999 25:00:00 +9999\r\n",
        b"\x00\xff\xfe\r\n",
    ]
)


@given(st.lists(PIECES | st.binary(max_size=30), max_size=25).map(b"".join))
@settings(max_examples=500)
@example(b"From: \xff\r\nContent-Type: text/calendar\r\n\r\n\xff")
def test_any_bytes_at_all_are_read(octets):
    """Not only by the guard around the readers: none of them may stumble over what is merely odd."""
    read = read_mail(octets)
    assert not isinstance(read, Nothing) or "cannot be read (" not in read.why


@pytest.mark.parametrize("charset", [b"\x80tf-8", b"no-such-charset", b"utf-8"])
def test_a_senders_name_that_cannot_be_read_spoils_no_answer(charset):
    read = read_mail(MAILS["reply_thunderbird_tentative"].replace(b"=?UTF-8?", b"=?" + charset + b"?", 1))
    assert isinstance(read, Reply)
    assert (read.sender, read.sender_name) == (ANA, "Ana Díaz" if charset == b"utf-8" else "")


@given(st.sampled_from(sorted(MAILS)), st.data())
@settings(max_examples=500)
def test_a_mail_damaged_on_the_way_is_read(name, data):
    octets = MAILS[name]
    start = data.draw(st.integers(0, len(octets)))
    end = data.draw(st.integers(start, min(start + 2_000, len(octets))))
    damaged = octets[:start] + data.draw(st.binary(max_size=40)) + octets[end:]
    read = read_mail(damaged)
    assert not isinstance(read, Nothing) or "cannot be read (" not in read.why
    if isinstance(read, Reply):
        assert read.uid.isprintable()
        assert read.stamped_at is None or read.stamped_at.tzinfo is not None
