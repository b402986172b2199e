"""What every provider on your own machine can do: open, close, lose its tokens, and refuse to be read."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from flask import Flask

from playground.oauth_tokens import TokenBook
from playground.provider_answers import Answer
from playground.provider_door import ProviderDoor
from playground.provider_faults import Fault, ProviderFaults
from playground.provider_server import ProviderServer


class ProviderStandIn:
    """`faults` says what goes wrong, `door` keeps what was called, `tokens` what befalls what was allowed."""

    def __init__(self, app: Flask, tokens: TokenBook, *, is_tls: bool, port: int) -> None:
        self.faults = ProviderFaults()
        self.door = ProviderDoor(self.faults)
        self.tokens = tokens
        self._refusals: list[Fault] = []
        self._server = ProviderServer(app, is_tls=is_tls, port=port)

    def start(self) -> Self:
        self.faults.traffic.open()
        self._server.start()
        return self

    def stop(self) -> None:
        """Nobody answers any more; `start()` comes back at the same place."""
        self.faults.traffic.close()
        self._server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._server.remove()

    @property
    def base_url(self) -> str:
        return self._server.base_url

    @property
    def certificate(self) -> Path | None:
        """The certificate to trust, with TLS."""
        return self._server.certificate

    # The panel's switches

    @property
    def is_reading_refused(self) -> bool:
        return bool(self._refusals)

    def allow_reading(self) -> None:
        while self._refusals:
            self.faults.withdraw(self._refusals.pop())

    def _refuse(self, answer: Answer, calls: Sequence[str]) -> None:
        self.allow_reading()
        self._refusals += [self.faults.refuse(answer, on=call) for call in calls]

    @property
    def is_token_expired(self) -> bool:
        return self.tokens.is_revoked()

    def expire_token(self) -> None:
        """All that was allowed so far is revoked: access tokens and refresh tokens are refused."""
        self.tokens.revoke()

    def renew_token(self) -> None:
        """What was revoked is good again. Consent given anew makes a good token all the same."""
        self.tokens.restore()
