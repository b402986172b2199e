"""The page on which a person allows a program to act for them, or does not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, render_template, request

from playground.oauth_tokens import Code, Grant, TokenBook


@dataclass(frozen=True)
class OAuthClient:
    """A program as it is registered with the provider."""

    client_id: str
    client_secret: str
    name: str = "sendinvites"

    def is_proven(self) -> bool:
        """Whether the request under way comes from this program: both its name and its secret are right."""
        return credentials() == (self.client_id, self.client_secret)


def credentials() -> tuple[str, str]:
    """Name and secret as the request gives them, in its head or in its form."""
    if request.authorization and request.authorization.type == "basic":
        given = request.authorization
        return given.username or "", given.password or ""
    return request.form.get("client_id", ""), request.form.get("client_secret", "")


@dataclass(frozen=True, slots=True)
class Scope:
    """One thing that may be allowed, in words; what is only the person's name comes without a choice."""

    name: str
    words: str
    is_chosen: bool = True


class ConsentTrouble(Exception):
    """The request for consent is wrong, and the person is told so: nobody is sent anywhere."""

    def __init__(self, title: str, detail: str) -> None:
        super().__init__(f"{title}: {detail}")
        self.title, self.detail = title, detail


@dataclass(frozen=True)
class ConsentRules:
    """How one provider asks."""

    provider: str
    is_granular: bool
    """Each scope can be left out by itself."""
    cancelled: Mapping[str, str]
    """What the program hears when the person has cancelled."""
    scopes: Callable[[Sequence[str]], list[Scope]]
    check: Callable[[], None]
    """Raises ConsentTrouble."""
    is_offline: Callable[[Sequence[str]], bool]


class ConsentDesk:
    """Draws the page and takes the answer."""

    def __init__(
        self, rules: ConsentRules, client: OAuthClient, tokens: TokenBook, accounts: Sequence[str]
    ) -> None:
        self._rules = rules
        self._client = client
        self._tokens = tokens
        self._accounts = list(accounts)

    def page(self) -> Response:
        try:
            return self._draw(self._asked())
        except ConsentTrouble as trouble:
            text = render_template("consent_trouble.html", trouble=trouble, rules=self._rules)
            return Response(text, 400)

    def answer(self) -> Response:
        """Sends the person back to the program with a code, or with the news that they cancelled."""
        try:
            scopes = self._asked()
        except ConsentTrouble:
            return self.page()
        if request.form.get("answer") != "allow":
            return self._send_back(self._rules.cancelled)
        account = request.form.get("account", self._accounts[0])
        if account not in self._accounts:
            return self._draw(scopes)
        ticked = request.form.getlist("scope")
        allowed = [
            scope.name
            for scope in scopes
            if not (self._rules.is_granular and scope.is_chosen) or scope.name in ticked
        ]
        return self._send_back({"code": self._code(account, scopes, allowed)} | self._extras(allowed))

    def _code(self, account: str, scopes: Sequence[Scope], allowed: Sequence[str]) -> str:
        asked = tuple(scope.name for scope in scopes)
        grant = Grant(self._client.client_id, account, asked, tuple(allowed), self._tokens.now())
        return self._tokens.give_code(
            Code(
                grant,
                request.args["redirect_uri"],
                request.args.get("code_challenge", ""),
                request.args.get("nonce", ""),
                is_offline=self._rules.is_offline(asked),
            )
        )

    def _extras(self, allowed: Sequence[str]) -> dict[str, str]:
        return {"scope": " ".join(allowed)} if self._rules.is_granular else {}

    def _asked(self) -> list[Scope]:
        if request.args.get("client_id") != self._client.client_id:
            raise ConsentTrouble("invalid_client", "No program is registered under this client_id.")
        self._rules.check()
        if request.args.get("response_type") != "code":
            raise ConsentTrouble("unsupported_response_type", "response_type must be code.")
        if request.args.get("code_challenge") and request.args.get("code_challenge_method") != "S256":
            raise ConsentTrouble("invalid_request", "code_challenge_method must be S256.")
        names = request.args.get("scope", "").split()
        if not names:
            raise ConsentTrouble("invalid_request", "Missing required parameter: scope")
        return self._rules.scopes(names)

    def _draw(self, scopes: list[Scope]) -> Response:
        hint = request.args.get("login_hint", "").casefold()
        text = render_template(
            "consent.html",
            rules=self._rules,
            program=self._client.name,
            accounts=self._accounts,
            chosen=next((one for one in self._accounts if one.casefold() == hint), self._accounts[0]),
            scopes=scopes,
            action=request.full_path,
        )
        return Response(text)

    def _send_back(self, fields: Mapping[str, str]) -> Response:
        target = request.args["redirect_uri"]
        fields = dict(fields)
        if "state" in request.args:
            fields["state"] = request.args["state"]
        if request.args.get("response_mode") == "form_post":
            return Response(render_template("consent_post.html", target=target, fields=fields))
        mark = "&" if "?" in target else "?"
        return Response("", 302, {"Location": f"{target}{mark}{urlencode(fields)}"})
