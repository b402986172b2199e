"""Fetches a file that was uploaded to Slack, and gives the bot's token to nobody but Slack.

The address of a file comes from outside: an external file's may point anywhere, and a client that follows it
hands its token to whoever is there (slack-go before 0.30.1, GHSA-3q3v-34v2-g88f).
"""

import http.client
import re
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from time import monotonic
from typing import IO
from urllib.parse import urljoin, urlsplit

from campaigns.errors import RosterError

MAX_BYTES = 10 * 1024 * 1024
SLACK_HOSTS = ("slack.com", "slack-gov.com")

_REDIRECTS = 3
_PIECE = 65536
_URL = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[!-\[\]-~]*)?")

FileInfo = Callable[[str], Mapping[str, object]]
"""Asks Slack for the file object with an id: ``lambda id: client.files_info(file=id)["file"]``."""


@contextmanager
def downloaded(
    file: Mapping[str, object],
    *,
    token: str,
    api_url: str | None = None,
    max_bytes: int = MAX_BYTES,
    file_info: FileInfo | None = None,
    timeout: float = 15.0,
    deadline: float = 90.0,
) -> Iterator[Path]:
    """The file on disk for as long as the ``with`` lasts. Raises RosterError in the organizer's words.

    ``timeout`` is for each wait on the network, ``deadline`` for the whole, both in seconds. ``api_url`` is
    the configured SLACK_API_URL, whose exact origin is trusted like Slack itself.
    """
    file = _complete(file, file_info)
    url = _checked_url(file, api_url)
    size = file.get("size")
    if isinstance(size, int) and size > max_bytes:
        raise _too_large(max_bytes)
    with tempfile.NamedTemporaryFile(prefix="sendinvites-", suffix=".list") as spool:
        _fetch(
            url,
            spool,
            token,
            api_url,
            max_bytes,
            timeout,
            monotonic() + deadline,
            expects_html=_is_html(file),
        )
        spool.flush()
        yield Path(spool.name)


def _complete(file: Mapping[str, object], file_info: FileInfo | None) -> Mapping[str, object]:
    """The file object with its address; from Slack Connect it comes as an id to be asked for."""
    if file.get("file_access") == "check_file_info" and file_info is not None:
        file = file_info(str(file.get("id", "")))
    if file.get("file_access") in ("check_file_info", "access_denied", "file_not_found"):
        raise RosterError(
            "Slack does not let the bot open this file.",
            hint="Save the list on your computer and upload it here yourself.",
        )
    if file.get("is_external") or file.get("mode") == "external":
        raise RosterError(
            "The file is only a link to another service.",
            hint="Download the list from there as CSV or Excel and upload that.",
        )
    if file.get("mode") == "tombstone":
        raise RosterError("The file was deleted in Slack.", hint="Upload the list again.")
    return file


def _checked_url(file: Mapping[str, object], api_url: str | None) -> str:
    url = file.get("url_private_download") or file.get("url_private") or ""
    if not isinstance(url, str) or not is_trusted(url, api_url):
        raise RosterError(
            "The file is not stored in Slack.", hint="Save the list on your computer and upload it here."
        )
    return url


def is_trusted(url: str, api_url: str | None = None) -> bool:
    """Whether the bot's token may be sent to ``url``: Slack over https, or exactly the configured origin."""
    if not _URL.fullmatch(url):
        return False
    origin = _origin(url)
    if api_url and origin == _origin(api_url):
        return True
    scheme, host, port = origin
    is_slack = host in SLACK_HOSTS or host.endswith(tuple(f".{name}" for name in SLACK_HOSTS))
    return scheme == "https" and port == 443 and is_slack


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = 0
    return parts.scheme, parts.hostname or "", port or {"https": 443, "http": 80}.get(parts.scheme, 0)


class _StopAtRedirect(urllib.request.HTTPRedirectHandler):
    """urllib would follow a redirect to any host and take the Authorization header along."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        return None


def _fetch(
    url: str,
    spool: IO[bytes],
    token: str,
    api_url: str | None,
    max_bytes: int,
    timeout: float,
    ends_at: float,
    *,
    expects_html: bool,
) -> None:
    """Stream ``url`` into ``spool``."""
    # A proxy of the environment may carry what is encrypted; a stand-in over http is asked directly.
    proxies: dict[str, str] | None = None if url.startswith("https:") else {}
    opener = urllib.request.build_opener(_StopAtRedirect, urllib.request.ProxyHandler(proxies))
    try:
        for _ in range(_REDIRECTS):
            request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})  # noqa: S310 - checked
            try:
                with opener.open(request, timeout=timeout) as response:
                    if response.headers.get_content_type() == "text/html" and not expects_html:
                        raise _not_allowed()
                    _copy(response, spool, max_bytes, ends_at)
                    return
            except urllib.error.HTTPError as error:
                with error:
                    url = _next_url(url, error, api_url)
    except (OSError, http.client.HTTPException):
        raise RosterError(
            "Slack did not send the file.", hint="Wait a minute and upload the list again."
        ) from None
    raise _not_allowed()


def _next_url(url: str, error: urllib.error.HTTPError, api_url: str | None) -> str:
    """Where a redirect within the same origin leads; anything else Slack answered becomes a RosterError."""
    if error.code in (301, 302, 303, 307, 308):
        target = urljoin(url, error.headers.get("Location", ""))
        if is_trusted(target, api_url) and _origin(target) == _origin(url):
            return target
        raise _not_allowed()  # Slack sends a token without files:read to its login page
    if error.code in (401, 403):
        raise _not_allowed()
    if error.code in (404, 410):
        raise RosterError("The file is no longer in Slack.", hint="Upload the list again.")
    raise RosterError(
        f"Slack did not send the file (HTTP {error.code}).", hint="Wait a minute and upload the list again."
    )


def _copy(response: http.client.HTTPResponse, spool: IO[bytes], max_bytes: int, ends_at: float) -> None:
    """Copy the body. A body that ends early is refused: the rows that are missing would be people."""
    declared = response.length
    if declared is not None and declared > max_bytes:
        raise _too_large(max_bytes)
    received = 0
    while piece := response.read1(_PIECE):
        received += len(piece)
        if received > max_bytes:
            raise _too_large(max_bytes)
        if monotonic() > ends_at:
            raise TimeoutError
        spool.write(piece)
    if declared is not None and received < declared:
        raise http.client.IncompleteRead(b"", declared - received)


def _is_html(file: Mapping[str, object]) -> bool:
    return file.get("mimetype") == "text/html" or file.get("filetype") == "html"


def _too_large(max_bytes: int) -> RosterError:
    return RosterError(
        f"The file is larger than {max_bytes / 2**20:.0f} MB.",
        hint="Delete columns that are not needed, or split the list.",
    )


def _not_allowed() -> RosterError:
    return RosterError(
        "Slack did not let the bot read the file.",
        hint="Ask whoever runs the bot to check its token and the files:read permission.",
    )
