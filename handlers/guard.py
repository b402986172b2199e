"""Who is asking: a Slack request's body becomes an Actor, and what the profile says for the forms."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from campaigns.errors import NotAllowed
from campaigns.roles import Actor

Done = TypeVar("Done")

KEPT_FOR = timedelta(minutes=5)
PATIENCE = 2
"""Seconds to wait for users.info: it may stand in the way of an acknowledgement, due within three."""

_MAX_KEPT = 2_000
_NO_ANSWER = (SlackClientError, OSError)  # URLError, time-outs and resets are OSErrors


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack knows of a person. Everything is empty when Slack did not say."""

    user: str
    is_admin: bool = False
    zone: str = ""
    real_name: str = ""
    address: str = ""


class Guard:
    """Knows who asks. Whatever Slack does not vouch for is not granted."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._kept: dict[tuple[str, str], tuple[datetime, Profile]] = {}
        self._lock = threading.Lock()

    def actor(self, client: WebClient, body: Mapping[str, Any]) -> Actor:
        """The person behind a request. Raises NotAllowed if the request names none."""
        asker = asker_of(body)
        return replace(asker, is_admin=self.profile(client, asker.workspace, asker.user).is_admin)

    def allow(self, client: WebClient, body: Mapping[str, Any], do: Callable[[Actor], Done]) -> Done:
        """``do`` for whoever asks: an owner needs no look-up, anybody else may turn out to be an admin.

        The use-cases refuse before they change anything, so the second try repeats nothing.
        """
        asker = asker_of(body)
        try:
            return do(asker)
        except NotAllowed:
            actor = self.actor(client, body)
            if not actor.is_admin:
                raise
            return do(actor)

    def profile(self, client: WebClient, workspace: str, user: str) -> Profile:
        """The person's profile, at most five minutes old; an empty one if Slack does not answer."""
        key = (workspace, user)
        now = self._now()
        with self._lock:
            kept = self._kept.get(key)
        if kept and now - kept[0] < KEPT_FOR:
            return kept[1]
        try:
            answer = _quick(client).users_info(user=user)
        except _NO_ANSWER:
            return Profile(user)  # not kept: the next request asks again
        said = answer.get("user")
        profile = profile_of(said if isinstance(said, dict) else {}, workspace, user)
        with self._lock:
            if len(self._kept) >= _MAX_KEPT:
                self._kept.clear()
            self._kept[key] = (now, profile)
        return profile


def asker_of(body: Mapping[str, Any]) -> Actor:
    """Who asks, without any right that Slack has not been asked about."""
    workspace, user = workspace_of(body), user_of(body)
    if not workspace or not user:
        raise NotAllowed("This request does not say who asks.", hint="Try again from your own workspace.")
    return Actor(workspace, user)


def profile_of(said: Mapping[str, Any], workspace: str, user: str) -> Profile:
    """What users.info says. A guest, a bot, a stranger or another workspace's admin is no admin here."""
    own = said.get("profile") or {}
    teams = {said.get("team_id"), *((said.get("enterprise_user") or {}).get("teams") or [])}
    barred = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger")
    is_admin = (
        said.get("id") == user
        and workspace in teams
        and (said.get("is_admin") is True or said.get("is_owner") is True)
        and not any(said.get(flag) for flag in barred)
    )
    return Profile(
        user,
        is_admin,
        zone=str(said.get("tz") or ""),
        real_name=str(own.get("real_name") or said.get("real_name") or ""),
        address=str(own.get("email") or ""),
    )


def workspace_of(body: Mapping[str, Any]) -> str:
    """The workspace the person acts from; for an organisation-wide install the one the view belongs to."""
    for candidate in (
        (body.get("team") or {}).get("id"),
        body.get("team_id"),
        (body.get("view") or {}).get("app_installed_team_id"),
        (body.get("user") or {}).get("team_id") if isinstance(body.get("user"), dict) else None,
    ):
        if isinstance(candidate, str) and candidate:
            return candidate
    return ""


def user_of(body: Mapping[str, Any]) -> str:
    """Who acts: commands, interactions and events say it in different places."""
    user = body.get("user")
    if isinstance(user, dict):
        user = user.get("id")
    found = user or body.get("user_id") or (body.get("event") or {}).get("user")
    return found if isinstance(found, str) else ""


def _quick(client: WebClient) -> WebClient:
    """The same client with little patience and without a second try."""
    return WebClient(
        client.token,
        base_url=client.base_url,
        timeout=PATIENCE,
        ssl=client.ssl,
        proxy=client.proxy,
        headers=client.headers,
        retry_handlers=[],
    )
