"""Mail services that many people send through, so that nobody has to look up a host. Port 587, STARTTLS."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SmtpService:
    """``user`` is fixed by the service, or '' if it is the account's own. ``password`` says what it is there.

    ``takes_tokens``: logs in by XOAUTH2. In ``host`` a ``{region}`` is to be filled in.
    """

    name: str
    host: str
    password: str
    user: str = ""
    takes_tokens: bool = False


SERVICES: tuple[SmtpService, ...] = (
    # Hosts: support.google.com/a/answer/176600. Tokens:
    # developers.google.com/workspace/gmail/imap/xoauth2-protocol
    SmtpService("Gmail", "smtp.gmail.com", "an app password", takes_tokens=True),
    # support.google.com/a/answer/2956491: the administrator switches it on, and says who may use it.
    SmtpService("Google Workspace relay", "smtp-relay.gmail.com", "an app password", takes_tokens=True),
    # learn.microsoft.com/en-us/exchange, "authenticated client SMTP submission". Passwords end during 2027.
    SmtpService("Microsoft 365", "smtp.office365.com", "none: tokens only", takes_tokens=True),
    # docs.aws.amazon.com/ses/latest/dg/smtp-connect.html and smtp-credentials.html
    SmtpService("Amazon SES", "email-smtp.{region}.amazonaws.com", "the SMTP password, not the secret key"),
    # twilio.com/docs/sendgrid/for-developers/sending-email/integrating-with-the-smtp-api
    SmtpService("SendGrid", "smtp.sendgrid.net", "an API key", user="apikey"),
    # documentation.mailgun.com, "SMTP": smtp.eu.mailgun.org for domains in the EU.
    SmtpService("Mailgun", "smtp.mailgun.org", "the domain's SMTP password"),
)
