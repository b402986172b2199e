"""Names of mail servers as people type them: the bot must not become a way to look around in its network."""

import ipaddress
import re

_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")


class NoHost(ValueError):
    """It cannot be used, and why, in words for the person who typed it."""


def read_host(text: str, *, example: str, is_try_out: bool) -> str:
    """The host's name in ASCII. Raises NoHost; ``is_try_out``: this machine itself may be named."""
    try:
        host = text.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        host = ""
    if not _is_host(host):
        raise NoHost(f"Enter the name of the mail server, for example {example}.")
    if _is_off_limits(host) and not (is_try_out and is_this_machine(host)):
        raise NoHost("This address belongs to the bot's own machine. Enter your mail server.")
    return host


def _is_host(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        labels = host.split(".")
        # a last label of digits alone is some spelling of a number address, such as 127.1 or 2130706433
        return all(_LABEL.fullmatch(label) for label in labels) and not _is_number(labels[-1])
    return True


def _is_number(label: str) -> bool:
    return label.isdecimal() or label.startswith("0x")


def is_this_machine(host: str) -> bool:
    """By name or number."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_off_limits(host: str) -> bool:
    if is_this_machine(host):
        return True
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = number.ipv4_mapped if isinstance(number, ipaddress.IPv6Address) else None
    seen = mapped or number
    return seen.is_loopback or seen.is_link_local or seen.is_multicast or seen.is_unspecified
