"""The never-invite lists, each screen filled with as much, and as nasty, as can come."""

from campaigns.account_port import Suppressed, Why
from campaigns.never_inviting import NeverInvited, Place
from campaigns.roles import Actor
from handlers.views_never_invite import PER_PAGE, add_form, never_invite, packed
from tests.fakes.clocks import NOON

KIM, ANA = Actor("T1", "U0KIM", is_admin=True), Actor("T1", "U0ANA")
NASTY = "<!here>&<https://evil.example|x>" * 10


def entries(count):
    """Of every kind, with addresses as long as the table takes them."""
    for number in range(count):
        address = f"{number}{NASTY}"[:64] + "@" + "b" * 240 + ".example"
        yield Suppressed(
            address[:320], NASTY, NOON, list(Why)[number % len(Why)], "U0KIM" if number % 2 else NASTY
        )


def everything(campaign):
    """(name, payload, surface) of all of them."""
    wanted = NASTY[:80]
    for of in (None, campaign):
        place = Place(of.id if of else None, wanted, 40)
        for count in (0, 1, PER_PAGE):
            for actor in (KIM, ANA):
                found = tuple(entries(count))
                for at in (place, Place(place.campaign_id)):
                    page = NeverInvited(
                        at, of, found, 999_999 if count else 0, may_edit=actor is KIM or of is not None
                    )
                    name = f"never invite {at.wanted[:3]} {count} {actor.user} {of is not None}"
                    yield name, never_invite(page, actor, note=f"*Done.* {'n' * 900}"), "modal"
        yield f"add to never invite {of is not None}", add_form(of, packed(place)), "modal"
