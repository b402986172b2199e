"""Invites built a second, with nothing sent: the fast builder beside the reference that proves it."""

import time
from datetime import UTC, date, datetime, timedelta

from campaigns.invite import InviteBuilder
from campaigns.invite_template import InviteTemplate
from campaigns.model import Attendee, Event, Kind, Organizer
from campaigns.recurrence import Frequency, Recurrence

PEOPLE = 3_000
FEW = 200
STARTS_AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
WEEKLY = Recurrence(Frequency.WEEKLY, until=date(2027, 6, 30), except_on=(date(2026, 12, 29),))


def measure():
    print(f"Letters: {PEOPLE:,} personalised invites on one core")
    for name, kind, recurrence in (
        ("once", Kind.INVITE, None),
        ("weekly, with its time zone", Kind.INVITE, WEEKLY),
        ("cancelled", Kind.CANCEL, None),
        ("reminded", Kind.REMIND, None),
    ):
        fast = _built(InviteTemplate, kind, recurrence, PEOPLE)
        reference = _built(InviteBuilder, kind, recurrence, FEW)
        print(
            f"  {name:28}{fast:8.0f} letters/s; the reference {reference:.0f}/s, ratio {fast / reference:.0f}"
        )


def _built(builder, kind, recurrence, count):
    """The best of three rounds: what else runs on the machine only takes away."""
    made = builder(
        event=Event(
            title="Autumn day for {{first_name}}",
            starts_at=STARTS_AT,
            ends_at=STARTS_AT + timedelta(hours=1),
            zone="Europe/Berlin",
            place="https://meet.example/x",
            description="Dear {{first_name}}, this is a line as long as most of them are.\n" * 12,
            recurrence=recurrence,
            reminder_minutes=15 if recurrence else None,
        ),
        organizer=Organizer("Ann Lee", "events@acme.example"),
        revision=1,
        revised_at=STARTS_AT,
        created_at=STARTS_AT,
        seed="s",
        kind=kind,
        is_cancelled=True,
        unsubscribe_base="https://invites.acme.example/unsubscribe/7",
    )
    people = [
        Attendee(f"p{n}@example.com", f"p{n}@example.com", f"Name {n}", n, {"first_name": f"N{n}"})
        for n in range(count)
    ]
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        for person in people:
            made.letter(person, STARTS_AT)
        best = min(best, time.process_time() - began)
    return count / best
