"""Mailboxes that a test fills, and short mails to fill them with. Real ones stand in tests/corpus."""

from campaigns.answer_port import Fetched

ORGANIZER = "olga@example.org"


class HeldInbox:
    """Implements ``campaigns.answer_port.Inbox``: everything that ``mails`` holds, from the cursor on."""

    def __init__(self):
        self.mails = []
        self.answers = []
        self.fault = None
        self.asked = []
        self.closed = 0

    def fetch(self, cursor, *, since, limit):
        self.asked.append((cursor, since))
        if self.fault is not None:
            raise self.fault
        start = int(cursor or 0)
        page = self.mails[start : start + limit]
        end = start + len(page)
        answers = tuple(self.answers) if not start else ()
        return Fetched(str(end), tuple(page), answers, is_more=end < len(self.mails))

    def close(self):
        self.closed += 1


class OneInbox:
    """Implements ``campaigns.answer_port.Inboxes``: the same for every account; None: none can be read."""

    def __init__(self, inbox):
        self.inbox = inbox

    def for_account(self, account):
        return self.inbox


def reply(
    uid,
    attendee,
    said="ACCEPTED",
    *,
    sequence=0,
    stamp="20261124T120000Z",
    sender="",
    extra="",
    sent_by="",
):
    by = f';SENT-BY="mailto:{sent_by}"' if sent_by else ""
    calendar = (
        "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n"
        f"UID:{uid}\r\nSEQUENCE:{sequence}\r\nDTSTAMP:{stamp}\r\n{extra}"
        f"ATTENDEE;PARTSTAT={said}{by}:mailto:{attendee}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    head = (
        f"From: {sender or attendee}\r\nTo: {ORGANIZER}\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n"
    )
    return (head + calendar).encode()


def bounce(recipient, message_id, status="5.1.1", *, action="failed", boundary=""):
    fields = (
        f"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; {recipient}\r\n"
        f"Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; 550 {status} <{recipient}> no\r\n"
    )
    return _report("delivery-status", fields, recipient, message_id, boundary)


def complaint(recipient, message_id, kind="abuse"):
    fields = f"Feedback-Type: {kind}\r\nOriginal-Rcpt-To: {recipient}\r\n"
    return _report("feedback-report", fields, recipient, message_id, "")


def _report(kind, fields, recipient, message_id, boundary):
    returned = f"To: {recipient}\r\nMessage-ID: {message_id}\r\n"
    if boundary:
        returned += f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n'
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {ORGANIZER}\r\n"
        f'Content-Type: multipart/report; report-type={kind}; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain\r\n\r\nA report.\r\n"
        f"--b\r\nContent-Type: message/{kind}\r\n\r\n{fields}\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{returned}\r\n--b--\r\n"
    ).encode()
