"""The ways into email services, for tests of what people see: nothing behind them is real."""

import hashlib
from itertools import count

from campaigns.connecting import Connecting
from campaigns.consent_port import Permission

PUBLIC_URL = "https://bot.example"


class Door:
    """Mailer and doorbell in one: opens, or raises ``fault``."""

    def __init__(self):
        self.fault = None
        self.rung = 0

    def check(self):
        self.rung += 1
        if self.fault is not None:
            raise self.fault

    def ring(self, account, credential):
        self.check()

    def close(self):
        """Nothing is open."""


class QuietConsent:
    """Implements as much of ``campaigns.consent_port.Consent`` as a link to it needs."""

    def permissions(self, service):
        return (Permission(f"{service}.send", "to send"),)

    def reading(self, service):
        return Permission(f"{service}.read", "to read")


class QuietDomains:
    """Implements ``campaigns.preflight.Domains``: the DNS does not answer."""

    def look(self, domain):
        return None


def connecting(store, clock, alarm, door, *, consents=("google", "microsoft"), public_url=PUBLIC_URL):
    """Every provider is set up, unless ``consents`` names fewer."""
    numbers = count(1)
    return Connecting(
        store,
        clock,
        alarm,
        consents={name: QuietConsent() for name in consents},
        doorbell=door,
        mailbox_bell=door,
        draw=lambda: hashlib.sha256(str(next(numbers)).encode()).hexdigest(),
        signs=[lambda text: hashlib.sha256(text.encode()).hexdigest()],
        public_url=public_url,
        limits=lambda *_: _Limits,
    )


class _Limits:
    per_minute = 20
    per_day = 500
    connections = 1
