"""Codes, access tokens and refresh tokens: who allowed what, and until when."""

import base64
import hashlib
import secrets
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

ACCESS_LIFETIME = timedelta(seconds=3600)
CODE_LIFETIME = timedelta(minutes=10)


@dataclass(eq=False)
class Grant:
    """What one account has allowed one program."""

    client_id: str
    account: str
    asked: tuple[str, ...]
    scopes: tuple[str, ...]
    given_at: datetime
    is_service: bool = False
    revoked_at: datetime | None = None


@dataclass(frozen=True)
class Code:
    """What a redirect brings back, to be changed for tokens once."""

    grant: Grant
    redirect_uri: str
    challenge: str
    nonce: str
    is_offline: bool

    def is_verified_by(self, verifier: str) -> bool:
        """Whether this is what the challenge was made of (PKCE, RFC 7636), if there was one."""
        digest = hashlib.sha256(verifier.encode()).digest()
        made = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return not self.challenge or made == self.challenge


@dataclass
class RefreshToken:
    text: str
    grant: Grant
    expires_at: datetime


@dataclass(frozen=True)
class AccessToken:
    text: str
    grant: Grant
    scopes: tuple[str, ...]
    expires_at: datetime


@dataclass
class TokenBook:
    """Every token given out, by the clock it was made with."""

    now: Callable[[], datetime]
    prefix: str
    _codes: dict[str, Code] = field(default_factory=dict)
    _redeemed: dict[str, Code] = field(default_factory=dict)
    _access: dict[str, AccessToken] = field(default_factory=dict)
    _refresh: dict[str, RefreshToken] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def give_code(self, code: Code) -> str:
        with self._lock:
            text = f"{self.prefix}code-{secrets.token_urlsafe(24)}"
            self._codes[text] = code
            return text

    def redeem(self, text: str) -> Code | None:
        """What the code stands for, once and in time. A second use ends what the first brought (RFC 6749)."""
        with self._lock:
            if again := self._redeemed.get(text):
                again.grant.revoked_at = self.now()
                return None
            code = self._codes.pop(text, None)
            if code is None or self.now() - code.grant.given_at > CODE_LIFETIME:
                return None
            self._redeemed[text] = code
            return code

    def is_redeemed(self, text: str) -> bool:
        return text in self._redeemed

    def give_access(self, grant: Grant, scopes: Iterable[str]) -> AccessToken:
        with self._lock:
            text = f"{self.prefix}access-{secrets.token_urlsafe(32)}"
            token = AccessToken(text, grant, tuple(scopes), self.now() + ACCESS_LIFETIME)
            self._access[text] = token
            return token

    def give_refresh(self, grant: Grant, lifetime: timedelta) -> RefreshToken:
        with self._lock:
            token = RefreshToken(
                f"{self.prefix}refresh-{secrets.token_urlsafe(32)}", grant, self.now() + lifetime
            )
            self._refresh[token.text] = token
            return token

    def access(self, text: str) -> AccessToken | None:
        """The access token, if it is good now."""
        with self._lock:
            token = self._access.get(text)
            if token is None or token.grant.revoked_at or token.expires_at <= self.now():
                return None
            return token

    def allows(self, text: str, scope: str) -> bool:
        """Whether this access token is good now, and for that: as a mail server of the provider's asks."""
        token = self.access(text)
        return token is not None and scope in token.scopes

    def refresh(self, text: str) -> RefreshToken | None:
        """The refresh token, good or not."""
        return self._refresh.get(text)

    def grant_of(self, text: str) -> Grant | None:
        """What a token of either kind stands for."""
        token = self._access.get(text) or self._refresh.get(text)
        return token.grant if token else None

    # What can befall them

    def expire_access(self, account: str = "") -> None:
        """Access tokens given so far are no longer good; a refresh brings new ones."""
        with self._lock:
            for text in [one.text for one in self._access.values() if account in {"", one.grant.account}]:
                del self._access[text]

    def revoke(self, account: str = "") -> None:
        """What was allowed so far is allowed no more."""
        for grant in self._grants(account):
            grant.revoked_at = grant.revoked_at or self.now()

    def restore(self, account: str = "") -> None:
        """What was revoked is allowed again."""
        for grant in self._grants(account):
            grant.revoked_at = None

    def narrow(self, scopes: Iterable[str], account: str = "") -> None:
        """Of what was allowed only this is left."""
        left = set(scopes)
        for grant in self._grants(account):
            grant.scopes = tuple(scope for scope in grant.scopes if scope in left)
        self.expire_access(account)

    def is_revoked(self, account: str = "") -> bool:
        """Whether something was allowed, and nothing of it is any more."""
        grants = self._grants(account)
        return bool(grants) and all(grant.revoked_at for grant in grants)

    def _grants(self, account: str) -> list[Grant]:
        with self._lock:
            grants = {one.grant for one in self._access.values()}
            grants |= {one.grant for one in self._refresh.values()}
            return [one for one in grants if not one.is_service and account in {"", one.account}]
