"""Whose Home tab is drawn anew, and how often."""

from datetime import timedelta

from campaigns.homes import LATELY, MOST_VIEWERS, touch_homes
from campaigns.notices import SPACING, Medium
from campaigns.ports import ListQuery
from storage.memory import MemoryStore
from tests.fakes.clocks import NOON

SECOND = timedelta(seconds=1)


def opened(store, *users, workspace="T1", at=NOON):
    with store.writing() as work:
        for user in users:
            work.homes.opened(workspace, user, ListQuery(), at)


def touch(store, at=NOON):
    with store.writing() as work:
        touch_homes(work, "T1", at)


def due(store, at=NOON):
    with store.reading() as work:
        return work.notices.due(at, 999)


def test_whoever_looked_at_the_list_of_this_workspace_lately_sees_it_anew():
    store = MemoryStore()
    opened(store, "UANA", at=NOON)
    opened(store, "UOLD", at=NOON - LATELY)
    opened(store, "UELSEWHERE", workspace="T2")
    touch(store)
    (told,) = due(store)
    assert (told.medium, told.key) == (Medium.HOME, "home:T1:UANA")
    assert told.payload == {"workspace": "T1", "user": "UANA"}


def test_of_a_crowd_those_who_looked_last_are_served():
    store = MemoryStore()
    for number in range(MOST_VIEWERS + 3):
        opened(store, f"U{number}", at=NOON + number * SECOND)
    touch(store, NOON + SECOND * 99)
    users = {notice.payload["user"] for notice in due(store, NOON + SECOND * 99)}
    assert len(users) == MOST_VIEWERS
    assert {"U0", "U1", "U2"}.isdisjoint(users)


def test_a_home_tab_is_drawn_at_most_every_few_seconds():
    store = MemoryStore()
    opened(store, "UANA")
    touch(store)
    with store.writing() as work:
        work.notices.told(due_now := work.notices.due(NOON, 9)[0], "", NOON)
    touch(store, NOON + SECOND)
    assert due(store, NOON + SECOND) == []
    assert [notice.id for notice in due(store, NOON + SPACING)] == [due_now.id]
