"""What email services are called wherever people read of them."""

from campaigns.account import Service

RENEW_TOKEN = "Renew token"  # noqa: S105 - a label
"""The button by which a person gives access again."""

_NAMES = {
    Service.SMTP: "SMTP server",
    Service.GMAIL: "Gmail",
    Service.GOOGLE_CALENDAR: "Google Calendar",
    Service.MICROSOFT_365: "Microsoft 365",
}


def entered_in(setting: str) -> str:
    """What a hint ends with for an account of the bot's settings: others are entered on the connect page."""
    return f"It is entered in {setting}, in the bot's settings; restart the bot after a change."


def service_name(kind: str) -> str:
    """Of an account's ``kind``; one we do not know is said as it is."""
    service = next((one for one in Service if one == kind), None)
    return _NAMES[service] if service is not None else kind
