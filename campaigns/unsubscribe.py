"""The link in an invite by which its attendee asks not to be invited any more.

It names the campaign and the attendee by number, with a keyed hash over the campaign's secret: it shows no
address, cannot be made by anybody else, and is the same in every invite of this attendee's.
"""

import hmac
import re
from dataclasses import dataclass

from campaigns import identity

PATH = "unsubscribe"
"""The page's place under the bot's public address."""

_TOKEN = re.compile(r"([0-9]{1,10})\.([0-9]{1,10})\.([0-9a-f]{32})")
_LARGEST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Request:
    """What a link says. Anybody can write one down: see ``is_genuine``."""

    campaign_id: int
    attendee_id: int
    mac: str


def link(public_url: str, campaign_id: int, attendee_id: int, seed: str) -> str:
    """The address for this attendee; ``seed`` is the campaign's."""
    return address(base(public_url, campaign_id), attendee_id, seed)


def base(public_url: str, campaign_id: int) -> str:
    """What all links of a campaign begin with; '' without a public address, which means no links."""
    return f"{public_url.rstrip('/')}/{PATH}/{campaign_id}" if public_url else ""


def address(base_url: str, attendee_id: int, seed: str) -> str:
    """The link of one attendee of the campaign that ``base_url`` belongs to."""
    return f"{base_url}.{attendee_id}.{identity.unsubscribe_mac(seed, attendee_id)}"


def read(token: str) -> Request | None:
    """What the last part of a link says; None if it cannot be one."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        return None
    request = Request(int(found[1]), int(found[2]), found[3])
    return request if max(request.campaign_id, request.attendee_id) <= _LARGEST_ID else None


def is_genuine(request: Request, seed: str) -> bool:
    """Whether the link was made by the campaign with this ``seed``."""
    return hmac.compare_digest(request.mac, identity.unsubscribe_mac(seed, request.attendee_id))
