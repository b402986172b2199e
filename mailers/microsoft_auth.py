"""Access to a Microsoft 365 account by a person's consent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
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
READ_MAIL = "https://graph.microsoft.com/Mail.Read"
SEND_SMTP = "https://outlook.office.com/SMTP.Send"
READ_IMAP = "https://outlook.office.com/IMAP.AccessAsUser.All"

Keep = Callable[[str], None]

_UNREADABLE = "no answer to be read"


@dataclass(frozen=True, slots=True)
class EntraClient:
    """This bot as it is registered with Microsoft."""

    client_id: str
    client_secret: str = field(repr=False)
    authority: str


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
        self._client = EntraClient(client_id, client_secret, authority)
        self._refresh_token = refresh_token
        self._scopes = tuple(scopes)
        self._keep = keep
        self._now = now
        self._line = TokenLine(certificate)
        self._cell = TokenCell(self._fetch, now)

    @property
    def is_fresh(self) -> bool:
        return self._cell.is_fresh

    def access(self, *, renew: bool = False) -> str:
        return self._cell.access(renew=renew)

    def close(self) -> None:
        self._line.close()

    def _fetch(self) -> Token:
        asked_at = self._now()
        given = self._ask()
        if "access_token" not in given:
            raise classify_token(str(given.get("error", "")), str(given.get("error_description", "")))
        granted = {bare(scope) for scope in str(given.get("scope", "")).split()}
        missing = [scope for scope in self._scopes if bare(scope) not in granted]
        if missing and granted:
            raise too_few_scopes(missing)
        self._rotate(str(given.get("refresh_token", "")))
        lifetime = timedelta(seconds=int(given.get("expires_in", 0)))
        return Token(str(given["access_token"]), asked_at + lifetime)

    def _ask(self) -> Mapping[str, Any]:
        return ask_entra(
            self._client,
            self._line,
            lambda app: app.acquire_token_by_refresh_token(self._refresh_token, list(self._scopes)),
        )

    def _rotate(self, newer: str) -> None:
        if not newer or newer == self._refresh_token:
            return
        try:
            self._keep(newer)
        except StorageTrouble:
            # The one we have stays good: the next try brings another.
            raise Busy("The account's new token could not be kept", whole_account=True) from None
        self._refresh_token = newer


def ask_entra(
    client: EntraClient, line: TokenLine, ask: Callable[[Any], Mapping[str, Any]]
) -> Mapping[str, Any]:
    """What ``ask`` hears through msal, a refusal as well as a token. Raises Busy and Misconfigured."""
    import msal  # noqa: PLC0415 - loads slowly

    cache = msal.TokenCache()
    cache.add = _keep_nothing
    try:
        # A new application each time: one that was refused repeats the refusal for a minute unasked, also
        # when the account has been mended meanwhile.
        app = msal.ConfidentialClientApplication(
            client.client_id,
            client_credential=client.client_secret,
            authority=client.authority,
            # The authority is from our settings; asking Microsoft whether it knows it is one call more.
            instance_discovery=False,
            http_client=line,
            token_cache=cache,
        )
        return ask(app)
    except OSError as error:  # requests' errors are such
        raise silence(NoReply.of(error, handed_over=False), repeatable=True) from None
    except SignInBusy as error:
        raise classify_token("", str(error)) from None
    except ValueError as error:
        is_page = isinstance(error, JSONDecodeError) or isinstance(error.__context__, JSONDecodeError)
        raise classify_token("" if is_page else "invalid_authority", _UNREADABLE) from None
    except LookupError:  # msal takes it on trust that an identity has three parts
        raise classify_token("", _UNREADABLE) from None


def _keep_nothing(event: object, **_: object) -> None:
    """In the place of the cache's own, which logs a code with its proof, and keeps what nobody asks for."""


def bare(scope: str) -> str:
    """``Mail.Send`` of ``https://graph.microsoft.com/Mail.Send``: answers come in either form."""
    return scope.rpartition("/")[2].casefold()
