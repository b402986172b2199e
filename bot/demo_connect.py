"""How an account is connected on the stage: Ana follows the one-time link, and allows or types."""

from bot.demo_stage import PASSWORD, Stage
from campaigns.account import Service
from campaigns.errors import ConfigError
from campaigns.service_names import service_name
from playground.person import Person
from playground.script_connect import allow, ask_for_link, enter
from playground.web_visitor import Page, WebVisitor


def connect_account(stage: Stage, person: Person) -> str:
    """What the last page says. Raises ConfigError if it does not say that it went well."""
    service = _service_of(stage)
    page = follow_link(stage, ask_for_link(stage.workspace, person, service_name(service)))
    if page.status != 200 or stage.organizer not in page.text:
        raise ConfigError("The account was not connected.", hint=page.text)
    return page.text


def follow_link(stage: Stage, link: str) -> Page:
    """From the bot's page to the provider's and back, or with the password of the stage's mail server."""
    visitor = WebVisitor(stage.provider.certificate if stage.provider else None)
    if stage.provider is not None:
        return allow(visitor, link)
    return enter(visitor, link, password_form(stage), "Try it")


def password_form(stage: Stage) -> dict[str, str]:
    """What is typed on the bot's page for the mail server of the stage."""
    return {
        "host": stage.post.host,
        "port": str(stage.post.port),
        "user": stage.organizer,
        "password": stage.post.password or PASSWORD,
        "from": stage.organizer,
        "name": "Acme Events",
    } | _mailbox_form(stage)


def _mailbox_form(stage: Stage) -> dict[str, str]:
    """Where the answers are read."""
    if stage.imap is None:
        return {}
    return {"reads": "yes", "imap_host": stage.imap.host, "imap_port": str(stage.imap.port)}


def how_to_connect(stage: Stage) -> str:
    """For people who do it themselves."""
    if stage.provider is not None:
        where = f"{stage.provider.certificate}"
        return f"Your browser does not know the provider's certificate ({where}): go on all the same."
    form = ", ".join(f"{name} {value}" for name, value in password_form(stage).items())
    return f"The mail server here: {form}."


def _service_of(stage: Stage) -> Service:
    if stage.service is None:
        raise ConfigError("This stage has no email service.", hint="Choose one with --service.")
    return stage.service
