"""HTTP to a token endpoint, for the libraries of Google and Microsoft; patient for less than a hand-over."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mailers.wire import NoReply, open_session

if TYPE_CHECKING:
    from requests import Response

_PATIENCE = (10.0, 15.0)
"""To connect, and for the reply. A hand-over may need two of them within ``deadline.TOTAL_SECONDS``."""
_LATER = frozenset({408, 429})
_NO_OBJECT = frozenset({b"[", b'"'})


class SignInBusy(Exception):
    """The token endpoint has trouble of its own. Raised before a library tries again by itself, asleep."""


@dataclass(frozen=True, slots=True)
class TokenReply:
    """As google-auth wants it."""

    status: int
    headers: Mapping[str, str]
    data: bytes


class TokenLine:
    """One session. ``get`` and ``post`` are what msal calls, ``ask`` is for google-auth."""

    def __init__(self, certificate: str = "") -> None:
        self._certificate = certificate
        self._session: Any = None

    def ask(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> TokenReply:
        """The reply. Raises NoReply and SignInBusy."""
        try:
            answer = self._request(method, url, data=body, headers=dict(headers))
        except OSError as error:  # requests' errors are such
            raise NoReply.of(error, handed_over=False) from None
        return TokenReply(answer.status_code, dict(answer.headers), answer.content)

    def get(self, url: str, **more: Any) -> "Response":
        return self._request("GET", url, **more)

    def post(self, url: str, **more: Any) -> "Response":
        answer = self._request("POST", url, **more)
        if answer.content.lstrip()[:1] in _NO_OBJECT:  # msal would fall over it
            raise SignInBusy(f"{answer.status_code} without an answer from the token endpoint")
        return answer

    def close(self) -> None:
        if self._session is not None:
            self._session.close()

    def _request(self, method: str, url: str, **more: Any) -> "Response":
        if self._session is None:
            self._session = open_session(self._certificate)
        more |= {"timeout": _PATIENCE, "allow_redirects": False}
        answer: Response = self._session.request(method, url, **more)
        if answer.status_code >= 500 or answer.status_code in _LATER:
            raise SignInBusy(f"{answer.status_code} from the token endpoint")
        return answer
