"""Slack as the settings say: a client of its Web API, and Bolt's app."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.settings import Settings
from handlers.log_filter import drop_bodies

_SLACK_PATIENCE = timedelta(seconds=15)
"""For one call of the Web API; those inside an acknowledgement bring less of their own."""


def slack_client(settings: Settings) -> WebClient:
    """A client of the Web API as the settings say."""
    # no retry handlers: they sleep in the calling thread, and repeating is the outbox's work
    token, patience = settings.slack_bot_token.get_secret_value(), round(_SLACK_PATIENCE.total_seconds())
    if settings.slack_api_url:
        # the SDK puts method names right behind its base address
        return WebClient(token, base_url=f"{settings.slack_api_url}/", timeout=patience, retry_handlers=[])
    return WebClient(token, timeout=patience, retry_handlers=[])


def slack_app(settings: Settings, threads: ThreadPoolExecutor) -> App:
    token = settings.slack_bot_token.get_secret_value()

    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        # one workspace, one token: by itself Bolt would ask auth.test inside the first acknowledgement
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    drop_bodies()  # before Bolt has its first word
    return App(
        client=slack_client(settings),
        authorize=authorize,
        signing_secret=settings.slack_signing_secret.get_secret_value() or None,
        # over Socket Mode nothing is signed: the connection itself is ours
        request_verification_enabled=settings.slack_transport == "http",
        listener_executor=threads,
    )
