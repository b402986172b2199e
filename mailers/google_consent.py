"""A person allows this bot to use their Google account: the page, the trade of its code, giving it back.

Plain HTTP: google-auth-oauthlib refuses an answer that names other scopes than were asked, which is what
Google sends when a person unticks one, and when it writes ``email`` in its long form.
"""

import json
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from campaigns.account import Credential, How, ImapServer, Service
from campaigns.consent_port import ConsentRefused, Granted, Permission
from mailers.consent_answers import address_in, challenge, for_the_person, identity_in, nonce
from mailers.google_auth import FULL_MAIL, OWN_CALENDARS, READ_MAIL, SEND_MAIL, TOKEN_URI
from mailers.google_faults import classify_token
from mailers.server_url import Security
from mailers.silence import silence
from mailers.token_cell import Now, utc_now
from mailers.token_line import SignInBusy, TokenLine, TokenReply
from mailers.wire import NoReply

PROVIDER = "google"
AUTH_URI = "https://accounts.google.com/o/oauth2/v2/auth"
REVOKE_URI = "https://oauth2.googleapis.com/revoke"
TESTING_LIFETIME = timedelta(days=7)
"""Of a refresh token while the consent screen is External and in Testing
(developers.google.com/identity/protocols/oauth2, "Refresh token expiration")."""

_WHO = Permission("openid email", "To know which address was connected.")
_ASKED: Mapping[Service, Permission] = {
    Service.GMAIL: Permission(SEND_MAIL, "To send invites from your mailbox. By itself it reads nothing."),
    Service.GOOGLE_CALENDAR: Permission(
        OWN_CALENDARS,
        "To keep the invites in a calendar of their own. Your other calendars can't be seen or changed.",
    ),
    Service.SMTP: Permission(
        FULL_MAIL,
        "To send invites over SMTP. Google has no smaller permission for that: this one also allows reading "
        "and deleting mail. This bot deletes none, and reads only if you say so. Connect Gmail instead if "
        "you can.",
    ),
}
_READING: Mapping[Service, Permission] = {
    Service.GMAIL: Permission(
        READ_MAIL,
        "For that, Google also asks whether the bot may read your mail: nothing smaller would do.",
    ),
    Service.SMTP: Permission(
        FULL_MAIL, "For that, Google asks nothing more: the permission for SMTP covers reading as well."
    ),
}
_SMTP_HOST, _SMTP_PORT = "smtp.gmail.com", 587
_IMAP = ImapServer("imap.gmail.com", 993, Security.TLS.value)
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class GoogleConsent:
    """The Consent port. ``is_testing``: the consent screen is in Testing, whatever Google's answer says."""

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        redirect_uri: str,
        *,
        base_url: str = "",
        certificate: str = "",
        is_testing: bool = False,
        now: Now = utc_now,
    ) -> None:
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_uri = redirect_uri
        self._auth_uri = f"{base_url}/o/oauth2/v2/auth" if base_url else AUTH_URI
        self._token_uri = f"{base_url}/token" if base_url else TOKEN_URI
        self._revoke_uri = f"{base_url}/revoke" if base_url else REVOKE_URI
        self._certificate = certificate
        self._is_testing = is_testing
        self._now = now

    def permissions(self, service: Service) -> tuple[Permission, ...]:
        return (_ASKED[service], _WHO)

    def reading(self, service: Service) -> Permission | None:
        return _READING.get(service)

    def page(
        self, service: Service, *, state: str, verifier: str, address: str = "", reads: bool = False
    ) -> str:
        """As in ``campaigns.consent_port.Consent``; asks for lasting access, also of who consented before.

        What other services were granted is left out: an account must not hold more than it needs.
        """
        asked = {
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "response_type": "code",
            "scope": " ".join((_WHO.scope, *_scopes(service, reads=reads))),
            "state": state,
            "nonce": nonce(verifier),
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
            "access_type": "offline",
            "prompt": "consent",
        }
        return f"{self._auth_uri}?{urlencode(asked | ({'login_hint': address} if address else {}))}"

    def accept(self, service: Service, *, code: str, verifier: str, reads: bool = False) -> Granted:
        """Trade ``code``. A person may have unticked a scope: what is missing is refused here, by name.

        Raises ConsentRefused, Busy, Misconfigured.
        """
        asked_at = self._now()
        said = self._trade(code, verifier)
        scope = _ASKED[service].scope
        given = str(said.get("scope", "")).split()
        if scope not in given:
            raise ConsentRefused(
                f"Google's page was left without “{scope.rpartition('/auth/')[2]}” being allowed.",
                hint="Nothing was connected. Ask for a new link in Slack, and leave every box ticked.",
            )
        if not said.get("refresh_token"):
            raise ConsentRefused("Google gave access for an hour only, and no way to renew it.")
        who = identity_in(str(said.get("id_token", "")), client_id=self._client_id, verifier=verifier)
        address = address_in(who, "email")
        is_smtp = service is Service.SMTP
        scopes = tuple(one for one in _scopes(service, reads=reads) if one in given)
        can_read = reads and service in _READING and _READING[service].scope in scopes
        credential = Credential(
            How.CONSENT,
            str(said["refresh_token"]),
            provider=PROVIDER,
            user=address,
            host=_SMTP_HOST if is_smtp else "",
            port=_SMTP_PORT if is_smtp else 0,
            security=Security.STARTTLS.value if is_smtp else "",
            scopes=scopes,
            reads=can_read,
            imap=_IMAP if is_smtp and can_read else None,
        )
        return Granted(address, credential, self._ends_at(said, asked_at))

    def revoke(self, credential: Credential) -> None:
        """Google ends everything that this person has allowed this bot, not only this one token."""
        if credential.how is not How.CONSENT:
            return
        reply = self._ask(self._revoke_uri, {"token": credential.secret})
        code, text = _refusal(reply)
        if reply.status != 200 and code not in {"invalid_token", "invalid_grant"}:
            raise classify_token(code, text)

    def _trade(self, code: str, verifier: str) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": self._redirect_uri,
            "client_id": self._client_id,
            "client_secret": self._client_secret,
        }
        reply = self._ask(self._token_uri, form)
        said = _read(reply)
        if reply.status != 200 or "access_token" not in said:
            raise for_the_person(classify_token(*_refusal(reply)), "Google")
        return said

    def _ask(self, url: str, form: Mapping[str, str]) -> TokenReply:
        with closing(TokenLine(self._certificate)) as line:
            try:
                return line.ask("POST", url, urlencode(form).encode("ascii"), _FORM)
            except NoReply as trouble:
                raise for_the_person(silence(trouble, repeatable=True), "Google") from None
            except SignInBusy as trouble:
                raise for_the_person(classify_token("", str(trouble)), "Google") from None

    def _ends_at(self, said: Mapping[str, Any], asked_at: datetime) -> datetime | None:
        """When a person has to come again. None: not before six months without use, or a change of mind."""
        seconds = said.get("refresh_token_expires_in")
        if isinstance(seconds, int):
            return asked_at + timedelta(seconds=seconds)
        return asked_at + TESTING_LIFETIME if self._is_testing else None


def _scopes(service: Service, *, reads: bool) -> tuple[str, ...]:
    """What is asked for, each once."""
    more = (_READING[service].scope,) if reads and service in _READING else ()
    return tuple(dict.fromkeys((_ASKED[service].scope, *more)))


def _read(reply: TokenReply) -> Mapping[str, Any]:
    try:
        said = json.loads(reply.data)
    except ValueError:
        said = None
    return said if isinstance(said, dict) else {}


def _refusal(reply: TokenReply) -> tuple[str, str]:
    """OAuth's code, and the words; '' where a page stands in their place."""
    said = _read(reply)
    code = str(said.get("error", ""))
    return code, f"{code} {said.get('error_description', '')}".strip() or f"{reply.status} without an answer"
