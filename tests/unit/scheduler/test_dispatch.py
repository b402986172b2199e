"""A batch is carried by as many threads as its account has connections."""

import threading

import pytest

from campaigns.errors import NotFound, StorageTrouble
from scheduler.alarm import WakeUp
from scheduler.dispatch import LocalDispatcher
from storage.memory import MemoryStore
from tests.contract.store_scene import Scene

_HANG = 30


class MeetingCourier:
    """Stands in for the courier: each call waits until ``expected`` calls are there at the same time."""

    def __init__(self, expected: int = 1) -> None:
        self._meeting = threading.Barrier(expected)
        self.calls: list[tuple[int, int]] = []
        self.error: Exception | None = None

    def send_chunk(self, run_id: int, seq: int) -> None:
        self.calls.append((run_id, seq))
        self._meeting.wait(_HANG)
        if self.error is not None:
            raise self.error


@pytest.fixture
def scene():
    return Scene(MemoryStore())


@pytest.fixture
def rung():
    return []


def dispatcher(scene, courier, rung):
    alarm = WakeUp()
    alarm.add(lambda: rung.append("first"))
    alarm.add(lambda: rung.append("second"))
    return LocalDispatcher(scene.store, courier, alarm)


@pytest.mark.parametrize("connections", [1, 3])
def test_a_batch_is_carried_by_one_thread_for_each_connection(scene, rung, connections):
    run = scene.started(account=scene.account(connections=connections))
    courier = MeetingCourier(connections)
    dispatcher(scene, courier, rung).send(run.id, 1)
    assert courier.calls == [(run.id, 1)] * connections


def test_when_all_have_ended_the_sleepers_are_woken_once(scene, rung):
    run = scene.started(account=scene.account(connections=3))
    dispatcher(scene, MeetingCourier(3), rung).send(run.id, 1)
    assert rung == ["first", "second"]


@pytest.mark.parametrize("error", [StorageTrouble(), ZeroDivisionError()])
def test_an_error_in_a_thread_is_logged_and_stays_there(scene, rung, caplog, error):
    run = scene.started(account=scene.account(connections=2))
    courier = MeetingCourier(2)
    courier.error = error
    dispatcher(scene, courier, rung).send(run.id, 1)
    assert [record.message for record in caplog.records] == ["batch_interrupted"] * 2
    assert rung == ["first", "second"]


def test_sleepers_are_woken_also_if_the_run_is_gone(scene, rung):
    with pytest.raises(NotFound):
        dispatcher(scene, MeetingCourier(), rung).send(77, 1)
    assert rung == ["first", "second"]
