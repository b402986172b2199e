"""The way to the bot: signed HTTP as Slack sends it, or an open Socket Mode connection."""

import hashlib
import hmac
import http.client
import json
import ssl
import time
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

from playground.core import Core
from playground.records import DispatchFailed
from playground.socket_mode import SocketHub

Json = dict[str, Any]
Kind = Literal["slash_commands", "interactive", "events_api"]


def signature(secret: str, timestamp: str, body: bytes) -> str:
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256)
    return f"v0={digest.hexdigest()}"


class BotLine:
    """Delivers payloads to the bot and hands back its acknowledgement."""

    def __init__(self, core: Core, hub: SocketHub) -> None:
        self._core = core
        self._hub = hub
        self.url: str | None = None
        self.failures: list[DispatchFailed] = []

    def send(self, kind: Kind, payload: Json) -> Json | None:
        """The acknowledgement's body, if it has one; raises DispatchFailed as Slack would report it."""
        try:
            if self._hub.is_connected:
                return self._hub.send(kind, payload, self._core.ack_timeout)
            return self._post(kind, payload)
        except DispatchFailed as error:
            with self._core.state.changing():
                self.failures.append(error)
            raise

    def _post(self, kind: Kind, payload: Json) -> Json | None:
        if self.url is None:
            raise DispatchFailed("dispatch_unknown_error", "no bot is connected: call connect_bot(url)")
        body, content_type = encoded(kind, payload)
        headers = {"Content-Type": content_type, **self._signed(body)}
        status, answer = post(self.url, body, headers, self._core.ack_timeout)
        if status != 200:
            raise DispatchFailed("dispatch_failed", f"http_status {status}")
        return parsed(answer)

    def _signed(self, body: bytes) -> dict[str, str]:
        timestamp = str(int(time.time()))
        made = signature(self._core.signing_secret, timestamp, body)
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": made}


def encoded(kind: Kind, payload: Json) -> tuple[bytes, str]:
    """The body of the HTTP request and its type: each kind of payload has its own."""
    form = "application/x-www-form-urlencoded"
    if kind == "slash_commands":
        return urlencode(payload).encode(), form
    if kind == "interactive":
        return urlencode({"payload": json.dumps(payload)}).encode(), form
    return json.dumps(payload).encode(), "application/json"


def parsed(answer: bytes) -> Json | None:
    if not answer.strip():
        return None
    try:
        body = json.loads(answer)
    except ValueError:
        # A slash command may be answered with bare words.
        return {"text": answer.decode(errors="replace")}
    return body if isinstance(body, dict) else {"text": str(body)}


def post(url: str, body: bytes, headers: dict[str, str], timeout: float) -> tuple[int, bytes]:
    """One POST without proxies and without retries; a slow bot is a failed dispatch."""
    parts = urlsplit(url)
    host, port = parts.hostname or "127.0.0.1", parts.port
    line: http.client.HTTPConnection
    if parts.scheme == "https":
        line = http.client.HTTPSConnection(host, port, timeout=timeout, context=ssl.create_default_context())
    else:
        line = http.client.HTTPConnection(host, port, timeout=timeout)
    target = parts.path or "/"
    try:
        line.request("POST", f"{target}?{parts.query}" if parts.query else target, body, headers)
        reply = line.getresponse()
        return reply.status, reply.read()
    except TimeoutError as error:
        raise DispatchFailed("operation_timeout", f"no answer in {timeout:g} s") from error
    except (OSError, http.client.HTTPException) as error:
        raise DispatchFailed("dispatch_failed", str(error)) from error
    finally:
        line.close()
