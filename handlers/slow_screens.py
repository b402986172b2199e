"""Fills screens with what takes longer than Slack waits, such as asking a mail service."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from slack_sdk import WebClient

from handlers.blocks import Json
from handlers.error_ids import number_of
from handlers.screens import made, replace
from handlers.side_work import GRACE, Show, SideWork
from handlers.views_notes import broken

_log = logging.getLogger(__name__)


class SlowScreens:
    """A provider may take half a minute to answer, so it is asked aside."""

    def __init__(self, grace: timedelta = GRACE) -> None:
        self._aside = SideWork("screens", grace)

    def fill(self, client: WebClient, view_id: str, key: str, make: Callable[[], Json]) -> None:
        """Put what ``make`` returns in place of the screen that waits; once for each ``key``."""
        self._aside.take(key, partial(_screen, client, view_id, make), partial(_failed, client, view_id))

    def stop(self) -> None:
        """Finish what was taken."""
        self._aside.stop()


def _screen(client: WebClient, view_id: str, make: Callable[[], Json]) -> Show:
    screen = made(make)
    return lambda: _show(client, view_id, screen)


def _show(client: WebClient, view_id: str, screen: Json) -> None:
    replace(client, view_id, screen)


def _failed(client: WebClient, view_id: str, error: BaseException) -> None:
    error_id = number_of(error)
    _log.error("screen_not_made", exc_info=error, extra={"error_id": error_id})
    replace(client, view_id, broken(error_id))
