"""The two ways Slack reaches the bot."""

import logging
import threading

from flask import Flask
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackClientError
from waitress import wasyncore
from waitress.server import create_server

from campaigns.errors import ConfigError

THREADS = 12
_AGAIN_AFTER = 10  # seconds

_log = logging.getLogger(__name__)


class HttpLine:
    """Slack calls us: the Flask app under waitress. ``url`` is known once it has started."""

    def __init__(self, flask: Flask, host: str, port: int) -> None:
        self._flask = flask
        self._host = host
        self._port = port
        self.url = ""

    def start(self) -> None:
        try:
            self._server = create_server(self._flask, host=self._host, port=self._port, threads=THREADS)
        except OSError as error:
            raise ConfigError(
                f"The bot cannot listen at {self._host}:{self._port}: {error.strerror or error}.",
                hint="Stop whoever listens there, or change HTTP_HOST and HTTP_PORT.",
            ) from error
        self.url = f"http://{self._host}:{self._server.effective_port}"
        self._thread = threading.Thread(target=self._server.run, name="http", daemon=True)
        self._thread.start()
        _log.info("listening", extra={"url": f"{self.url}/slack/events"})

    def stop(self) -> None:
        # from the loop's own thread: closed under its feet, the loop would fall over its dead sockets
        self._server.trigger.pull_trigger(lambda: wasyncore.close_all(self._server._map, ignore_all=True))  # noqa: SLF001
        self._thread.join()
        self._server.task_dispatcher.shutdown()


class SocketLine:
    """We call Slack: Socket Mode, no public address needed.

    Batches must go out even while Slack cannot be reached, so the first connection is made in the background,
    again and again; after that the SDK's own client keeps it up.
    """

    def __init__(self, app: App, app_token: str) -> None:
        self._handler = SocketModeHandler(app, app_token)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._connect, name="socket-mode", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()
        self._handler.close()  # type: ignore[no-untyped-call]

    def _connect(self) -> None:
        while not self._stopping.is_set():
            try:
                # connect() and close(): start() would wait for ever and knows no SIGTERM
                self._handler.connect()  # type: ignore[no-untyped-call]
            except (SlackClientError, OSError) as error:
                _log.warning("slack_not_reached", extra={"error": str(error)})
                self._stopping.wait(_AGAIN_AFTER)
            else:
                _log.info("connected_to_slack")
                return
