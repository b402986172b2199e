"""Invites a second to an SMTP server on this machine, ledger on, beside a plain script without one."""

import smtplib
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP

import icalendar

from benchmarks.scene import campaign, ledger, stage_with_bot
from benchmarks.workbook import people
from campaigns.model import RunState
from playground.mailbox import Mailbox
from playground.script import create_campaign

PEOPLE = 3_000
PLAIN = 600
FEW = 300


def measure():
    large, small = ours(PEOPLE), ours(FEW)
    plain = a_plain_script(PLAIN)
    print(f"Sending: {PEOPLE:,} personalised invites, one connection, one commit each (synchronous=FULL)")
    print(f"  sendinvites              {large:8.0f} invites/s (target >= 200)")
    print(f"  with {FEW} people          {small:8.0f} invites/s, cost long to short {small / large:.2f}")
    print(f"  peer: icalendar, EmailMessage and smtplib in a loop: {plain:.0f}/s, ratio {large / plain:.2f}")


def ours(count):
    """From the first to the last invite, as the mail server received them."""
    rows = "\n".join(",".join(f'"{cell}"' for cell in row) for row in people(count))
    with stage_with_bot() as stage, ledger(stage) as store:
        ana = stage.workspace.person("ana")
        create_campaign(stage.workspace, ana, campaign("guests.csv", rows.encode()))
        ana.press("Send Calendar Invite")
        ana.wait_for_modal("Send Calendar Invite").plain()
        ana.press("Send all at once")
        ana.wait_for_modal("Check and start")
        assert ana.submit() == {}
        stage.post.wait_for_count(count, timeout=600)
        while not _is_over(store):
            assert not stage.bot_has_ended(0.1), stage.last_words
        mails = stage.post.messages
    assert len({mail.recipients[0] for mail in mails}) == count
    return (count - 1) / (mails[-1].monotonic - mails[0].monotonic)


def _is_over(store):
    with store.reading() as work:
        return work.runs.latest(1).state is RunState.FINISHED


def a_plain_script(count):
    """What somebody would write in an afternoon: no record of who was sent, nothing after a crash."""
    with Mailbox() as box, smtplib.SMTP("127.0.0.1", box.port) as line:
        began = time.monotonic()
        for number, row in enumerate(people(count)):
            if number:
                line.sendmail("events@acme.example", [row[0]], _plain_invite(row).as_bytes())
        return count / (time.monotonic() - began)


def _plain_invite(row):
    starts_at = datetime.now(UTC) + timedelta(days=30)
    event = icalendar.Event()
    event.add("uid", f"{row[0]}-autumn")
    event.add("dtstamp", datetime.now(UTC))
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + timedelta(hours=1))
    event.add("summary", f"Autumn webinar for {row[1]}")
    event.add("organizer", "mailto:events@acme.example")
    event.add("attendee", f"mailto:{row[0]}")
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//plain//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "REQUEST")
    calendar.add_component(event)
    mail = EmailMessage(SMTP)
    mail["From"], mail["To"], mail["Subject"] = "events@acme.example", row[0], f"Autumn webinar for {row[1]}"
    mail.set_content("You are invited.")
    mail.add_alternative("<p>You are invited.</p>", subtype="html")
    mail.add_alternative(calendar.to_ical(), "text", "calendar", params={"method": "REQUEST"})
    return mail
