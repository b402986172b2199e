"""Puts a screen in front of a person: opens, stacks or replaces it, whichever the place allows."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from slack_sdk import WebClient

from campaigns.errors import SendInvitesError
from handlers.blocks import Json
from handlers.error_ids import number_of
from handlers.slack_faults import SLACK_TROUBLE, code_of, short_of
from handlers.views_notes import broken, loading, trouble

_log = logging.getLogger(__name__)

_GONE = frozenset({"not_found", "view_not_found", "hash_conflict", "expired_trigger_id"})


def made(make: Callable[[], Json]) -> Json:
    """The screen, or the one that says why it cannot be shown."""
    try:
        return make()
    except SendInvitesError as error:
        return trouble(error)


def show(client: WebClient, body: Mapping[str, Any], make: Callable[[], Json]) -> None:
    """Show a screen that takes a moment to make.

    A trigger lives three seconds, so a waiting screen uses it up at once and is replaced when ready.
    """
    fill(client, place(client, body, loading()), make)


def fill(client: WebClient, view_id: str, make: Callable[[], Json]) -> None:
    """Show a screen in place of the one that waits for it."""
    try:
        screen = made(make)
    except Exception as error:  # the global error listener logs it; the waiting screen must not stay
        replace(client, view_id, broken(number_of(error)))
        raise
    replace(client, view_id, screen)


def place(client: WebClient, body: Mapping[str, Any], view: Json) -> str:
    """Show ``view`` at once; returns its id."""
    below = body.get("view") or {}
    if below.get("type") != "modal":
        return _view_id(client.views_open(trigger_id=body["trigger_id"], view=view))
    if _is_third(below):
        replace(client, below["id"], view)
        return str(below["id"])
    return _view_id(client.views_push(trigger_id=body["trigger_id"], view=view))


def in_place(client: WebClient, body: Mapping[str, Any], make: Callable[[], Json]) -> None:
    """Show a screen instead of the one on which something was pressed; from elsewhere, open it."""
    below = body.get("view") or {}
    if below.get("type") == "modal":
        replace(client, str(below["id"]), made(make))
    else:
        show(client, body, make)


def replace(client: WebClient, view_id: str, view: Json) -> bool:
    """Change an open screen. False if it was closed meanwhile, or Slack does not answer: nothing is lost."""
    try:
        client.views_update(view_id=view_id, view=view)
    except SLACK_TROUBLE as error:
        if code_of(error) not in _GONE:
            _log.warning("view_not_updated", extra={"error": short_of(error)})
        return False
    return True


def _is_third(view: Mapping[str, Any]) -> bool:
    """Slack stacks three modals at most."""
    previous, root = view.get("previous_view_id"), view.get("root_view_id")
    return bool(previous) and previous != root


def _view_id(answer: Any) -> str:
    return str(answer["view"]["id"])
