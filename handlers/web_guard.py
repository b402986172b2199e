"""What every connect page is sent with, and which browser may post to it."""

import re
import secrets
from urllib.parse import urlsplit

from flask import Request, Response

LARGEST_FORM = 64 * 1024
_COOKIE = "sendinvites-browser"
_KEPT_FOR = 3_600
_VALUE = re.compile(r"[A-Za-z0-9_-]{43}")

_HEADERS = {
    # the address of a page is a secret, and so is what is typed on it: kept nowhere, shown in no other page
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class WebGuard:
    """``public_url`` is how browsers reach the pages: what a proxy in front changes does not count."""

    def __init__(self, public_url: str) -> None:
        parts = urlsplit(public_url)
        self._origin = f"{parts.scheme}://{parts.netloc}".lower()
        self._is_https = parts.scheme == "https"
        # __Host-: no neighbouring host and no page over http can plant this cookie
        self._cookie = f"__Host-{_COOKIE}" if self._is_https else _COOKIE
        # The way to a provider is a redirect of our form, and some organizations send people on from there to
        # a sign-in of their own. Browsers hold every step of it against form-action.
        targets = "'self' https:" if self._is_https else "'self' https: http:"
        self._policy = (
            f"default-src 'none'; style-src 'self'; form-action {targets}; base-uri 'none'; "
            "frame-ancestors 'none'"
        )

    def browser_of(self, request: Request) -> str:
        """The browser's secret; '' if it has none, or one that is not ours."""
        value = request.cookies.get(self._cookie, "")
        return value if _VALUE.fullmatch(value) else ""

    def is_own_post(self, request: Request) -> bool:
        """Whether our own page posted this. Sec-Fetch-Site decides where the browser sends it.

        Without it, Origin does: over http and under our referrer policy that is ``null`` for our own pages.
        """
        site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
        if site is not None:
            return site == "same-origin"
        if origin is None:
            return True  # no browser: a page elsewhere has no part in this
        return origin.lower() == self._origin or (origin == "null" and not self._is_https)

    def sealed(self, response: Response) -> Response:
        """``response`` with the headers of every page."""
        response.headers.update(_HEADERS)
        response.headers["Content-Security-Policy"] = self._policy
        return response

    def remember(self, request: Request, response: Response) -> Response:
        """The browser gets a secret of its own, or keeps the one it has for a while longer."""
        response.set_cookie(
            self._cookie,
            self.browser_of(request) or secrets.token_urlsafe(32),
            max_age=_KEPT_FOR,
            secure=self._is_https,
            httponly=True,
            samesite="Lax",
            path="/",
        )
        return response
