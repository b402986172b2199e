"""Forms that answer while somebody types: whatever was typed last is what they show in the end."""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from slack_sdk import WebClient

from handlers.blocks import Json
from handlers.slack_faults import SLACK_TROUBLE, short_of

_log = logging.getLogger(__name__)

PAUSE = timedelta(milliseconds=60)
"""Between two updates of a form: who types fast causes a few forecasts and not one for each key, and the
acknowledgements of the other keys do not wait for the interpreter meanwhile."""

_MOST_KEPT = 500
_CONFLICT = "hash_conflict"
_QUIET = frozenset({"", _CONFLICT, "not_found", "view_not_found"})


@dataclass(frozen=True, slots=True)
class _Change:
    """One thing that was typed or pressed. ``at`` is Slack's clock: the order in which it was done."""

    at: float
    client: WebClient
    hash: str
    make: Callable[[], Json]


@dataclass(slots=True)
class _Form:
    """One open view: the newest change that waits, and the hash that our own last update gave it."""

    newest_at: float = 0.0
    waiting: _Change | None = None
    is_busy: bool = False
    hash: str = ""


class LivingForms:
    """One update of a view at a time. A change that a newer one has overtaken is not shown at all.

    The hash keeps an update from a view that is something else by now, such as *Check and start*.
    """

    def __init__(self, *, pause: timedelta = PAUSE) -> None:
        self._pause = pause
        self._forms: OrderedDict[str, _Form] = OrderedDict()
        self._lock = threading.Lock()

    def changed(self, client: WebClient, body: Mapping[str, Any], make: Callable[[], Json]) -> None:
        """Show what ``make`` makes of the change in ``body``, unless somebody is at it: they will then."""
        view = body["view"]
        at = max(float(action.get("action_ts") or 0) for action in body["actions"])
        with self._lock:
            form = self._kept(str(view["id"]))
            if at < form.newest_at:
                return
            form.newest_at = at
            form.waiting = _Change(at, client, str(view.get("hash") or ""), make)
            if form.is_busy:
                return
            form.is_busy = True
        self._show_all(str(view["id"]), form)

    def _kept(self, view_id: str) -> _Form:
        form = self._forms.setdefault(view_id, _Form())
        self._forms.move_to_end(view_id)
        while len(self._forms) > _MOST_KEPT:
            self._forms.popitem(last=False)
        return form

    def _show_all(self, view_id: str, form: _Form) -> None:
        try:
            while (change := self._next(form)) is not None:
                self._show(view_id, form, change)
                time.sleep(self._pause.total_seconds())
        except BaseException:
            with self._lock:
                form.is_busy = False
            raise

    def _next(self, form: _Form) -> _Change | None:
        with self._lock:
            change, form.waiting = form.waiting, None
            form.is_busy = change is not None
            return change

    def _show(self, view_id: str, form: _Form, change: _Change) -> None:
        view = change.make()
        # typed before our last update reached the person: then the view is as that update left it
        error = ""
        for known in dict.fromkeys(filter(None, (change.hash, form.hash))):
            error = self._update(change.client, view_id, known, view, form)
            if error != _CONFLICT:
                break
        if error not in _QUIET:
            _log.warning("view_not_updated", extra={"error": error})

    def _update(self, client: WebClient, view_id: str, known: str, view: Json, form: _Form) -> str:
        """The update with ``known`` as its hash; returns what Slack refused it with, or ''."""
        try:
            answer = client.views_update(view_id=view_id, view=view, hash=known)
        except SLACK_TROUBLE as error:
            return short_of(error)
        form.hash = str((answer.get("view") or {}).get("hash") or "")
        return ""
