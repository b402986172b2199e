"""Real accounts, from the environment. Without their settings these tests are skipped, and say which."""

import os
import secrets
from datetime import UTC, datetime, timedelta

import pytest

from campaigns.invite import InviteBuilder
from campaigns.model import Attendee, Event, Kind, Organizer

GOOGLE_URL = os.environ.get("LIVE_GOOGLE_URL", "")
MICROSOFT_URL = os.environ.get("LIVE_MICROSOFT_URL", "")
CERTIFICATE = os.environ.get("LIVE_CERTIFICATE", "")
"""Where stand-ins are, in the rehearsal that tests these tests (tests/integration/test_live_rehearsal.py)."""

EVENT = "sendinvites live test, please ignore"


@pytest.fixture
def settings():
    """Looks settings up by name; the test is skipped if one is missing."""

    def look(*names):
        missing = [name for name in names if not os.environ.get(name)]
        if missing:
            pytest.skip(f"needs a real account: set {', '.join(missing)} (see tests/live/README.md)")
        return [os.environ[name] for name in names]

    return look


@pytest.fixture
def stand_in():
    """Where the provider's pages are, for its consent and its mailer; nothing but in a rehearsal."""
    return {"google": GOOGLE_URL, "microsoft": MICROSOFT_URL, "certificate": CERTIFICATE}


@pytest.fixture
def letters(settings):
    """Writes invites of one campaign, new in each test, to LIVE_TO."""
    [recipient] = settings("LIVE_TO")
    now = datetime.now(UTC).replace(microsecond=0)
    seed = secrets.token_hex(16)
    starts_at = now.replace(minute=0, second=0) + timedelta(days=30)

    def write(sender, *, kind=Kind.INVITE, revision=0, place="Nowhere"):
        builder = InviteBuilder(
            event=Event(EVENT, starts_at, starts_at + timedelta(minutes=30), "Europe/Madrid", place),
            organizer=Organizer("sendinvites", sender),
            revision=revision,
            revised_at=now + timedelta(seconds=revision),
            created_at=now,
            seed=seed,
            kind=kind,
        )
        return builder.letter(Attendee(recipient, recipient.lower(), "Live Test"), now)

    return write
