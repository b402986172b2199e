"""Serves a provider's pages over HTTP, or over TLS with a certificate of its own."""

import socket
import ssl
import tempfile
from pathlib import Path

from flask import Flask

from playground.certificates import make_certificate, server_context
from playground.http_server import LocalServer


class _PromptServer(LocalServer):
    def __init__(self, app: Flask, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        super().__init__(app, host, port)
        # Head and body are written apart, and Nagle would keep the body back for 40 ms.
        self._server.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self._server.ssl_context = tls
            # Hands are shaken in the thread of each request, so that a silent caller keeps nobody waiting.
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )


class ProviderServer:
    """Can be stopped and started; it stays at its port and keeps its certificate."""

    def __init__(self, app: Flask, *, is_tls: bool, host: str = "127.0.0.1", port: int = 0) -> None:
        self._app = app
        self._host, self._port = host, port
        self._server: _PromptServer | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="playground-provider-") if is_tls else None
        self.certificate: Path | None = None
        """The certificate to trust, with TLS."""
        self._context: ssl.SSLContext | None = None
        if self._folder:
            self.certificate, key = make_certificate(Path(self._folder.name))
            self._context = server_context(self.certificate, key)

    @property
    def base_url(self) -> str:
        """Where it listens, once started."""
        # A certificate names the host as it is written.
        return f"{'https' if self._context else 'http'}://{self._host}:{self._port}"

    def start(self) -> None:
        self._server = _PromptServer(self._app, self._host, self._port, self._context)
        self._port = self._server.port
        self._server.start()

    def stop(self) -> None:
        if self._server:
            self._server.stop()
            self._server = None

    def remove(self) -> None:
        """Stops for good."""
        self.stop()
        if self._folder:
            self._folder.cleanup()
