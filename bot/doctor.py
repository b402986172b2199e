"""Looks at everything the bot needs and says what to do about what is wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.settings import Settings
from bot.slack_app import slack_client
from bot.upkeep import check_keys, opening_database
from bot.wiring import account_of
from campaigns.errors import ConfigError, SendInvitesError
from mailers.alerts import AlertMailer
from mailers.imap_inbox import ImapInbox
from mailers.smtp import SmtpMailer
from storage.engine import make_engine

_ADVICE = {
    "Slack bot token": "Copy the SLACK_BOT_TOKEN from your Slack app again.",
    "Slack transport": "Copy the SLACK_APP_TOKEN from your Slack app again.",
    "Slack user group": "Check the id in SLACK_USER_GROUP, and that the app has the scope usergroups:read.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    is_fine: bool
    advice: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Every finding, in the order in which to mend things."""
    checks: list[tuple[str, Callable[[], str]]] = [
        ("Database", lambda: _database(settings)),
        ("Slack bot token", lambda: _slack(slack_client(settings))),
        ("Slack transport", lambda: _transport(settings)),
        *([("Slack user group", lambda: _user_group(settings))] if settings.slack_user_group else []),
        ("Sending account", lambda: _sending(settings)),
        *([("Answers", lambda: _answers(settings))] if settings.imap_url.get_secret_value() else []),
        ("Email services", lambda: _email_services(settings)),
        ("Alerts account", lambda: _alerts(settings)),
    ]
    return [_look(name, check) for name, check in checks]


def _look(name: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(f"{name}: {check()}", is_fine=True)
    except SendInvitesError as error:
        return Finding(f"{name}: {error.message}", is_fine=False, advice=error.hint)
    except SlackApiError as error:
        said = f"{name}: Slack answers {error.response.get('error')}"
        return Finding(said, is_fine=False, advice=_ADVICE[name])
    except (SlackClientError, OSError) as error:
        return Finding(f"{name}: {error}", is_fine=False, advice="Check that this machine reaches Slack.")


def _database(settings: Settings) -> str:
    engine = make_engine(settings.database_url, reading=True)
    try:
        with opening_database():
            check_keys(engine, settings.keys)
        return f"{engine.dialect.name} answers"
    finally:
        engine.dispose()


def _slack(client: WebClient) -> str:
    answer = client.auth_test()
    return f"{answer['user']} in {answer['team']}"


def _transport(settings: Settings) -> str:
    if settings.slack_transport == "http":
        return f"enter {settings.public_url}/slack/events as every Request URL and as the Options Load URL"
    WebClient(
        settings.slack_app_token.get_secret_value(), base_url=slack_client(settings).base_url
    ).apps_connections_open(app_token=settings.slack_app_token.get_secret_value())
    return "Socket Mode is on"


def _user_group(settings: Settings) -> str:
    members = slack_client(settings).usergroups_users_list(usergroup=settings.slack_user_group)["users"]
    return f"{settings.slack_user_group}, {len(members)} {'member' if len(members) == 1 else 'members'}"


def _sending(settings: Settings) -> str:
    smtp = settings.sending_account
    if smtp is None:
        if not settings.public_url:
            raise ConfigError(
                "there is none", hint="Set SMTP_URL, or PUBLIC_URL so that people can connect their own."
            )
        return "none in the settings; people connect their own"
    mailer = SmtpMailer(smtp)
    try:
        mailer.check()
    finally:
        mailer.close()
    account = account_of(settings, smtp)
    limits = [f"{account.per_minute:,} a minute"] if account.per_minute else []
    limits += [f"{account.per_day:,} in 24 hours"] if account.per_day else []
    return f"{account.address}, {' and '.join(limits) or 'no known limit'}"


def _answers(settings: Settings) -> str:
    mailbox = settings.reading_account
    if mailbox is None:
        raise ConfigError(
            "IMAP_URL is for the account of SMTP_URL, and there is none",
            hint="Set SMTP_URL too, or take IMAP_URL out: people's own accounts bring their own.",
        )
    inbox = ImapInbox(mailbox)
    try:
        inbox.fetch("", since=datetime.now(UTC), limit=1)
    except SendInvitesError as error:
        # the advice is written for accounts that people have connected
        raise ConfigError(error.message, hint="Check IMAP_URL; many want an app password.") from error
    finally:
        inbox.close()
    return f"are read at {mailbox.host}"


def _email_services(settings: Settings) -> str:
    clients = {"Google": settings.google_client_id, "Microsoft": settings.microsoft_client_id}
    known = [name for name, client in clients.items() if client]
    if not settings.public_url:
        if known:
            raise ConfigError(
                f"{' and '.join(known)} cannot send people back",
                hint="Set PUBLIC_URL to the https:// address of this server.",
            )
        return "off, since PUBLIC_URL is empty"
    if not known:
        return "SMTP"
    return f"SMTP, {', '.join(known)}; the redirect URI there is {settings.public_url}/connect/callback"


def _alerts(settings: Settings) -> str:
    mailer = AlertMailer(settings.alerts_account, settings.alerts_from)
    try:
        mailer.check()
    finally:
        mailer.close()
    return settings.alerts_from
