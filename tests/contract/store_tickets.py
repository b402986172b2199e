"""What every store does with one-time tickets, and with people who are not to be invited any more."""

from dataclasses import replace

import pytest

from campaigns.account import Service
from campaigns.account_port import Errand, Suppressed, Ticket
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


class SuppressionsContract:
    ANA = Suppressed("ana@example.org", "Asked not to be invited", NOON)

    def add(self, scene, entry, workspace="T1") -> bool:
        with scene.store.writing() as work:
            return work.suppressions.add(workspace, entry)

    def test_a_person_is_put_on_the_list_once(self, scene):
        later = replace(self.ANA, cause="Asked again", at=minutes(5))
        assert [self.add(scene, self.ANA), self.add(scene, later)] == [True, False]
        with scene.store.reading() as work:
            assert work.suppressions.find("T1", self.ANA.key) == self.ANA

    def test_who_asks_twice_at_the_same_moment_is_on_the_list_once(self, scene):
        added = at_once(*[lambda: self.add(scene, self.ANA)] * 3)
        assert sorted(added) == [False, False, True]

    def test_each_workspace_has_its_own_list(self, scene):
        self.add(scene, self.ANA)
        with scene.store.reading() as work:
            assert work.suppressions.find("T2", self.ANA.key) is None
            assert list(work.suppressions.all("T2")) == []
        assert self.add(scene, self.ANA, "T2")

    def test_who_is_taken_off_may_be_invited_again(self, scene):
        self.add(scene, self.ANA)
        self.add(scene, self.ANA, "T2")
        with scene.store.writing() as work:
            assert [work.suppressions.remove("T1", self.ANA.key) for _ in range(2)] == [True, False]
        with scene.store.reading() as work:
            assert work.suppressions.find("T1", self.ANA.key) is None
            assert work.suppressions.find("T2", self.ANA.key) == self.ANA

    def test_the_latest_come_first(self, scene):
        late, early, also_early = (
            Suppressed(f"{name}@example.org", "", minutes(at)) for name, at in (("l", 2), ("a", 1), ("b", 1))
        )
        for entry in (also_early, late, early):
            self.add(scene, entry)
        with scene.store.reading() as work:
            assert list(work.suppressions.all("T1")) == [late, early, also_early]
