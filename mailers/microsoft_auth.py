"""Access to a Microsoft 365 account by a person's consent."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from json import JSONDecodeError
from typing import Any

from campaigns.errors import Busy, StorageTrouble
from mailers.graph_faults import classify_token, too_few_scopes
from mailers.silence import silence
from mailers.token_cell import Now, Token, TokenCell, utc_now
from mailers.token_line import SignInBusy, TokenLine
from mailers.wire import NoReply

AUTHORITY = "https://login.microsoftonline.com/organizations"
SEND_MAIL = "https://graph.microsoft.com/Mail.Send"
SEND_SMTP = "https://outlook.office.com/SMTP.Send"

Keep = Callable[[str], None]


class MicrosoftTokens:
    """The Tokens port over msal. ``scopes`` are asked for with every token and must have been granted.

    Microsoft gives a new refresh token with each access token; ``keep`` stores it, and may be called from any
    thread. A refresh token that is not used for 90 days ends.
    """

    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        refresh_token: str,
        scopes: Sequence[str],
        keep: Keep,
        authority: str = AUTHORITY,
        certificate: str = "",
        now: Now = utc_now,
    ) -> None:
        self._client_id = client_id
        self._client_secret = client_secret
        self._refresh_token = refresh_token
        self._scopes = tuple(scopes)
        self._keep = keep
        self._authority = authority
        self._now = now
        self._line = TokenLine(certificate)
        self._cell = TokenCell(self._fetch, now)

    def access(self, *, renew: bool = False) -> str:
        return self._cell.access(renew=renew)

    def close(self) -> None:
        self._line.close()

    def _fetch(self) -> Token:
        asked_at = self._now()
        given = self._ask()
        if "access_token" not in given:
            raise classify_token(str(given.get("error", "")), str(given.get("error_description", "")))
        granted = {_bare(scope) for scope in str(given.get("scope", "")).split()}
        missing = [scope for scope in self._scopes if _bare(scope) not in granted]
        if missing and granted:
            raise too_few_scopes(missing)
        self._rotate(str(given.get("refresh_token", "")))
        lifetime = timedelta(seconds=int(given.get("expires_in", 0)))
        return Token(str(given["access_token"]), asked_at + lifetime)

    def _ask(self) -> Mapping[str, Any]:
        import msal  # noqa: PLC0415 - loads slowly

        try:
            # A new application each time: one that was refused repeats the refusal for a minute unasked, also
            # when the account has been mended meanwhile.
            app = msal.ConfidentialClientApplication(
                self._client_id,
                client_credential=self._client_secret,
                authority=self._authority,
                # The authority is from our settings; asking Microsoft whether it knows it is one call more.
                instance_discovery=False,
                http_client=self._line,
            )
            given: Mapping[str, Any] = app.acquire_token_by_refresh_token(
                self._refresh_token, list(self._scopes)
            )
        except OSError as error:  # requests' errors are such
            raise silence(NoReply.of(error, handed_over=False), repeatable=True) from None
        except SignInBusy as error:
            raise classify_token("", str(error)) from None
        except ValueError as error:
            is_page = isinstance(error, JSONDecodeError) or isinstance(error.__context__, JSONDecodeError)
            raise classify_token("" if is_page else "invalid_authority", "no answer to be read") from None
        return given

    def _rotate(self, newer: str) -> None:
        if not newer or newer == self._refresh_token:
            return
        try:
            self._keep(newer)
        except StorageTrouble:
            # The one we have stays good: the next try brings another.
            raise Busy("The account's new token could not be kept", whole_account=True) from None
        self._refresh_token = newer


def _bare(scope: str) -> str:
    """``Mail.Send`` of ``https://graph.microsoft.com/Mail.Send``: answers come in either form."""
    return scope.rpartition("/")[2].casefold()
