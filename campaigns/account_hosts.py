"""Names of mail servers as people type them: the bot must not become a way to look around in its network."""

import ipaddress
import re

_METADATA = frozenset({ipaddress.ip_address("fd00:ec2::254"), ipaddress.ip_address("100.100.100.200")})
"""Where Amazon's and Alibaba's clouds tell a machine its secrets; the others do at a link-local number."""

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
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
    if is_off_limits(host) and not (is_try_out and is_this_machine(host)):
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


def is_off_limits(host: str) -> bool:
    """Whether this name or number is the bot's own machine, or a place that only machines there may ask.

    Where a name leads is looked at when the bot goes there: ask this of the number that is found.
    """
    if is_this_machine(host):
        return True
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(
        one.is_loopback or one.is_link_local or one.is_multicast or one.is_unspecified or one in _METADATA
        for one in (number, *_inside(number))
    )


def _inside(number: ipaddress.IPv4Address | ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """The older numbers that a newer one stands for."""
    if isinstance(number, ipaddress.IPv4Address):
        return []
    found = [number.ipv4_mapped, number.sixtofour]
    if number in _NAT64:
        found.append(ipaddress.IPv4Address(int(number) & 0xFFFFFFFF))
    return [one for one in found if one is not None]
