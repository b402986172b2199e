"""One account's access token, and the one place where it is renewed."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

_EARLY = timedelta(minutes=5)  # a token that ends while a request is under way is a refusal for nothing

Now = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Token:
    """Never shows in a repr."""

    text: str = field(repr=False)
    expires_at: datetime


class TokenCell:
    """The Tokens port over ``fetch``, which asks the provider and raises faults.

    Threads wait for the one that renews. Who was refused with a token that another thread has replaced
    meanwhile gets the new one, and nobody asks again.
    """

    def __init__(self, fetch: Callable[[], Token], now: Now) -> None:
        self._fetch = fetch
        self._now = now
        self._token: Token | None = None
        self._lock = threading.Lock()
        self._mine = threading.local()

    @property
    def is_fresh(self) -> bool:
        """Whether ``access`` would hand out the token that is here. Never waits for who renews it."""
        token = self._token
        return token is not None and self._is_good(token)

    def access(self, *, renew: bool = False) -> str:
        """As in ``campaigns.mailer_port.Tokens``."""
        with self._lock:
            token = self._token
            refused = renew and token is not None and getattr(self._mine, "text", token.text) == token.text
            if token is None or refused or not self._is_good(token):
                # What was refused is not handed out again should the renewal fail.
                self._token = None
                token = self._token = self._fetch()
            self._mine.text = token.text
            return token.text

    def _is_good(self, token: Token) -> bool:
        return token.expires_at - self._now() > _EARLY
