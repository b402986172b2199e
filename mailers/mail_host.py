"""Where a mail server's name leads: looked up once, so that what was looked at is where the bot goes."""

import socket

from campaigns.account_hosts import is_off_limits, is_this_machine
from campaigns.errors import Misconfigured


def addresses_of(host: str, port: int, *, is_typed: bool) -> list[str]:
    """Numbers to connect to, best first. Raises OSError, UnicodeError, and Misconfigured.

    ``is_typed``: a person typed the name, and whoever owns one may let it lead to the bot's own machine. That
    machine by its own name or number was allowed when it was typed, or is not there.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    numbers = list(dict.fromkeys(str(place[0]) for *_, place in found))
    if not is_typed or is_this_machine(host):
        return numbers
    allowed = [number for number in numbers if not is_off_limits(number)]
    if numbers and not allowed:
        raise Misconfigured(
            "The mail server's name leads to the bot's own machine",
            hint="Enter the name of your mail server under Renew token, in Email services.",
        )
    return allowed
