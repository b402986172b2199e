"""A person at a provider's consent page, for tests: presses Allow or Cancel, and is sent back."""

import re
import ssl
from collections.abc import Container
from html import unescape
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit


def answer_consent(
    url: str,
    *,
    is_allowed: bool = True,
    without: Container[str] = (),
    account: str = "",
    certificate: Path | None = None,
) -> str:
    """Opens the page, leaves out some of what is asked, presses a button; the address one is sent back to."""
    status, page, _ = _ask("GET", url, "", certificate)
    if status != 200:
        raise PermissionError(unescape(re.sub(r"<[^>]+>|\s+", " ", page)).strip())
    fields = [("answer", "allow" if is_allowed else "cancel")]
    fields += [("scope", scope) for scope in ticked(page) if scope not in without]
    if account:
        fields.append(("account", account))
    action = re.search(r'<form[^>]* action="([^"]*)"', page)
    target = urljoin(url, unescape(action[1])) if action else url
    status, page, location = _ask("POST", target, urlencode(fields), certificate)
    return location or _posted_back(page)


def ticked(page: str) -> list[str]:
    """What the page offers to allow, all of it ticked."""
    return [unescape(name) for name in re.findall(r'name="scope" value="([^"]+)" checked', page)]


def _posted_back(page: str) -> str:
    """A page that posts the answer to the program by itself, as the address it would be with a query."""
    target = re.search(r'<form[^>]* action="([^"]*)"', page)
    if target is None:
        raise PermissionError(page)
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return f"{unescape(target[1])}?{urlencode([(unescape(n), unescape(v)) for n, v in fields])}"


def _ask(method: str, url: str, form: str, certificate: Path | None) -> tuple[int, str, str]:
    parts = urlsplit(url)
    line: HTTPConnection
    if parts.scheme == "https":
        trusted = ssl.create_default_context(cafile=certificate)
        line = HTTPSConnection(parts.netloc, timeout=10, context=trusted)
    else:
        line = HTTPConnection(parts.netloc, timeout=10)
    try:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        line.request(method, f"{parts.path}?{parts.query}", form.encode(), kind)
        answer = line.getresponse()
        return answer.status, answer.read().decode(), answer.getheader("Location", "")
    finally:
        line.close()
