"""What every store does with one-time tickets."""

from dataclasses import replace

import pytest

from campaigns.account import Service
from campaigns.account_port import Errand, Ticket
from campaigns.errors import NotFound
from tests.contract.store_scene import at_once, minutes
from tests.fakes.clocks import NOON

LINK = Ticket(Errand.LINK, "T1", "U1", Service.GMAIL, minutes(10))


def add(scene, digest: str, ticket: Ticket = LINK) -> None:
    with scene.store.writing() as work:
        work.tickets.add(digest, ticket)


def take(scene, digest: str, errand: Errand = Errand.LINK, *, at=NOON) -> Ticket | None:
    with scene.store.writing() as work:
        return work.tickets.take(digest, errand, at)


def take_and_fail(work) -> None:
    work.tickets.take("one", Errand.LINK, NOON)
    work.accounts.get(77)


class TicketsContract:
    def test_a_ticket_comes_back_as_it_was_given(self, scene):
        account = scene.account()
        consent = Ticket(
            Errand.CONSENT,
            "T1",
            "U1",
            Service.MICROSOFT_365,
            minutes(10),
            account_id=account.id,
            version=7,
            browser="digest of a cookie",
            verifier="verifier",
        )
        add(scene, "one")
        add(scene, "two", consent)
        with scene.store.reading() as work:
            assert work.tickets.look("one", Errand.LINK, NOON) == LINK
            assert work.tickets.look("two", Errand.CONSENT, NOON) == consent
        assert take(scene, "two", Errand.CONSENT) == consent

    def test_looking_does_not_use_it_up_and_taking_does(self, scene):
        add(scene, "one")
        with scene.store.reading() as work:
            looks = [work.tickets.look("one", Errand.LINK, NOON) for _ in range(2)]
        assert looks == [LINK, LINK]
        assert [take(scene, "one"), take(scene, "one")] == [LINK, None]
        with scene.store.reading() as work:
            assert work.tickets.look("one", Errand.LINK, NOON) is None

    def test_of_many_takers_one_gets_it(self, scene):
        add(scene, "one")
        taken = at_once(*[lambda: take(scene, "one")] * 4)
        assert sorted(ticket is None for ticket in taken) == [False, True, True, True]

    def test_it_is_good_for_its_own_errand_and_key_only(self, scene):
        add(scene, "one")
        assert take(scene, "one", Errand.CONSENT) is None
        assert take(scene, "other") is None
        assert take(scene, "one") == LINK

    def test_it_is_good_until_its_end(self, scene):
        add(scene, "one")
        assert take(scene, "one", at=minutes(10)) is None
        with scene.store.reading() as work:
            assert work.tickets.look("one", Errand.LINK, minutes(10)) is None
        assert take(scene, "one", at=minutes(9.9)) == LINK

    def test_a_ticket_taken_back_with_its_transaction_can_be_taken_again(self, scene):
        add(scene, "one")
        with pytest.raises(NotFound), scene.store.writing() as work:
            take_and_fail(work)
        assert take(scene, "one") == LINK

    def test_old_tickets_are_forgotten_and_only_they(self, scene):
        for number in (1, 2, 3):
            add(scene, str(number), replace(LINK, ends_at=minutes(number)))
        with scene.store.writing() as work:
            assert work.tickets.prune(minutes(2)) == 1
        assert take(scene, "1") is None
        assert take(scene, "2") is not None
