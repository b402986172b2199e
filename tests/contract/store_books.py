"""What every store does with the book that several accounts of one mailbox share."""

from dataclasses import replace

from campaigns.account import Account, AccountState, Credential, How
from campaigns.model import DeliveryState, Kind, RunState
from campaigns.ports import Selection
from tests.contract.store_scene import LEASE, at_once, minutes
from tests.fakes.clocks import NOON

OLGA = "olga@acme.example"
BY_CONSENT = Credential(How.CONSENT, "refresh", provider="google", user=OLGA)


def at(host: str) -> Credential:
    return Credential(How.PASSWORD, "pass", user=OLGA, host=host)


def connected(scene, kind: str, credential: Credential, *, workspace: str = "T1") -> Account:
    with scene.store.writing() as work:
        mine = Account(0, kind, OLGA, "Olga", workspace=workspace, connected_by="U1")
        return work.accounts.keep_credential(work.accounts.upsert(mine).id, credential, None)


def twins(scene) -> tuple[Account, Account]:
    return connected(scene, "gmail", BY_CONSENT), connected(scene, "smtp", at("smtp.gmail.com"))


class BooksContract:
    def test_accounts_of_one_mailbox_share_a_book_and_others_do_not(self, scene):
        one, other = twins(scene)
        apart = [
            connected(scene, "google-calendar", BY_CONSENT),
            connected(scene, "microsoft365", BY_CONSENT),
        ]
        apart += [scene.account(), scene.account("other@example.org")]
        with scene.store.reading() as work:
            shared = [work.accounts.sharing(account.id) for account in (one, other, *apart)]
            assert [work.accounts.get(account.id).book for account in (one, other)] == [one.book] * 2
        assert shared == [[one.id, other.id]] * 2 + [[account.id] for account in apart]
        assert len({account.book for account in apart}) == len(apart)

    def test_the_account_of_the_settings_is_in_the_book_that_its_keeper_names(self, scene):
        one, _ = twins(scene)
        of_settings = Account(0, "smtp", "events@acme.example", "Events")
        for book in ("elsewhere", one.book):
            with scene.store.writing() as work:
                kept = work.accounts.upsert(replace(of_settings, book=book))
                assert work.accounts.get(kept.id).book == kept.book == book

    def test_what_one_sends_counts_for_both(self, scene):
        one, other = twins(scene)
        with scene.store.writing() as work:
            work.accounts.spend(one.id, minutes(1))
            work.accounts.spend(other.id, minutes(2), Kind.UPDATE)
            work.accounts.spend(one_apart(work), minutes(2))
            for account in (one, other):
                assert work.accounts.spent_since(account.id, NOON) == 2
                assert work.accounts.spends(account.id, NOON) == [minutes(1), minutes(2)]
                assert [work.accounts.nth_newest_spend(account.id, n) for n in (1, 2, 3)] == [
                    minutes(2),
                    minutes(1),
                    None,
                ]
                assert work.accounts.requests_since(account.id, NOON) == 3
                assert work.accounts.requests(account.id, NOON) == [minutes(1), minutes(2), minutes(2)]
                assert work.accounts.requests_since(account.id, minutes(1)) == 2
                assert work.accounts.requests_since(account.id, minutes(2)) == 0

    def test_what_is_on_the_wire_counts_for_both_and_what_was_lost_there_too(self, scene):
        one, other = twins(scene)
        scene.claim(scene.started(2, account=one))
        (claimed,) = scene.claim(scene.started(1, account=other))
        with scene.store.reading() as work:
            assert [work.accounts.in_flight(account.id) for account in (one, other)] == [3, 3]
            assert [work.accounts.requests_in_flight(account.id) for account in (one, other)] == [3, 3]
        scene.settle(claimed, DeliveryState.FAILED)
        scene.abandon(NOON + LEASE)
        with scene.store.reading() as work:
            assert [work.accounts.in_flight(account.id) for account in (one, other)] == [0, 0]
            assert [work.accounts.spent_since(account.id, NOON) for account in (one, other)] == [2, 2]

    def test_an_update_that_is_lost_or_on_the_wire_is_two_requests(self, scene):
        mine = connected(scene, "google-calendar", BY_CONSENT)
        campaign = scene.campaign(1, account=mine)
        run = scene.start(campaign)
        scene.open(run)
        (claimed,) = scene.claim(run)
        scene.settle(claimed, DeliveryState.SENT)
        scene.end(run)
        scene.move(run, RunState.FINISHED)
        revised = scene.revise(campaign, "Another hall")
        update = scene.start(revised, Selection(Kind.UPDATE), submission="update")
        scene.open(update)
        scene.claim(update)
        with scene.store.reading() as work:
            assert (work.accounts.in_flight(mine.id), work.accounts.requests_in_flight(mine.id)) == (1, 2)
        scene.abandon(NOON + LEASE)
        with scene.store.reading() as work:
            assert work.accounts.requests_since(mine.id, NOON) == 2

    def test_what_closes_or_opens_one_does_so_for_both(self, scene):
        one, other = twins(scene)
        apart = scene.account()
        with scene.store.writing() as work:
            work.accounts.close(other.id, minutes(60), "Daily limit")
            seen = [work.accounts.get(account.id) for account in (one, other, apart)]
            assert [account.closed_until for account in seen] == [minutes(60), minutes(60), None]
            assert [account.closed_cause for account in seen] == ["Daily limit", "Daily limit", ""]
            work.accounts.reopen(one.id)
            assert [work.accounts.get(account.id).closed_until for account in (one, other)] == [None, None]

    def test_whoever_joins_a_closed_mailbox_is_closed_and_whoever_leaves_is_not(self, scene):
        one = connected(scene, "gmail", BY_CONSENT)
        with scene.store.writing() as work:
            work.accounts.close(one.id, minutes(60), "Daily limit")
        joined = connected(scene, "smtp", at("smtp.gmail.com"))
        assert (joined.closed_until, joined.closed_cause) == (minutes(60), "Daily limit")
        left = connected(scene, "smtp", at("smtp.sendgrid.net"))
        assert (left.id, left.closed_until, left.closed_cause) == (joined.id, None, "")

    def test_what_was_sent_stays_in_the_book_of_the_mailbox_that_sent_it(self, scene):
        one, other = twins(scene)
        with scene.store.writing() as work:
            work.accounts.spend(other.id, minutes(1))
        moved = connected(scene, "smtp", at("smtp.sendgrid.net"))
        with scene.store.reading() as work:
            assert [work.accounts.spent_since(account.id, NOON) for account in (one, moved)] == [1, 0]

    def test_a_disconnected_account_leaves_its_sends_in_the_book(self, scene):
        one, other = twins(scene)
        with scene.store.writing() as work:
            work.accounts.spend(other.id, minutes(1))
            work.accounts.forget_credential(other.id)
            assert work.accounts.get(other.id).state is AccountState.DISCONNECTED
            assert work.accounts.spent_since(one.id, NOON) == 1

    def test_two_that_lock_one_book_from_both_ends_count_alone_and_never_wait_for_each_other(self, scene):
        one, other = twins(scene)

        def spend_while_there_is_room(account):
            spent = 0
            for _ in range(8):
                with scene.store.writing() as work:
                    work.accounts.lock(account.id)
                    if work.accounts.spent_since(account.id, NOON) < 10:
                        work.accounts.spend(account.id, minutes(1))
                        work.accounts.close(account.id, minutes(spent))
                        spent += 1
            return spent

        from_both_ends = [
            lambda: spend_while_there_is_room(one),
            lambda: spend_while_there_is_room(other),
        ]
        assert sum(at_once(*from_both_ends * 2)) == 10


def one_apart(work) -> int:
    return work.accounts.upsert(Account(0, "smtp", OLGA, "Events")).id
