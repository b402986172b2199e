"""Who is asking: a Slack request's body becomes an Actor, and what the profile says for the forms."""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from slack_sdk import WebClient

from campaigns.errors import NotAllowed
from campaigns.roles import Actor
from handlers.slack_faults import SLACK_TROUBLE, short_of

_log = logging.getLogger(__name__)

Done = TypeVar("Done")

KEPT_FOR = timedelta(minutes=5)
PATIENCE = 1
"""Seconds to wait for one answer: two may stand in the way of an acknowledgement, due within three."""

_MAX_KEPT = 2_000
_GUESTS = ("is_restricted", "is_ultra_restricted", "is_stranger")


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack knows of a person. When Slack did not say, everything is empty and they may be a guest."""

    user: str
    is_admin: bool = False
    is_guest: bool = False
    is_known: bool = True
    zone: str = ""
    real_name: str = ""
    address: str = ""


class Guard:
    """Knows who asks. Whatever Slack does not vouch for is not granted.

    ``group`` is the id of the user group whose members may make and send campaigns; '' if there is none.
    """

    def __init__(self, now: Callable[[], datetime], group: str = "") -> None:
        self._now = now
        self._group = group
        self._kept: dict[tuple[str, str], tuple[datetime, Profile]] = {}
        self._members: tuple[datetime, frozenset[str]] | None = None
        self._lock = threading.Lock()

    def actor(self, client: WebClient, body: Mapping[str, Any]) -> Actor:
        """The person behind a request, with every right. Raises NotAllowed if the request names none."""
        asker = asker_of(body)
        return self.known(client, asker.workspace, asker.user)

    def known(self, client: WebClient, workspace: str, user: str) -> Actor:
        """A person with every right that Slack vouches for."""
        profile = self.profile(client, workspace, user)
        in_group = user in self._members_of_group(client) if self._group else None
        return Actor(workspace, user, profile.is_admin, profile.is_guest, in_group)

    def allow(self, client: WebClient, body: Mapping[str, Any], do: Callable[[Actor], Done]) -> Done:
        """``do`` for whoever asks: an owner needs no look-up, anybody else may turn out to have the right.

        The use-cases refuse before they change anything, so the second try repeats nothing. Not for making
        a campaign: there the bare asker has a right that a look-up may take away. That takes ``actor``.
        """
        asker = asker_of(body)
        try:
            return do(asker)
        except NotAllowed:
            actor = self.actor(client, body)
            if not actor.is_admin and not actor.in_group:
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
        except SLACK_TROUBLE:
            # not kept: the next request asks again
            return Profile(user, is_guest=True, is_known=False)
        said = answer.get("user")
        profile = profile_of(said if isinstance(said, dict) else {}, workspace, user)
        with self._lock:
            if len(self._kept) >= _MAX_KEPT:
                self._kept.clear()
            self._kept[key] = (now, profile)
        return profile

    def _members_of_group(self, client: WebClient) -> frozenset[str]:
        """Who is in the group, at most five minutes old; nobody if Slack does not answer."""
        now = self._now()
        with self._lock:
            kept = self._members
        if kept and now - kept[0] < KEPT_FOR:
            return kept[1]
        try:
            answer = _quick(client).usergroups_users_list(usergroup=self._group)
        except SLACK_TROUBLE as error:
            _log.warning("user_group_not_read", extra={"error": short_of(error)})
            return frozenset()  # not kept: the next request asks again
        said = answer.get("users")
        members = frozenset(map(str, said)) if isinstance(said, list) else frozenset()
        with self._lock:
            self._members = (now, members)
        return members


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
    is_own = said.get("id") == user and workspace in teams
    is_guest = not is_own or any(said.get(flag) for flag in _GUESTS)
    is_admin = (
        not is_guest
        and (said.get("is_admin") is True or said.get("is_owner") is True)
        and not any(said.get(flag) for flag in ("deleted", "is_bot"))
    )
    return Profile(
        user,
        is_admin,
        is_guest,
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
