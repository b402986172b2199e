"""A Workspace's service account: signs for itself, and with delegation for the domain's people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import rsa

from playground import google_errors as errors
from playground import google_scopes as scopes
from playground.oauth_signing import claims_of, make_key, private_pem
from playground.oauth_tokens import Grant
from playground.provider_answers import Json, Refused

TOKEN_AUDIENCE = "https://oauth2.googleapis.com/token"  # noqa: S105 - what google-auth writes whatever the token_uri
LONGEST = timedelta(hours=1)
SLACK = timedelta(minutes=5)


@dataclass
class ServiceAccount:
    now: Callable[[], datetime]
    email: str = "sendinvites@playground.iam.gserviceaccount.com"
    client_id: str = "100000000000000000001"
    delegated: set[str] = field(default_factory=set)
    """The scopes that the domain's administrator has granted to it."""

    @property
    def key(self) -> rsa.RSAPrivateKey:
        return make_key("service account")

    def key_file(self, base_url: str) -> Json:
        """What the console hands out as a JSON file."""
        return {
            "type": "service_account",
            "project_id": "playground",
            "private_key_id": "playground",
            "private_key": private_pem(self.key),
            "client_email": self.email,
            "client_id": self.client_id,
            "auth_uri": f"{base_url}/o/oauth2/auth",
            "token_uri": f"{base_url}/token",
            "universe_domain": "googleapis.com",
        }

    def grant(self, assertion: str, accounts: Sequence[str]) -> Grant:
        """What this assertion may do. Raises Refused."""
        claims = claims_of(assertion, self.key.public_key())
        if claims is None or claims.get("iss") != self.email:
            raise Refused(errors.BAD_SIGNATURE)
        self._check_times(claims)
        if claims.get("aud") != TOKEN_AUDIENCE and not str(claims.get("aud", "")).endswith("/token"):
            raise Refused(errors.oauth_error("invalid_grant", "Invalid JWT: Failed audience check."))
        asked = scopes.normal(str(claims.get("scope", "")).split())
        if not asked or set(asked) - set(scopes.WORDS):
            raise Refused(errors.NO_SCOPE)
        person = str(claims.get("sub", ""))
        if person and person != self.email:
            if set(asked) - self.delegated:
                raise Refused(errors.NO_DELEGATION)
            if person not in accounts:
                raise Refused(errors.NO_SUCH_PERSON)
            return Grant(self.client_id, person, tuple(asked), tuple(asked), self.now(), is_service=True)
        return Grant(self.client_id, self.email, tuple(asked), tuple(asked), self.now(), is_service=True)

    def _check_times(self, claims: Json) -> None:
        made, ends = int(claims.get("iat", 0)), int(claims.get("exp", 0))
        now = self.now().timestamp()
        is_short = 0 < ends - made <= LONGEST.total_seconds()
        if not is_short or ends < now or made > now + SLACK.total_seconds():
            raise Refused(errors.BAD_TIMES)
