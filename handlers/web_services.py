"""Mail services that many people send through, as the form for a mail server lists them."""

from collections.abc import Mapping
from dataclasses import dataclass

from campaigns.account import Service


@dataclass(frozen=True, slots=True)
class KnownService:
    name: str
    host: str
    user: str
    password: str


# The hosts are those of mailers.smtp_services, whose sources stand there: a test compares the two.
KNOWN_SERVICES = (
    KnownService("Gmail", "smtp.gmail.com", "your address", "an app password"),
    KnownService("Google Workspace relay", "smtp-relay.gmail.com", "your address", "an app password"),
    KnownService("Amazon SES", "email-smtp.{region}.amazonaws.com", "the SMTP user", "the SMTP password"),
    KnownService("SendGrid", "smtp.sendgrid.net", "apikey", "an API key"),
    KnownService("Mailgun", "smtp.mailgun.org", "your SMTP user", "the domain's SMTP password"),
)

DELEGATED_SCOPES: Mapping[Service, str] = {
    Service.GMAIL: "https://www.googleapis.com/auth/gmail.send",
    Service.GOOGLE_CALENDAR: "https://www.googleapis.com/auth/calendar.app.created",
}
"""What a Workspace admin allows a service account in the admin console, and no more."""

READING_SCOPE = "https://www.googleapis.com/auth/gmail.readonly"
"""What they allow besides, for answers and bounces to be read."""
