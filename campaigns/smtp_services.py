"""Mail services that many people send through, so that nobody has to look up a host. Port 587, STARTTLS."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SmtpService:
    """What to enter for it. In ``host`` a ``{region}`` is to be filled in; user and password are in words."""

    name: str
    host: str
    user: str
    password: str


SMTP_SERVICES = (
    # support.google.com/a/answer/176600
    SmtpService("Gmail", "smtp.gmail.com", "your address", "an app password"),
    # support.google.com/a/answer/2956491: the administrator switches it on, and says who may use it.
    SmtpService("Google Workspace relay", "smtp-relay.gmail.com", "your address", "an app password"),
    # learn.microsoft.com/en-us/exchange, "authenticated client SMTP submission". Passwords end during 2027.
    SmtpService(
        "Microsoft 365",
        "smtp.office365.com",
        "your address",
        "often switched off: connect Microsoft 365 instead",
    ),
    # docs.aws.amazon.com/ses/latest/dg/smtp-connect.html and smtp-credentials.html
    SmtpService(
        "Amazon SES",
        "email-smtp.{region}.amazonaws.com",
        "the SMTP user",
        "the SMTP password, not the secret access key",
    ),
    # twilio.com/docs/sendgrid/for-developers/sending-email/integrating-with-the-smtp-api
    SmtpService("SendGrid", "smtp.sendgrid.net", "apikey", "an API key"),
    # documentation.mailgun.com, "SMTP": smtp.eu.mailgun.org for domains in the EU.
    SmtpService("Mailgun", "smtp.mailgun.org", "your SMTP user", "the domain's SMTP password"),
)
