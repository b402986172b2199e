"""The playground's mail server, which takes a provider's tokens as well (XOAUTH2)."""

import base64
import json

from aiosmtpd.smtp import AuthResult

from playground.mailbox import Mailbox


class TokenMailbox(Mailbox):
    """``is_good(token)`` says whether to let its bearer in."""

    def __init__(self, is_good, **more):
        super().__init__(**more)
        self._is_good = is_good
        self.tries = 0

    def start(self):
        super().start()
        self._server._post.auth_XOAUTH2 = self._log_in
        return self

    async def _log_in(self, server, args):
        self.tries += 1
        user, _, bearer = base64.b64decode(args[1]).decode().partition("\x01")
        token = bearer.removeprefix("auth=Bearer ").rstrip("\x01")
        if user == f"user={self.username}" and self._is_good(token):
            return AuthResult(success=True, auth_data=user)
        why = {"status": "401", "schemes": "bearer", "scope": "https://mail.google.com/"}
        if await server.challenge_auth(json.dumps(why)) == b"":
            return AuthResult(
                success=False, handled=False, message="535 5.7.8 Username and Password not accepted."
            )
        return AuthResult(success=False, handled=False, message="501 5.5.2 an empty answer was expected")
