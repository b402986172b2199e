"""The screens that lead out of Slack and back: the one-time link, and what will happen there."""

from campaigns.account import Service
from campaigns.service_names import RENEW_TOKEN, service_name
from handlers import ids
from handlers.blocks import Json, button, buttons, link_button, modal, paragraph, small, words
from handlers.mrkdwn import safe
from handlers.wording import DOT

_OPEN = "Open the page"
_SPOKEN = "Open the page, in your browser"
_MAIL_ONLY = (
    "to send mail as you. It asks to read answers and bounces only if you tick that on the page before."
)
_WHAT_HAPPENS = {
    Service.GMAIL: f"Google asks whether sendinvites may send: it wants leave {_MAIL_ONLY}",
    Service.GOOGLE_CALENDAR: "Google asks whether sendinvites may keep a calendar of its own in your "
    "account. It sees none of your other calendars; Google sends the invites.",
    Service.MICROSOFT_365: f"Microsoft asks whether sendinvites may send: it wants leave {_MAIL_ONLY}",
    Service.SMTP: "You enter the server, the user and the password on that page, never in Slack. They are "
    "tried before they are kept, and kept encrypted.",
}
_LABELS = {
    Service.GMAIL: "Continue with Google",
    Service.GOOGLE_CALENDAR: "Continue with Google",
    Service.MICROSOFT_365: "Continue with Microsoft",
    Service.SMTP: _OPEN,
}
_KEY = (
    "You paste the JSON key of a service account with domain-wide delegation, and the address it sends as. "
    "For admins of the workspace; the key is tried before it is kept, and kept encrypted."
)


def connect_link(service: Service, link: str, *, has_key: bool = False) -> Json:
    """A one-time link to connect a new account, and what will happen."""
    name = "Service account" if has_key else service_name(service)
    return _way_out(
        "Connect an account",
        name,
        _KEY if has_key else _WHAT_HAPPENS[service],
        "You come back to Slack. Then choose it as the sending account of a campaign.",
        link_button(_OPEN if has_key else _LABELS[service], ids.OPEN_LINK, link, spoken=_SPOKEN),
    )


def renew_link(address: str, service: Service, link: str, *, resumes: bool = True) -> Json:
    """The same for an account that is there already; ``resumes``: what waits for it goes on by itself."""
    goes_on = (
        "What waits for the account goes on by itself once it is renewed."
        if resumes
        else "Then press *Resume*: what waits for the account goes on where it stopped, and not before."
    )
    return _way_out(
        RENEW_TOKEN,
        f"{service_name(service)}{DOT}{address}",
        f"You sign in as {safe(address)}, or enter its new password or key.",
        f"You come back to Slack. {goes_on}",
        link_button(_OPEN, ids.OPEN_LINK, link, spoken=_SPOKEN),
    )


def _way_out(title: str, what: str, there: str, then: str, way: Json) -> Json:
    return modal(
        title,
        [
            words(what),
            paragraph(f"1. Your browser opens a page of this bot.\n2. {there}\n3. {then}"),
            buttons(way, button("Done: show Email services", ids.EMAIL_SERVICES)),
            small("The link is for you alone, works once, and for 10 minutes."),
        ],
        callback_id=ids.CONNECT,
    )
