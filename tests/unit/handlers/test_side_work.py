import threading
import time
from datetime import timedelta

import pytest

from handlers.side_work import SideWork

PATIENCE = 5


@pytest.fixture
def shown():
    return []


@pytest.fixture
def failed():
    return []


@pytest.fixture
def aside():
    made = SideWork("test", timedelta(0))
    yield made
    made.stop()


def is_shut(aside):
    """Whether the pool takes no more, and has dropped what it was to drop: both happen under this lock."""
    with aside._pool._shutdown_lock:
        return aside._pool._shutdown


def wait_until(is_so):
    ends_at = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < ends_at
        time.sleep(0.001)


def test_work_is_done_and_its_outcome_shown(aside, shown, failed):
    aside.take(1, lambda: lambda: shown.append("done"), failed.append)
    aside.stop()
    assert (shown, failed) == (["done"], [])


def test_the_same_work_is_done_once_however_often_it_is_handed_in(aside, shown, failed):
    for _ in range(3):
        aside.take("press", lambda: shown.append("done"), failed.append)
    aside.stop()
    assert shown == ["done"]


@pytest.mark.parametrize("in_showing", [False, True])
def test_what_nobody_foresaw_does_not_vanish_in_the_thread(aside, failed, in_showing):
    def trouble():
        raise KeyError("surprise")

    aside.take(1, (lambda: trouble) if in_showing else trouble, failed.append)
    aside.stop()
    assert [type(error) for error in failed] == [KeyError]


@pytest.mark.parametrize(("drop_waiting", "finished"), [(True, 2), (False, 5)])
def test_what_is_under_way_is_finished_and_what_waits_is_dropped_if_asked(failed, drop_waiting, finished):
    aside, done, go_on = SideWork("test", timedelta(0)), [], threading.Event()
    busy = threading.Barrier(3)

    def long_work():
        busy.wait(PATIENCE)
        go_on.wait(PATIENCE)
        done.append("long")

    for number in range(2):
        aside.take(number, long_work, failed.append)
    busy.wait(PATIENCE)
    for number in range(2, 5):
        aside.take(number, lambda: done.append("short"), failed.append)
    stopping = threading.Thread(target=aside.stop, kwargs={"drop_waiting": drop_waiting})
    stopping.start()
    wait_until(lambda: is_shut(aside))
    go_on.set()
    stopping.join(PATIENCE)
    assert (len(done), failed) == (finished, [])


def test_once_stopped_nothing_more_is_taken(shown, failed):
    aside = SideWork("test", timedelta(0))
    aside.stop()
    aside.take(1, lambda: shown.append("done"), failed.append)
    assert shown == failed == []
