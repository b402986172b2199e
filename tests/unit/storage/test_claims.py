"""On PostgreSQL nobody waits for another's claim: rows that are being claimed are passed over."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from storage.claims import SqlBatchQueue
from storage.store import SqlStore
from tests.contract.store_scene import LEASE, Scene
from tests.fakes.clocks import NOON

_HANG = 30


@pytest.fixture
def store(postgres_url, vault):
    store = SqlStore(postgres_url, vault)
    yield store
    store.close()


def test_a_delivery_that_is_being_claimed_is_passed_over(store):
    scene = Scene(store)
    run = scene.started(3)
    with ThreadPoolExecutor(1) as another, store.writing() as work:
        mine = work.deliveries.claim(run.id, 1, limit=2, owner="me", now=NOON, lease_until=NOON + LEASE)
        theirs = another.submit(scene.claim, run, 2).result(_HANG)
    assert [len(mine), len(theirs)] == [2, 1]
    assert not {delivery.id for delivery in mine} & {delivery.id for delivery in theirs}


def test_a_batch_that_is_being_claimed_is_passed_over(store):
    scene = Scene(store)
    scene.start(scene.campaign())
    mine, theirs = SqlBatchQueue(store.engine, "me"), SqlBatchQueue(store.engine, "them")
    with ThreadPoolExecutor(1) as another, store.engine.begin() as connection:
        assert len(connection.execute(mine._claim(NOON)).all()) == 1
        assert another.submit(theirs.claim_due, NOON).result(_HANG) == []
    assert theirs.claim_due(NOON) == []
