"""Keys derived from a campaign's seed: the same person, deed and SEQUENCE always give the same key.

A retry, a second process and a later update must name the same calendar entry without asking anybody, and
no key may show an address: each is a keyed hash (RFC 7986, 5.3).
"""

import hashlib
import hmac

from campaigns.model import Kind

_DIGITS = 32


def uid(seed: str, attendee_key: str, domain: str) -> str:
    """The UID of this attendee's calendar entry, for the life of the campaign."""
    return f"{_derived(seed, 'uid', attendee_key)}@{domain}"


def message_id(seed: str, attendee_key: str, deed: Kind, sequence: int, domain: str) -> str:
    """The Message-ID of one letter, angle brackets included; the same for every try of it."""
    return f"<{_derived(seed, 'message', attendee_key, deed.value, str(sequence))}@{domain}>"


def delivery_key(seed: str, attendee_key: str, deed: Kind, sequence: int) -> str:
    """The id of one delivery: what a provider may be asked for, and what it may refuse as a repeat."""
    return _derived(seed, "delivery", attendee_key, deed.value, str(sequence))


def trial_seed(seed: str, address: str, nonce: str) -> str:
    """The seed of one test invite: nothing derived from it is what an attendee's invite has.

    ``nonce`` tells two tests to the same address apart.
    """
    return _derived(seed, "test", address, nonce)


def unsubscribe_mac(seed: str, attendee_id: int) -> str:
    """What only this campaign can put into the unsubscribe link of this attendee."""
    return _derived(seed, "unsubscribe", str(attendee_id))


def domain_of(address: str) -> str:
    """The domain of an address: where UIDs and Message-IDs are at home."""
    return address.rpartition("@")[2].lower()


def _derived(seed: str, *parts: str) -> str:
    # NUL joins the parts: no attendee key holds one, so two lists of parts never run together.
    text = "\0".join(parts).encode()
    return hmac.new(seed.encode(), text, hashlib.sha256).hexdigest()[:_DIGITS]
