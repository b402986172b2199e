"""A person's own browser, for scripts and tests: keeps cookies, follows redirects, fills in forms."""

import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode, urljoin

_PATIENCE = 30.0


@dataclass
class Form:
    """What would be sent, and the buttons that send it: label, name, value."""

    action: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    method: str = "get"


@dataclass(frozen=True)
class Page:
    """What the browser shows."""

    url: str
    status: int
    text: str
    forms: tuple[Form, ...]


class WebVisitor:
    """``certificate`` is trusted besides the machine's list."""

    def __init__(self, certificate: Path | None = None) -> None:
        trust = ssl.create_default_context()
        if certificate is not None:
            trust.load_verify_locations(certificate)
        self.cookies = CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),  # a stand-in on this machine is no matter for a proxy
            urllib.request.HTTPSHandler(context=trust),
            urllib.request.HTTPCookieProcessor(self.cookies),
        )

    def open(self, url: str) -> Page:
        return self._ask(urllib.request.Request(url))  # noqa: S310 - a browser goes where it is sent

    def press(self, page: Page, button: str, values: Mapping[str, str] | None = None) -> Page:
        """Enters ``values`` by the names of the fields and presses a button. LookupError: there is none."""
        for form in page.forms:
            for label, name, value in form.buttons:
                if button.casefold() in label.casefold():
                    return self._send(page, form, [(name, value)] if name else [], values or {})
        raise LookupError(f"no button {button!r} on this page ({page.status}): {page.text}")

    def _send(self, page: Page, form: Form, button: list[tuple[str, str]], values: Mapping[str, str]) -> Page:
        if unknown := values.keys() - set(form.names):
            raise LookupError(f"no field {sorted(unknown)} in this form, only {form.names}")
        kept = [(name, value) for name, value in form.fields if name not in values]
        sent = urlencode([*kept, *values.items(), *button])
        target = urljoin(page.url, form.action) if form.action else page.url
        if form.method == "get":
            return self.open(f"{target}{'&' if '?' in target else '?'}{sent}")
        headers = {"Origin": "/".join(page.url.split("/")[:3]), "Referer": page.url}
        return self._ask(urllib.request.Request(target, sent.encode(), headers))  # noqa: S310

    def _ask(self, request: urllib.request.Request) -> Page:
        try:
            answer = self._opener.open(request, timeout=_PATIENCE)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            text = answer.read().decode("utf-8", errors="replace")
            reader = _Reader()
            reader.feed(text)
            words = " ".join("".join(reader.words).split())
            return Page(answer.url, int(answer.status or 0), words, tuple(reader.forms))


class _Reader(HTMLParser):
    """Reads forms and words."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self._button: tuple[str, str] | None = None
        self._select = ""
        self._said = 0
        self._is_silent = False
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        had = {name: value or "" for name, value in attrs}
        if tag in {"style", "script", "title"}:
            self._is_silent = True
        elif tag == "form":
            self.forms.append(Form(had.get("action", ""), method=had.get("method", "get").lower()))
        elif self.forms:
            self._control(tag, had)

    def _control(self, tag: str, had: dict[str, str]) -> None:
        form, name = self.forms[-1], had.get("name", "")
        kind = had.get("type", "submit" if tag == "button" else "text")
        if tag == "button" and kind == "submit":
            self._button, self._said = (name, had.get("value", "")), len(self.words)
        elif tag == "input" and kind == "submit":
            form.buttons.append((had.get("value", ""), name, had.get("value", "")))
        elif tag == "select":
            self._select = name
            form.names.append(name)
        elif tag == "option" and self._select:
            if "selected" in had or self._select not in dict(form.fields):
                form.fields = [one for one in form.fields if one[0] != self._select]
                form.fields.append((self._select, had.get("value", "")))
        elif tag == "textarea":
            self._area, self._said = name, len(self.words)
            form.names.append(name)
        elif tag == "input" and name:
            form.names.append(name)
            if kind not in {"checkbox", "radio"} or "checked" in had:
                on = "on" if kind in {"checkbox", "radio"} else ""
                form.fields.append((name, had.get("value", on)))

    def handle_endtag(self, tag: str) -> None:
        said = " ".join("".join(self.words[self._said :]).split())
        if tag in {"style", "script", "title"}:
            self._is_silent = False
        elif tag == "button" and self._button is not None:
            self.forms[-1].buttons.append((said, *self._button))
            self._button = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea" and self._area:
            self.forms[-1].fields.append((self._area, said))
            self._area = ""

    def handle_data(self, data: str) -> None:
        if not self._is_silent:
            self.words.append(f" {data}")
