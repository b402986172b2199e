"""Two people connect one address at the same moment: one gets it, and nobody takes it from them.

On PostgreSQL, whose transactions run side by side; the other stores let one writer in at a time.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from campaigns.account import Credential, How, Service
from campaigns.account_keeping import Entered, keep
from campaigns.account_port import Errand, Ticket
from campaigns.connect_links import AccountChanged
from campaigns.errors import NotAllowed, StateError
from storage.store import SqlStore
from tests.contract.store_scene import minutes
from tests.fakes.clocks import NOON
from tests.fakes.connect_scene import Limits

TEAM = "team@acme.example.com"
_DEADLINE = 20


class Looking:
    """A unit of work, or its accounts, that says when it has looked at what there is."""

    def __init__(self, inner, looked):
        self._inner, self._looked = inner, looked

    def __getattr__(self, name):
        return getattr(self._inner, name)

    @property
    def accounts(self):
        return Looking(self._inner.accounts, self._looked)

    def of_workspace(self, workspace):
        found = self._inner.of_workspace(workspace)
        self._looked.set()
        return found

    def lock(self, account_id):
        self._looked.set()
        return self._inner.lock(account_id)


@pytest.fixture
def store(postgres_url, vault):
    store = SqlStore(postgres_url, vault)
    yield store
    store.close()


def entered_by(work, user, *, renews=None):
    """``user`` comes back with access to the team's mailbox."""
    to_renew = () if renews is None else (renews.id, renews.version)
    ticket = Ticket(Errand.CONSENT, "T1", user, Service.GMAIL, minutes(10), *to_renew)
    entered = Entered(TEAM, Credential(How.CONSENT, f"refresh of {user}", provider="google", user=TEAM))
    return keep(work, ticket, entered, lambda *_: Limits(), now=NOON, resume=True).account


def connected(store, user):
    with store.writing() as work:
        return entered_by(work, user)


def disconnected(store, user):
    account = connected(store, user)
    with store.writing() as work:
        work.accounts.forget_credential(account.id)
        return work.accounts.get(account.id)


def what_comes_of(store, user, *, while_held, renews=None):
    """``user``'s way back, begun while ``while_held`` is done and not committed yet."""
    looked = threading.Event()

    def come_back():
        with store.writing() as work:
            entered_by(Looking(work, looked), user, renews=renews)

    with ThreadPoolExecutor(1) as pool:
        with store.writing() as work:
            while_held(work)
            late = pool.submit(come_back)
            assert looked.wait(_DEADLINE)
        return late.exception(_DEADLINE)


def keeper_and_secret(store):
    with store.reading() as work:
        (account,) = work.accounts.all()
        return account.connected_by, work.accounts.credential(account.id).secret


def test_a_disconnected_address_that_two_enter_at_once_becomes_the_firsts(store):
    disconnected(store, "UOLGA")
    late = what_comes_of(store, "UPAUL", while_held=lambda work: entered_by(work, "UBEA"))
    assert isinstance(late, NotAllowed)
    assert keeper_and_secret(store) == ("UBEA", "refresh of UBEA")


def test_a_new_address_that_two_enter_at_once_becomes_the_firsts(store):
    late = what_comes_of(store, "UPAUL", while_held=lambda work: entered_by(work, "UBEA"))
    assert isinstance(late, StateError)
    assert "at this very moment" in str(late)
    assert keeper_and_secret(store) == ("UBEA", "refresh of UBEA")


def test_a_renewal_waits_for_a_disconnect_that_is_being_done_and_is_over(store):
    account = connected(store, "UOLGA")
    late = what_comes_of(
        store, "UOLGA", while_held=lambda work: work.accounts.forget_credential(account.id), renews=account
    )
    assert isinstance(late, AccountChanged)


def test_of_two_renewals_at_once_the_first_counts(store):
    account = connected(store, "UOLGA")
    late = what_comes_of(
        store, "UOLGA", while_held=lambda work: entered_by(work, "UOLGA", renews=account), renews=account
    )
    assert isinstance(late, AccountChanged)
    with store.reading() as work:
        assert work.accounts.get(account.id).version == account.version + 1
