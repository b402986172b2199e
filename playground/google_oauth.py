"""Google's token endpoint and what stands around it: consent, revocation, who am I."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import Blueprint, Response, request

from playground import google_errors as errors
from playground import google_scopes as scopes
from playground.google_service import ServiceAccount
from playground.oauth_consent import ConsentDesk, ConsentRules, ConsentTrouble, OAuthClient, credentials
from playground.oauth_signing import make_key, sign
from playground.oauth_tokens import ACCESS_LIFETIME, AccessToken, Code, Grant, TokenBook
from playground.provider_answers import Answer, Json, Refused, json_answer
from playground.provider_door import ProviderDoor

TESTING_LIFETIME = timedelta(days=7)
UNUSED_LIFETIME = timedelta(days=180)
ASSERTION = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@dataclass
class GoogleSignIn:
    """Who may sign in, for which program, and how long that lasts."""

    client: OAuthClient
    accounts: Sequence[str]
    tokens: TokenBook
    service: ServiceAccount
    redirect_uris: list[str] = field(default_factory=list)
    is_testing: bool = False
    """The consent screen's "Testing": what was allowed ends after seven days."""

    def bearer(self, on: str) -> AccessToken:
        """The token of the call under way; turns the call down if it is not good for this."""
        token = self.tokens.access(request.headers.get("Authorization", "").removeprefix("Bearer ").strip())
        if token is None:
            raise Refused(errors.BAD_TOKEN)
        if not scopes.is_enough(on, token.scopes):
            raise Refused(errors.TOO_FEW_SCOPES)
        return token

    def check_redirect(self) -> None:
        if request.args.get("redirect_uri") not in self.redirect_uris:
            raise ConsentTrouble("redirect_uri_mismatch", "The redirect_uri is not one that was registered.")

    @staticmethod
    def is_offline(_: Sequence[str]) -> bool:
        """Without both, Google gives no refresh token to who has consented before."""
        return request.args.get("access_type") == "offline" and "consent" in request.args.get("prompt", "")

    # What the token endpoint gives

    def exchange(self) -> Answer:
        """The answer to POST /token. Raises Refused."""
        match request.form.get("grant_type", ""):
            case "authorization_code":
                self._check_client()
                return self._for_code()
            case "refresh_token":
                self._check_client()
                return self._for_refresh()
            case grant_type if grant_type == ASSERTION:
                grant = self.service.grant(request.form.get("assertion", ""), self.accounts)
                return json_answer(self._access(grant, grant.scopes, with_scope=False))
            case other:
                raise Refused(errors.bad_grant_type(other))

    def _check_client(self) -> None:
        if self.client.is_proven():
            return
        is_known = credentials()[0] == self.client.client_id
        raise Refused(errors.WRONG_SECRET if is_known else errors.NO_SUCH_CLIENT)

    def _for_code(self) -> Answer:
        code = self.tokens.redeem(request.form.get("code", ""))
        if code is None:
            raise Refused(errors.BAD_CODE)
        if request.form.get("redirect_uri") != code.redirect_uri:
            raise Refused(errors.OTHER_REDIRECT)
        self._check_verifier(code)
        body = self._access(code.grant, code.grant.scopes)
        if code.is_offline:
            lifetime = TESTING_LIFETIME if self.is_testing else UNUSED_LIFETIME
            body["refresh_token"] = self.tokens.give_refresh(code.grant, lifetime).text
            if self.is_testing:
                body["refresh_token_expires_in"] = int(lifetime.total_seconds())
        if "openid" in code.grant.scopes:
            body["id_token"] = self._identity(code)
        return json_answer(body)

    @staticmethod
    def _check_verifier(code: Code) -> None:
        verifier = request.form.get("code_verifier", "")
        if code.challenge and not verifier:
            raise Refused(errors.NO_VERIFIER)
        if not code.is_verified_by(verifier):
            raise Refused(errors.BAD_VERIFIER)

    def _for_refresh(self) -> Answer:
        token = self.tokens.refresh(request.form.get("refresh_token", ""))
        now = self.tokens.now()
        if token is None or token.grant.revoked_at or token.expires_at <= now:
            raise Refused(errors.REVOKED)
        asked = scopes.normal(request.form.get("scope", "").split()) or token.grant.asked
        if set(asked) - set(token.grant.asked):
            raise Refused(errors.SCOPE_NOT_ALLOWED)
        if not self.is_testing:
            token.expires_at = now + UNUSED_LIFETIME
        body = self._access(token.grant, [scope for scope in asked if scope in token.grant.scopes])
        if self.is_testing:
            body["refresh_token_expires_in"] = int((token.expires_at - now).total_seconds())
        return json_answer(body)

    def _access(self, grant: Grant, allowed: Sequence[str], *, with_scope: bool = True) -> Json:
        token = self.tokens.give_access(grant, allowed)
        body: Json = {"access_token": token.text, "expires_in": int(ACCESS_LIFETIME.total_seconds()) - 1}
        if with_scope:
            body["scope"] = " ".join(allowed)
        return body | {"token_type": "Bearer"}

    def _identity(self, code: Code) -> str:
        now: datetime = self.tokens.now()
        claims = {
            "iss": "https://accounts.google.com",
            "aud": code.grant.client_id,
            "azp": code.grant.client_id,
            "sub": subject_of(code.grant.account),
            "iat": int(now.timestamp()),
            "exp": int((now + ACCESS_LIFETIME).timestamp()),
        }
        if scopes.EMAIL in code.grant.scopes:
            claims |= {"email": code.grant.account, "email_verified": True}
        if code.nonce:
            claims["nonce"] = code.nonce
        return sign(claims, make_key("identity"))


def subject_of(account: str) -> str:
    """Google's number for an account: always the same."""
    return str(int.from_bytes(hashlib.sha256(account.encode()).digest()[:8], "big")).rjust(21, "1")


def make_pages(sign_in: GoogleSignIn, door: ProviderDoor) -> Blueprint:
    pages = Blueprint("google_oauth", __name__)
    rules = ConsentRules(
        provider="Google",
        is_granular=True,
        cancelled={"error": "access_denied"},
        scopes=scopes.in_words,
        check=sign_in.check_redirect,
        is_offline=sign_in.is_offline,
    )
    desk = ConsentDesk(rules, sign_in.client, sign_in.tokens, sign_in.accounts)
    pages.add_url_rule("/o/oauth2/v2/auth", view_func=desk.page, endpoint="page")
    pages.add_url_rule("/o/oauth2/v2/auth", view_func=desk.answer, methods=["POST"], endpoint="answer")

    @pages.post("/token")
    def token() -> Response:
        return door.answer("token", sign_in.exchange)

    @pages.post("/revoke")
    def revoke() -> Response:
        def work() -> Answer:
            grant = sign_in.tokens.grant_of(request.values.get("token", ""))
            if grant is None or grant.revoked_at:
                raise Refused(errors.oauth_error("invalid_token", "Token expired or revoked"))
            grant.revoked_at = sign_in.tokens.now()
            return json_answer({})

        return door.answer("revoke", work)

    @pages.get("/oauth2/v3/userinfo")
    def userinfo() -> Response:
        def work() -> Answer:
            token = sign_in.bearer("userinfo")
            body: Json = {"sub": subject_of(token.grant.account)}
            if scopes.EMAIL in token.scopes:
                body |= {"email": token.grant.account, "email_verified": True}
            return json_answer(body)

        return door.answer("userinfo", work)

    return pages
