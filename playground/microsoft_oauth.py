"""Entra's sign-in for one tenant: what msal asks, and what it is given."""

import base64
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from flask import Blueprint, Response, request

from playground import microsoft_errors as errors
from playground.oauth_consent import (
    ConsentDesk,
    ConsentRules,
    ConsentTrouble,
    OAuthClient,
    Scope,
    credentials,
)
from playground.oauth_signing import make_key, sign
from playground.oauth_tokens import ACCESS_LIFETIME, AccessToken, Code, Grant, TokenBook
from playground.provider_answers import Answer, Json, Refused, json_answer
from playground.provider_door import ProviderDoor

REFRESH_LIFETIME = timedelta(days=90)
GRAPH = "https://graph.microsoft.com/"
WORDS = {
    "openid": "Sign you in",
    "profile": "View your basic profile",
    "email": "View your email address",
    "offline_access": "Keep this access until you take it away",
    "User.Read": "Sign you in and read your profile",
    "Mail.Send": "Send mail as you",
    "Mail.Read": "Read your mail",
    "Mail.ReadWrite": "Read and write your mail",
    "https://outlook.office.com/SMTP.Send": "Send mail as you over SMTP",
    "https://outlook.office.com/IMAP.AccessAsUser.All": "Read and write your mail over IMAP",
}


@dataclass
class MicrosoftSignIn:
    client: OAuthClient
    accounts: Sequence[str]
    tokens: TokenBook
    redirect_uris: list[str] = field(default_factory=list)
    base_url: Callable[[], str] = str
    mail_attributes: dict[str, str] = field(default_factory=dict)
    """Mail addresses by account, as an administrator has written them: Entra lets any be written there."""

    def bearer(self, *scopes: str) -> AccessToken:
        """The token of the call under way; turns the call down if it allows none of these."""
        text = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        token = self.tokens.access(text)
        if token is None:
            raise Refused(errors.BAD_TOKEN if text else errors.NO_TOKEN)
        if not set(scopes) & set(token.scopes):
            raise Refused(errors.ACCESS_DENIED)
        return token

    def check_redirect(self) -> None:
        asked = request.args.get("redirect_uri", "")
        if asked not in self.redirect_uris:
            raise ConsentTrouble(
                "AADSTS50011",
                f"The redirect URI '{asked}' specified in the request does not match the redirect URIs "
                f"configured for the application '{self.client.client_id}'.",
            )

    @staticmethod
    def in_words(names: Sequence[str]) -> list[Scope]:
        bare = list(dict.fromkeys(normal(names)))
        if bad := [name for name in bare if name not in WORDS]:
            raise ConsentTrouble("AADSTS70011", f"The scope {bad[0]} is not valid.")
        return [Scope(name, WORDS[name]) for name in bare]

    def metadata(self, tenant: str) -> Answer:
        root = f"{self.base_url()}/{tenant}"
        return json_answer(
            {
                "issuer": f"{self.base_url()}/{{tenantid}}/v2.0",
                "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
                "token_endpoint": f"{root}/oauth2/v2.0/token",
                "jwks_uri": f"{root}/discovery/v2.0/keys",
                "response_types_supported": ["code"],
                "response_modes_supported": ["query", "form_post"],
                "scopes_supported": ["openid", "profile", "email", "offline_access"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    # What the token endpoint gives

    def exchange(self) -> Answer:
        """The answer to POST /token. Raises Refused."""
        try:
            self._check_client()
            match request.form.get("grant_type", ""):
                case "authorization_code":
                    return self._for_code()
                case "refresh_token":
                    return self._for_refresh()
                case _:
                    raise errors.bad_grant_type()
        except errors.EntraError as error:
            raise Refused(error.answer(self.tokens.now())) from error

    def _check_client(self) -> None:
        if self.client.is_proven():
            return
        asked = credentials()[0]
        is_known = asked == self.client.client_id
        raise errors.wrong_secret(asked) if is_known else errors.no_such_client(asked)

    def _for_code(self) -> Answer:
        text = request.form.get("code", "")
        is_used = self.tokens.is_redeemed(text)
        code = self.tokens.redeem(text)
        if code is None:
            raise errors.code_used() if is_used else errors.code_expired()
        if request.form.get("redirect_uri") != code.redirect_uri:
            raise errors.other_redirect(request.form.get("redirect_uri", ""))
        if not code.is_verified_by(request.form.get("code_verifier", "")):
            raise errors.other_verifier()
        return json_answer(self._given(code.grant, code.grant.scopes, code))

    def _for_refresh(self) -> Answer:
        token = self.tokens.refresh(request.form.get("refresh_token", ""))
        if token is None:
            raise errors.bad_refresh_token()
        grant = token.grant
        if grant.revoked_at:
            raise errors.revoked(grant.given_at, grant.revoked_at)
        if token.expires_at <= self.tokens.now():
            raise errors.unused(token.expires_at - REFRESH_LIFETIME)
        asked = normal(request.form.get("scope", "").split()) or list(grant.scopes)
        if bad := [scope for scope in asked if scope not in WORDS]:
            raise errors.unknown_scope(bad[0])
        if set(asked) - set(grant.scopes):
            raise errors.no_consent(self.client.client_id, self.client.name)
        # A new refresh token each time; the old one stays good (Microsoft revokes none on use).
        return json_answer(self._given(grant, asked, None))

    def _given(self, grant: Grant, scopes: Sequence[str], code: Code | None) -> Json:
        seconds = int(ACCESS_LIFETIME.total_seconds()) - 1
        body: Json = {
            "token_type": "Bearer",
            "scope": " ".join(scopes),
            "expires_in": seconds,
            "ext_expires_in": seconds,
            "access_token": self.tokens.give_access(grant, scopes).text,
        }
        if "offline_access" in grant.scopes:
            body["refresh_token"] = self.tokens.give_refresh(grant, REFRESH_LIFETIME).text
        if "openid" in scopes:
            body["id_token"] = self._identity(grant, code.nonce if code else "")
        if request.form.get("client_info") == "1":
            who = json.dumps({"uid": object_id(grant.account), "utid": tenant_of(grant.account)}).encode()
            body["client_info"] = base64.urlsafe_b64encode(who).rstrip(b"=").decode()
        return body

    def _identity(self, grant: Grant, nonce: str) -> str:
        now, tenant = self.tokens.now(), tenant_of(grant.account)
        claims = {
            "iss": f"{self.base_url()}/{tenant}/v2.0",
            "aud": grant.client_id,
            "iat": int(now.timestamp()),
            "nbf": int(now.timestamp()),
            "exp": int((now + ACCESS_LIFETIME).timestamp()),
            "oid": object_id(grant.account),
            "sub": object_id(grant.account),
            "tid": tenant,
            "name": grant.account.partition("@")[0].title(),
            "preferred_username": grant.account,
            "ver": "2.0",
        }
        if nonce:
            claims["nonce"] = nonce
        if "email" in grant.scopes and (mail := self.mail_attributes.get(grant.account)):
            claims["email"] = mail
        return sign(claims, make_key("identity"))


def normal(names: Sequence[str]) -> list[str]:
    """Graph's scopes go by their short names."""
    return [name.removeprefix(GRAPH) for name in names]


def object_id(account: str) -> str:
    """Entra's id for an account: always the same."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"mailto:{account}"))


def tenant_of(account: str) -> str:
    """The id of the organization that has proved the account's domain to be its own: there is one."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, account.rpartition("@")[2]))


def make_pages(sign_in: MicrosoftSignIn, door: ProviderDoor) -> Blueprint:
    pages = Blueprint("microsoft_oauth", __name__)
    rules = ConsentRules(
        provider="Microsoft",
        is_granular=False,
        cancelled={
            "error": "access_denied",
            "error_subcode": "cancel",
            "error_description": "AADSTS65004: User declined to consent to access the app.",
        },
        scopes=sign_in.in_words,
        check=sign_in.check_redirect,
        is_offline=lambda names: "offline_access" in names,
    )
    desk = ConsentDesk(rules, sign_in.client, sign_in.tokens, sign_in.accounts)

    @pages.get("/<tenant>/v2.0/.well-known/openid-configuration")
    def metadata(tenant: str) -> Response:
        return door.answer("metadata", lambda: sign_in.metadata(tenant))

    @pages.get("/<tenant>/oauth2/v2.0/authorize")
    def authorize(tenant: str) -> Response:
        return desk.page()

    @pages.post("/<tenant>/oauth2/v2.0/authorize")
    def answer(tenant: str) -> Response:
        return desk.answer()

    @pages.post("/<tenant>/oauth2/v2.0/token")
    def token(tenant: str) -> Response:
        return door.answer("token", sign_in.exchange)

    return pages
