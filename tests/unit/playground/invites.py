"""Invites as an organizer's mail server would take them, and a browser that follows no redirect by itself."""

import http.client
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import urlencode

OWNER = "events@acme.example"
ATTENDEE = "kim@people.example"
BERLIN = """BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
END:DAYLIGHT
END:VTIMEZONE
"""


def invite(
    *,
    method="REQUEST",
    sequence=0,
    start=";TZID=Europe/Berlin:20270701T103000",
    end=";TZID=Europe/Berlin:20270701T113000",
    place="Room 1",
    text="You are invited.",
    attendee=ATTENDEE,
    html="",
    stamp="20270301T080000Z",
    more="",
    headers="",
):
    """The bytes of one invite mail; ``more`` are lines of the event, ``headers`` of the mail."""
    calendar = (
        f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\nMETHOD:{method}\n{BERLIN}BEGIN:VEVENT\n"
        f"UID:uid-of-{attendee}\nDTSTAMP:{stamp}\nSEQUENCE:{sequence}\nDTSTART{start}\nDTEND{end}\n"
        f"SUMMARY:Launch <party>\nLOCATION:{place}\nORGANIZER;CN=Ana Souza:mailto:{OWNER}\n"
        f'ATTENDEE;CN="Kim Park";RSVP=TRUE:mailto:{attendee}\nDESCRIPTION:Bring a pen\\, please.\n'
        f"{more}END:VEVENT\nEND:VCALENDAR\n"
    ).replace("\n", "\r\n")
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"Ana Souza <{OWNER}>"
    mail["To"] = f"Kim Park <{attendee}>"
    mail["Subject"] = "Launch <party>"
    mail["Message-ID"] = f"<{method}-{sequence}-{attendee}>"
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    mail.add_alternative(
        calendar.encode(), maintype="text", subtype="calendar", params={"method": method, "charset": "utf-8"}
    )
    return headers.encode() + mail.as_bytes()


def keep(box, letter, *, attendee=ATTENDEE):
    """As if the bot had sent it."""
    return box.store.keep(OWNER, [attendee], letter, OWNER, is_encrypted=False)


class Browser:
    def __init__(self, workspace):
        self._at = workspace.url.removeprefix("http://").rstrip("/")

    def ask(self, method, path, body=None, headers=None):
        line = http.client.HTTPConnection(self._at, timeout=30)
        try:
            line.request(method, path, body, headers or {})
            answer = line.getresponse()
            return answer.status, answer.read().decode(), answer.headers
        finally:
            line.close()

    def get(self, path):
        status, body, _headers = self.ask("GET", path)
        assert status == 200, body
        return body

    def post(self, path, **fields):
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urlencode(fields), headers)
