"""One renewal at a time, and none for nothing."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from campaigns.errors import NoAccess
from mailers.token_cell import Token, TokenCell


class Issuer:
    """Hands out t1, t2, …; waits in between for as long as ``gate`` is closed."""

    def __init__(self):
        self.now = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
        self.given = 0
        self.refuses = False
        self.gate = threading.Event()
        self.gate.set()
        self.asked = threading.Semaphore(0)

    def __call__(self):
        self.asked.release()
        assert self.gate.wait(10)
        if self.refuses:
            raise NoAccess("revoked")
        self.given += 1
        return Token(f"t{self.given}", self.now + timedelta(hours=1))


@pytest.fixture
def issuer():
    return Issuer()


@pytest.fixture
def cell(issuer):
    return TokenCell(issuer, lambda: issuer.now)


def elsewhere(work):
    """What ``work`` returns in a thread of its own."""
    results = []
    thread = threading.Thread(target=lambda: results.append(work()))
    thread.start()
    thread.join(10)
    return results[0]


def test_a_token_is_asked_for_once_while_it_is_good(cell, issuer):
    assert [cell.access(), cell.access()] == ["t1", "t1"]
    issuer.now += timedelta(minutes=54)
    assert cell.access() == "t1"


def test_a_token_about_to_end_is_replaced_before_it_is_refused(cell, issuer):
    cell.access()
    issuer.now += timedelta(minutes=55)
    assert cell.access() == "t2"


def test_a_refused_token_is_replaced(cell):
    cell.access()
    assert cell.access(renew=True) == "t2"
    assert cell.access() == "t2"


def test_who_was_refused_with_a_token_that_is_replaced_already_gets_the_new_one(cell, issuer):
    cell.access()
    assert elsewhere(lambda: (cell.access(), cell.access(renew=True))) == ("t1", "t2")
    assert cell.access(renew=True) == "t2"
    assert issuer.given == 2


def test_a_refused_token_is_not_handed_out_again_when_its_renewal_failed(cell, issuer):
    cell.access()
    issuer.refuses = True
    with pytest.raises(NoAccess):
        cell.access(renew=True)
    with pytest.raises(NoAccess):
        cell.access()
    issuer.refuses = False
    assert cell.access() == "t2"


def test_threads_that_come_together_cause_one_renewal(cell, issuer):
    issuer.gate.clear()
    got = []
    threads = [threading.Thread(target=lambda: got.append(cell.access())) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert issuer.asked.acquire(timeout=10)
    issuer.gate.set()
    for thread in threads:
        thread.join(10)
    assert got == ["t1"] * 8
    assert issuer.given == 1


def test_a_token_shows_in_no_repr():
    assert "t1" not in repr(Token("t1", datetime.now(UTC)))


def test_whether_it_is_fresh_is_known_without_waiting_for_who_renews_it(cell, issuer):
    assert not cell.is_fresh
    cell.access()
    assert cell.is_fresh
    issuer.now += timedelta(minutes=56)
    assert not cell.is_fresh
    issuer.gate.clear()
    renewing = threading.Thread(target=cell.access)
    renewing.start()
    issuer.asked.acquire(timeout=10)
    assert issuer.asked.acquire(timeout=10)
    assert not cell.is_fresh
    issuer.gate.set()
    renewing.join(10)
    assert cell.is_fresh
