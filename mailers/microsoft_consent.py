"""A person allows this bot to use their Microsoft 365 account: the page, and the trade of its code."""

from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from campaigns.account import Credential, How, ImapServer, Service
from campaigns.consent_port import ConsentRefused, Granted, Permission
from campaigns.errors import FAULTS
from mailers.consent_answers import challenge, for_the_person, identity_in, nonce, nonce_seed
from mailers.entra_identity import address_of, holder_of
from mailers.graph_faults import classify_token
from mailers.microsoft_auth import READ_IMAP, READ_MAIL, SEND_MAIL, SEND_SMTP, EntraClient, ask_entra, bare
from mailers.server_url import Security
from mailers.token_cell import Now, utc_now
from mailers.token_line import TokenLine

PROVIDER = "microsoft"
SIGN_IN = "https://login.microsoftonline.com"
LIFETIME = timedelta(days=90)
"""Of a refresh token that is not used; each use brings a new one
(learn.microsoft.com/entra/identity-platform/refresh-tokens)."""

_WHO = Permission("openid profile email", "To know which address was connected.")
_STAY = Permission("offline_access", "To send the later batches while you are away.")
_ASKED: Mapping[Service, Permission] = {
    Service.MICROSOFT_365: Permission(
        SEND_MAIL, "To send invites from your mailbox. By itself it reads nothing."
    ),
    Service.SMTP: Permission(
        SEND_SMTP, "To send invites from your mailbox over SMTP. By itself it reads nothing."
    ),
}
_READING: Mapping[Service, Permission] = {
    Service.MICROSOFT_365: Permission(
        READ_MAIL, "For that, Microsoft also asks whether the bot may read your mail."
    ),
    Service.SMTP: Permission(
        READ_IMAP,
        "For that, Microsoft also asks whether the bot may use IMAP: nothing smaller would do.",
    ),
}
_SMTP_HOST, _SMTP_PORT = "smtp.office365.com", 587
_IMAP = ImapServer("outlook.office365.com", 993, Security.TLS.value)


class MicrosoftConsent:
    """The Consent port. ``tenant`` is ``organizations``, or one organization's id or domain."""

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        redirect_uri: str,
        *,
        tenant: str,
        base_url: str = "",
        certificate: str = "",
        now: Now = utc_now,
    ) -> None:
        self._client = EntraClient(client_id, client_secret, f"{base_url or SIGN_IN}/{tenant}")
        self._tenant = tenant
        self._redirect_uri = redirect_uri
        self._certificate = certificate
        self._now = now

    def permissions(self, service: Service) -> tuple[Permission, ...]:
        return (_ASKED[service], _STAY, _WHO)

    def reading(self, service: Service) -> Permission | None:
        return _READING.get(service)

    def page(
        self, service: Service, *, state: str, verifier: str, address: str = "", reads: bool = False
    ) -> str:
        """As in ``campaigns.consent_port.Consent``.

        Without an ``address`` the person is asked which account: Microsoft would take the one signed in.
        """
        asked = {
            "client_id": self._client.client_id,
            "redirect_uri": self._redirect_uri,
            "response_type": "code",
            # Not form_post: the browser's cookie does not come along with a post from another site.
            "response_mode": "query",
            "scope": " ".join((_WHO.scope, _STAY.scope, *_scopes(service, reads=reads))),
            "state": state,
            "nonce": nonce(verifier),
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
        }
        more = {"login_hint": address} if address else {"prompt": "select_account"}
        return f"{self._client.authority}/oauth2/v2.0/authorize?{urlencode(asked | more)}"

    def accept(self, service: Service, *, code: str, verifier: str, reads: bool = False) -> Granted:
        """Trade ``code``. Raises ConsentRefused, Busy, Misconfigured."""
        asked_at = self._now()
        asked, scope = _scopes(service, reads=reads), _ASKED[service].scope
        said = self._trade(asked, code, verifier)
        given = {bare(one) for one in str(said.get("scope", "")).split()}
        if bare(scope) not in given:
            raise ConsentRefused(
                f"Microsoft gave access without “{scope.rpartition('/')[2]}”.",
                hint="Nothing was connected. Ask your Microsoft 365 administrator to allow this app to send "
                "mail, then ask for a new link in Slack.",
            )
        if not said.get("refresh_token"):
            raise ConsentRefused("Microsoft gave access for an hour only, and no way to renew it.")
        token, client_id = str(said.get("id_token", "")), self._client.client_id
        who = identity_in(token, client_id=client_id, verifier=verifier)
        address = address_of(who, tenant=self._tenant)
        is_smtp = service is Service.SMTP
        can_read = reads and service in _READING and bare(_READING[service].scope) in given
        credential = Credential(
            How.CONSENT,
            str(said["refresh_token"]),
            provider=PROVIDER,
            user=address,
            host=_SMTP_HOST if is_smtp else "",
            port=_SMTP_PORT if is_smtp else 0,
            security=Security.STARTTLS.value if is_smtp else "",
            scopes=tuple(one for one in asked if bare(one) in given),
            reads=can_read,
            imap=_IMAP if is_smtp and can_read else None,
            holder=holder_of(who),
        )
        return Granted(address, credential, asked_at + LIFETIME)

    def revoke(self, credential: Credential) -> None:
        """Nothing can be done: Microsoft has no call that ends what one person allowed one program.

        Forgetting the refresh token is all we can do; unused it ends after 90 days. The person takes the
        permission away at myapps.microsoft.com, an administrator in Entra under Enterprise applications.
        """

    def _trade(self, scopes: tuple[str, ...], code: str, verifier: str) -> Mapping[str, Any]:
        # msal compares the state of its own two steps. Ours was checked where it was kept.
        state = "checked"
        flow = {
            "state": state,
            "redirect_uri": self._redirect_uri,
            "scope": [*_WHO.scope.split(), _STAY.scope, *scopes],
            "code_verifier": verifier,
            "nonce": nonce_seed(verifier),
        }
        with closing(TokenLine(self._certificate)) as line:
            try:
                said = ask_entra(
                    self._client,
                    line,
                    lambda app: app.acquire_token_by_auth_code_flow(flow, {"code": code, "state": state}),
                )
            except FAULTS as fault:
                raise for_the_person(fault, "Microsoft") from None
            except RuntimeError:  # msal's word for another nonce; its text holds both
                raise ConsentRefused("The sign-in belongs to another visit.") from None
        if "access_token" not in said:
            refusal = classify_token(str(said.get("error", "")), str(said.get("error_description", "")))
            raise for_the_person(refusal, "Microsoft")
        return said


def _scopes(service: Service, *, reads: bool) -> tuple[str, ...]:
    """What is asked for besides who it is."""
    more = (_READING[service].scope,) if reads and service in _READING else ()
    return (_ASKED[service].scope, *more)
