"""Socket Mode as Slack speaks it: envelopes out, acknowledgements back."""

import contextlib
import json
import threading
import uuid
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from playground.core import Core
from playground.records import DispatchFailed
from playground.state import APP

Json = dict[str, Any]


class SocketHub:
    """Holds the bot's connections; each payload goes to one of them."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._links: list[ServerConnection] = []
        self._waiting: dict[str, Future[Json | None]] = {}
        self._server: Server | None = None
        self._thread: threading.Thread | None = None
        self._turn = 0

    def start(self, host: str, port: int) -> None:
        self._server = serve(self._talk, host, port, max_size=16 * 1024 * 1024)
        self._thread = threading.Thread(target=self._server.serve_forever, name="playground-socket")
        self._thread.start()
        self._core.socket_url = f"ws://{host}:{self._server.socket.getsockname()[1]}"

    def stop(self) -> None:
        for link in list(self._links):
            link.close()
        if self._server:
            self._server.shutdown()
        if self._thread:
            self._thread.join()

    @property
    def is_connected(self) -> bool:
        return bool(self._links)

    def refresh(self) -> None:
        """Slack asks every connection to come back at a new address, as it does every few hours."""
        for link in list(self._links):
            # Off the list first: nothing more may be sent on it while it closes.
            self._forget(link)
            link.send(json.dumps({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}}))
            link.close()

    def _forget(self, link: ServerConnection) -> None:
        with self._core.state.changing():
            if link in self._links:
                self._links.remove(link)

    def send(self, kind: str, payload: Json, timeout: float) -> Json | None:
        envelope_id = str(uuid.uuid4())
        envelope: Json = {
            "type": kind,
            "envelope_id": envelope_id,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": 0, "retry_reason": ""}
        answer: Future[Json | None] = Future()
        self._waiting[envelope_id] = answer
        try:
            self._hand_over(json.dumps(envelope))
            return answer.result(timeout)
        except FutureTimeout as error:
            raise DispatchFailed("operation_timeout", f"no answer in {timeout:g} s") from error
        finally:
            self._waiting.pop(envelope_id, None)

    def _hand_over(self, envelope: str) -> None:
        """Sends to the next connection that is alive."""
        while links := list(self._links):
            self._turn += 1
            link = links[self._turn % len(links)]
            try:
                link.send(envelope)
            except ConnectionClosed:
                self._forget(link)
            else:
                return
        raise DispatchFailed("dispatch_failed", "the bot's connection is gone")

    def _talk(self, link: ServerConnection) -> None:
        path = link.request.path if link.request else ""
        ticket = parse_qs(urlsplit(path).query).get("ticket", [""])[0]
        if ticket not in self._core.tickets:
            link.close(1008, "link_disabled")
            return
        self._core.tickets.discard(ticket)
        hello = {
            "type": "hello",
            "num_connections": len(self._links) + 1,
            "connection_info": {"app_id": APP},
            "debug_info": {"host": "playground", "approximate_connection_time": 18_060},
        }
        link.send(json.dumps(hello))
        with self._core.state.changing():
            self._links.append(link)
        try:
            for frame in link:
                self._hear(frame)
        except ConnectionClosed:
            pass
        finally:
            self._forget(link)

    def _hear(self, frame: str | bytes) -> None:
        with contextlib.suppress(ValueError, AttributeError):
            said = json.loads(frame)
            waiting = self._waiting.get(said.get("envelope_id", ""))
            if waiting and not waiting.done():
                waiting.set_result(said.get("payload") or None)
