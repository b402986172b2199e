"""A list that is applied between the claim of a letter and the look at whom it is for."""

from dataclasses import replace

import pytest
from sqlalchemy import event

from campaigns.model import Kind
from campaigns.ports import Selection
from storage.store import SqlStore
from tests.contract.store_lists import apply, staged
from tests.contract.store_posted import S
from tests.contract.store_scene import Scene, person


@pytest.fixture
def scenes(postgres_url, vault):
    """Two processes. In SQLite there is nothing to cross: writers are one at a time."""
    stores = [SqlStore(postgres_url, vault) for _ in range(2)]
    yield [Scene(store) for store in stores]
    for store in stores:
        store.close()


def crossing(scene, deed):
    """``deed`` happens once, before the people are read of whom ``scene`` has just claimed a delivery."""
    done = []

    def before(_connection, _cursor, statement, *_):
        if not done and statement.startswith("SELECT attendee.") and "attendee.id IN" in statement:
            done.append(statement)
            deed()

    event.listen(scene.store.engine, "before_cursor_execute", before)
    return done


def test_the_number_of_a_letter_names_the_words_that_go(scenes):
    scene, other = scenes
    campaign = scene.campaign(1)
    run = scene.start(campaign)
    scene.open(run)
    (first,) = scene.claim(run)
    scene.settle(first, S.QUEUED)
    corrected = replace(person(1), fields={"first_name": "friend"})
    upload = staged(other, campaign, [corrected])
    crossed = crossing(scene, lambda: apply(other, upload))
    (second,) = scene.claim(run)
    assert crossed
    assert (second.attendee.fields, second.sequence > first.sequence) == ({"first_name": "friend"}, True)
    scene.settle(second, S.QUEUED)
    (third,) = scene.claim(run)
    assert third.sequence == second.sequence, "the same words"
    scene.settle(third, S.SENT)
    assert scene.whom(campaign, Selection(Kind.UPDATE)).updates == 0
