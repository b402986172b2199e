"""Access to a Google account: by a person's consent, or by a service account that acts for a person."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any, Self

from campaigns.errors import Misconfigured
from mailers.google_faults import classify_token, too_few_scopes
from mailers.silence import silence
from mailers.token_cell import Now, Token, TokenCell, utc_now
from mailers.token_line import SignInBusy, TokenLine, TokenReply
from mailers.wire import NoReply

if TYPE_CHECKING:
    from google.auth.credentials import Credentials

TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
SEND_MAIL = "https://www.googleapis.com/auth/gmail.send"
READ_MAIL = "https://www.googleapis.com/auth/gmail.readonly"
OWN_CALENDARS = "https://www.googleapis.com/auth/calendar.app.created"
FULL_MAIL = "https://mail.google.com/"
"""The only scope with which Gmail takes mail over SMTP, or gives it over IMAP."""

_UNSAID = timedelta(hours=1)
_BAD_KEY = "The service account's key cannot be read"
_NEW_KEY = "Make a new key in the Google Cloud console and put the whole JSON file in the settings."


class GoogleTokens:
    """The Tokens port over google-auth. ``needed`` are the scopes that must have been granted."""

    def __init__(
        self, open_credentials: Callable[[], "Credentials"], needed: Sequence[str], line: TokenLine, now: Now
    ) -> None:
        self._open_credentials = open_credentials
        self._needed = frozenset(needed)
        self._line = line
        self._now = now
        self._cell = TokenCell(self._fetch, now)
        self._credentials: Credentials | None = None

    @classmethod
    def of_person(
        cls,
        *,
        client_id: str,
        client_secret: str,
        refresh_token: str,
        needed: Sequence[str],
        token_uri: str = TOKEN_URI,
        certificate: str = "",
        now: Now = utc_now,
    ) -> Self:
        """What a person has allowed this bot, who is known to Google by ``client_id``."""

        def open_credentials() -> "Credentials":
            from google.oauth2.credentials import Credentials as Person  # noqa: PLC0415 - loads slowly

            # No scopes: then Google's answer names all that is granted, rather than refuse what is not.
            made: Credentials = Person(  # type: ignore[no-untyped-call]
                None,
                refresh_token=refresh_token,
                token_uri=token_uri,
                client_id=client_id,
                client_secret=client_secret,
            )
            return made

        return cls(open_credentials, needed, TokenLine(certificate), now)

    @classmethod
    def of_service(
        cls,
        *,
        key_file: Mapping[str, str],
        subject: str,
        needed: Sequence[str],
        certificate: str = "",
        now: Now = utc_now,
    ) -> Self:
        """A service account with domain-wide delegation, acting for ``subject``."""

        def open_credentials() -> "Credentials":
            from google.oauth2.service_account import Credentials as Service  # noqa: PLC0415 - loads slowly

            made: Credentials = Service.from_service_account_info(  # type: ignore[no-untyped-call]
                dict(key_file), scopes=list(needed), subject=subject
            )
            return made

        return cls(open_credentials, needed, TokenLine(certificate), now)

    @property
    def is_fresh(self) -> bool:
        return self._cell.is_fresh

    def access(self, *, renew: bool = False) -> str:
        return self._cell.access(renew=renew)

    def close(self) -> None:
        self._line.close()

    def _fetch(self) -> Token:
        from google.auth.exceptions import RefreshError, TransportError  # noqa: PLC0415 - loads slowly

        credentials = self._opened()
        request = _Request(self._line, TransportError)
        try:
            credentials.refresh(request)  # type: ignore[no-untyped-call]
        except RefreshError as error:
            # From None: the error's arguments hold the whole answer.
            raise classify_token(*_said(error), retryable=bool(error.retryable)) from None
        except TransportError as error:
            trouble = error.__cause__
            if isinstance(trouble, NoReply):
                raise silence(trouble, repeatable=True) from None
            raise classify_token("", str(error)) from None
        missing = sorted(self._needed - request.granted) if request.granted is not None else []
        if missing:
            raise too_few_scopes(missing)
        ends = credentials.expiry
        return Token(str(credentials.token), ends.replace(tzinfo=UTC) if ends else self._now() + _UNSAID)

    def _opened(self) -> "Credentials":
        if self._credentials is None:
            try:
                self._credentials = self._open_credentials()
            except ValueError:
                raise Misconfigured(_BAD_KEY, hint=_NEW_KEY) from None
        return self._credentials


class _Request:
    """google-auth's transport. It would repeat a failed request itself, after sleeping; retries are ours.

    ``granted``: the scopes the answer names, if it names any.
    """

    def __init__(self, line: TokenLine, error: type[Exception]) -> None:
        self._line = line
        self._error = error
        self.granted: frozenset[str] | None = None

    def __call__(
        self, url: str, method: str = "GET", body: bytes | None = None, headers: Any = None, **_: object
    ) -> TokenReply:
        try:
            reply = self._line.ask(method, url, body, dict(headers or {}))
        except (NoReply, SignInBusy) as trouble:
            raise self._error(str(trouble)) from trouble
        try:
            said = json.loads(reply.data)
        except ValueError:
            said = None
        if not isinstance(said, dict):
            raise self._error(f"{reply.status} without an answer from the token endpoint")
        if "scope" in said:
            self.granted = frozenset(str(said["scope"]).split())
        return reply


def _said(error: Exception) -> tuple[str, str]:
    """OAuth's code, and the words: google-auth puts the answer behind its message."""
    details = next((one for one in error.args if isinstance(one, dict)), {})
    code = str(details.get("error", ""))
    return code, f"{code} {details.get('error_description', '')}".strip() or str(error.args[0])
