"""What a try on the connect page came to, in words beside the field to change."""

from campaigns.connect_visit import Visit
from campaigns.consent_port import ConsentRefused
from campaigns.errors import Fault, InputError, NoAccess, StateError
from campaigns.service_names import service_name


def other_way(visit: Visit) -> StateError:
    """The page did not offer this."""
    return StateError(
        f"This link does not connect {service_name(visit.service)} that way.",
        hint="Nothing was changed. Go back to the page of the link, or ask for a new one in Slack.",
    )


def not_let_in(fault: Fault) -> ConsentRefused:
    """The provider gave access, its mail server does not take it."""
    return ConsentRefused(f"The mail server does not let this account in: {fault.cause}.")


def wrong_entry(fault: Fault) -> InputError:
    """The mail server does not take what was typed, beside the field to change."""
    if isinstance(fault, NoAccess):
        said = "The mail server refused this user and password. Many services want an app password here."
        return InputError(fields={"password": said})
    said = f"The mail server could not be used: {fault.cause}. Check its name and port, and try again."
    return InputError(fields={"host": said})


def wrong_mailbox(fault: Fault, *, is_own: bool, by_mail: bool) -> InputError:
    """Sending works, reading does not. ``is_own``: the mailbox has a login of its own."""
    if by_mail:
        way = "Renew the account from Slack, under Email services, where you can enter it."
        said = f"Sending works, but the mailbox could not be read: {fault.cause}. {way}"
        return InputError(fields={"password": said})
    if isinstance(fault, NoAccess):
        said = "The mailbox refused this user and password. Many services want an app password here."
        return InputError(fields={"imap_password" if is_own else "imap_host": said})
    said = f"The mailbox could not be read: {fault.in_full}"
    return InputError(fields={"imap_host": f"{said} To connect without it, untick the box."})
