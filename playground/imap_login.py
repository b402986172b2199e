"""Who may read: by password or by token, and not in clear where there is TLS."""

import base64
import binascii
import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field

from playground.imap_wire import Wire
from playground.imap_words import BadCommand

GOOGLE_SAYS = "[AUTHENTICATIONFAILED] Invalid credentials (Failure)"
MICROSOFT_SAYS = "AUTHENTICATE failed."


class Denied(Exception):
    """This login is refused; the text is what is said."""


@dataclass(frozen=True)
class LoginRules:
    """``password`` is asked for at every login, since it can be changed; so is ``is_expired``."""

    user: str
    password: Callable[[], str | None]
    is_expired: Callable[[], bool]
    is_good_token: Callable[[str], bool] | None = None
    starttls: ssl.SSLContext | None = field(default=None, repr=False)
    token_refusal: str = GOOGLE_SAYS


class Login:
    """That of one connection."""

    def __init__(self, rules: LoginRules) -> None:
        self._rules = rules
        self.is_done = False

    def has_tls(self, wire: Wire) -> bool:
        """Whether TLS can still be begun."""
        return self._rules.starttls is not None and not wire.is_encrypted

    def start_tls(self, wire: Wire) -> None:
        if self._rules.starttls is not None:
            wire.start_tls(self._rules.starttls)

    def offers(self, wire: Wire) -> list[str]:
        """Its part of the capabilities."""
        if self.is_done:
            return []
        if self.has_tls(wire):
            return ["STARTTLS", "LOGINDISABLED"]
        by_password = [] if self._rules.password() is None else ["AUTH=PLAIN"]
        by_token = ["AUTH=XOAUTH2"] if self._rules.is_good_token else []
        return [*by_password, *by_token, "SASL-IR"]

    def is_over(self) -> bool:
        """Whether who is logged in is so no more."""
        return self.is_done and self._rules.is_expired()

    def by_password(self, wire: Wire, user: str, password: str) -> None:
        """Raises Denied."""
        if self.has_tls(wire):
            raise Denied("[PRIVACYREQUIRED] Begin TLS first")
        is_right = user.casefold() == self._rules.user.casefold() and password == self._rules.password()
        if not is_right or self._rules.is_expired():
            raise Denied("[AUTHENTICATIONFAILED] Invalid credentials")
        self.is_done = True

    def by_mechanism(self, wire: Wire, name: str, first: bytes | None) -> None:
        """Raises Denied, BadCommand or HungUp."""
        if self.has_tls(wire):
            raise Denied("[PRIVACYREQUIRED] Begin TLS first")
        if name == "PLAIN" and self._rules.password() is not None:
            said = _decoded(_asked(wire) if first is None else first).split("\0")
            if len(said) != 3:
                raise BadCommand("Three words parted by NUL were expected")
            self.by_password(wire, said[1], said[2])
        elif name == "XOAUTH2" and self._rules.is_good_token:
            self._by_token(wire, _decoded(_asked(wire) if first is None else first))
        else:
            raise Denied("[CANNOT] This way to log in is not offered")

    def _by_token(self, wire: Wire, said: str) -> None:
        """A no is explained first, and said only after an empty answer."""
        user, _, bearer = said.partition("\x01")
        token, is_good = bearer.removeprefix("auth=Bearer "), self._rules.is_good_token
        is_whole = user.startswith("user=") and token.endswith("\x01\x01") and token != bearer
        is_owner = user.removeprefix("user=").casefold() == self._rules.user.casefold()
        if is_whole and is_owner and is_good and is_good(token[:-2]) and not self._rules.is_expired():
            self.is_done = True
            return
        why = {"status": "400", "schemes": "bearer", "scope": "https://mail.google.com/"}
        wire.say(b"+ " + base64.b64encode(json.dumps(why).encode()) + b"\r\n")
        if wire.line():
            raise BadCommand("An empty answer was expected")
        raise Denied(self._rules.token_refusal)


def _asked(wire: Wire) -> bytes:
    wire.say(b"+ \r\n")
    said = wire.line()
    if said == b"*":
        raise BadCommand("The login was given up")
    return said


def _decoded(said: bytes) -> str:
    try:
        return base64.b64decode(b"" if said == b"=" else said, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise BadCommand("Base64 was expected") from None
