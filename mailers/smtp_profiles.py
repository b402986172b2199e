"""What known mail services let one account send. A default only: the account's own settings come first."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """None means: no published number, so none is assumed."""

    per_minute: int | None = None
    per_day: int | None = None
    connections: int = 1


UNKNOWN = Limits()

# The first suffix that fits the host counts.
_PROFILES: tuple[tuple[str, Limits], ...] = (
    # smtp-relay.gmail.com: 10,000 messages a user in 24 h (copies of support.google.com/a/answer/6140680).
    ("smtp-relay.gmail.com", Limits(per_day=10_000)),
    # Gmail, free: 500 a day. A Workspace account has 2,000 (support.google.com/a/answer/166852) on the same
    # host, which the host cannot tell: who has one sets the account's limit.
    ("smtp.gmail.com", Limits(per_day=500)),
    ("smtp.googlemail.com", Limits(per_day=500)),
    # Exchange Online: 30 messages/min, 10,000 recipients/24 h, 3 connections a mailbox
    # (learn.microsoft.com/en-us/exchange/troubleshoot/send-emails/smtp-submission-improvements).
    ("smtp.office365.com", Limits(per_minute=30, per_day=10_000, connections=3)),
    # outlook.com: Microsoft publishes no number for these accounts; Exchange's pace, and no day, is assumed.
    ("smtp-mail.outlook.com", Limits(per_minute=30, connections=1)),
    # Yahoo: 500 mails a day (help.yahoo.com SLN17518).
    ("mail.yahoo.com", Limits(per_day=500)),
    ("smtp.bizmail.yahoo.com", Limits(per_day=500)),
    # Mailgun: 100 a day is the free plan only and paid plans publish none, so no number is assumed.
    ("mailgun.org", Limits(connections=4)),
    # Amazon SES: AWS publishes no number for production; the sandbox has 200 a day and one a second. With an
    # access key it is asked (ses_quota); else the server says when it is too much, and that is heeded.
    ("amazonaws.com", Limits(connections=4)),
    # SendGrid publishes no number for SMTP.
    ("smtp.sendgrid.net", Limits(connections=4)),
)


def limits_for(host: str) -> Limits:
    """The limits that go with a mail server's name."""
    host = host.lower().rstrip(".")
    for suffix, limits in _PROFILES:
        if host == suffix or host.endswith(f".{suffix}"):
            return limits
    return UNKNOWN
