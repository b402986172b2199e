"""Connecting an account as a person does it: from Slack to the bot's page, to the provider's, and back."""

from collections.abc import Mapping

from playground.person import Person
from playground.script import Refused
from playground.web_visitor import Page, WebVisitor
from playground.workspace import Workspace

_SCREEN = 10.0
_LINKS = ("Continue with Google", "Continue with Microsoft", "Open the page")


def ask_for_link(workspace: Workspace, person: Person, service: str) -> str:
    """Opens *Email services* from the Home tab and asks for a link to connect ``service``, by its name."""
    _open_services(workspace, person)
    person.press(f"Connect {service}", where="modal")
    return take_link(person, "Connect an account")


def ask_for_renewal(workspace: Workspace, person: Person, address: str) -> str:
    """The link that *Renew token* of the account with this address leads to."""
    _open_services(workspace, person)
    person.press("Renew token", near=address, where="modal")
    return take_link(person, "Renew token")


def take_link(person: Person, title: str) -> str:
    """The one-time link on the screen with this title. Raises Refused with the screen's words."""
    try:
        screen = person.wait_for_modal(title, timeout=_SCREEN)
    except TimeoutError:
        raise Refused(person.modal.plain() if person.modal else "Nothing was shown.") from None
    for label in _LINKS:
        if label in screen.buttons:
            return str(person.press(label, where="modal"))
    raise Refused(screen.plain())


def allow(visitor: WebVisitor, link: str) -> Page:
    """Follows the link, lets answers be read, and allows all that the provider asks; the page at the end."""
    return visitor.press(enter(visitor, link, {"reads": "yes"}, "Continue"), "Allow")


def enter(visitor: WebVisitor, link: str, values: Mapping[str, str], button: str) -> Page:
    """Follows the link, fills in those of ``values`` that its form asks for, and presses the button."""
    page = visitor.open(link)
    forms = [form for form in page.forms if any(button in label for label, _, _ in form.buttons)]
    asked = {name for form in forms for name in form.names}
    entered = {name: value for name, value in values.items() if name in asked}
    return visitor.press(page, button, entered)


def _open_services(workspace: Workspace, person: Person) -> None:
    person.close()
    person.open_home()
    workspace.wait_for(lambda: person.home if _has(person, "Email services") else None, _SCREEN)
    person.press("Email services", where="home")
    person.wait_for_modal("Email services", timeout=_SCREEN)


def _has(person: Person, label: str) -> bool:
    return person.home is not None and label in person.home.buttons
