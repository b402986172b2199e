"""A threaded HTTP server that leaves no thread and no socket behind."""

import contextlib
import socket
import threading
from typing import Any

from flask import Flask
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler


class _QuietHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        """A demo's terminal belongs to the demo."""


class _TrackingServer(ThreadedWSGIServer):
    # With daemon threads socketserver forgets them; we want every one joined at the end.
    daemon_threads = False
    block_on_close = True

    def __init__(self, host: str, port: int, app: Flask) -> None:
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(host, port, app, _QuietHandler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Ends reads that wait for a browser's idle connection."""
        with self._lock:
            for request in self._open:
                with contextlib.suppress(OSError):
                    request.shutdown(socket.SHUT_RDWR)


class LocalServer:
    """Serves a Flask app from its own thread until stopped."""

    def __init__(self, app: Flask, host: str = "127.0.0.1", port: int = 0) -> None:
        self._server = _TrackingServer(host, port, app)
        self.host = host
        self.port = int(self._server.server_port)
        self._thread = threading.Thread(target=self._serve, name="playground-http")

    def start(self) -> None:
        self._thread.start()

    def _serve(self) -> None:
        # Poll often enough that a stop is not felt.
        self._server.serve_forever(poll_interval=0.05)

    def stop(self) -> None:
        self._server.shutdown()
        # Before the join: serving ends by waiting for every request thread.
        self._server.hang_up()
        self._thread.join()
        self._server.server_close()
