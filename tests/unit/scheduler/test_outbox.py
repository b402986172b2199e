"""The outbox looks again and again, whatever happens, until it is stopped."""

import queue
import threading

import pytest

from campaigns.errors import StorageTrouble
from scheduler.clock import SystemClock
from scheduler.outbox import Outbox

_HANG = 30


class ScriptedHerald:
    """Stands in for the herald: notes each look, and finds, or raises, the next of ``script``."""

    def __init__(self, *script: int | Exception) -> None:
        self._script = list(script)
        self.looks: queue.Queue[None] = queue.Queue()
        self.is_stopped = False

    def stop(self) -> None:
        self.is_stopped = True

    def tell_due(self) -> int:
        self.looks.put(None)
        entry = self._script.pop(0) if self._script else 0
        if isinstance(entry, Exception):
            raise entry
        return entry

    def await_look(self) -> None:
        self.looks.get(timeout=_HANG)


class PatientEvent(threading.Event):
    """Waits until it is set: no round goes by itself."""

    def wait(self, timeout=None):
        return super().wait()


def outbox_threads() -> int:
    return sum(thread.name.startswith("outbox") for thread in threading.enumerate())


@pytest.fixture
def start():
    started = []

    def start_one(herald):
        outbox = Outbox("mail", herald)
        outbox._woken = PatientEvent()
        outbox.start()
        started.append(outbox)
        return outbox

    yield start_one
    for outbox in started:
        outbox.stop()
    assert outbox_threads() == 0


def test_it_looks_at_the_start_and_as_long_as_something_is_found(start):
    herald = ScriptedHerald(20, 20, 3)
    start(herald)
    for _ in range(4):
        herald.await_look()


def test_a_wake_up_makes_it_look(start):
    herald = ScriptedHerald()
    outbox = start(herald)
    for _ in range(3):
        herald.await_look()
        outbox.wake()
    herald.await_look()


@pytest.mark.parametrize("error", [StorageTrouble(), ZeroDivisionError()])
def test_trouble_does_not_end_it(start, caplog, error):
    herald = ScriptedHerald(error)
    outbox = start(herald)
    herald.await_look()
    outbox.wake()
    herald.await_look()
    assert [record.message.split("_")[0] for record in caplog.records] == ["outbox"]


def test_the_log_says_why_the_database_could_not_be_used(start, caplog):
    herald = ScriptedHerald(StorageTrouble("database or disk is full"))
    outbox = start(herald)
    herald.await_look()
    outbox.wake()
    herald.await_look()
    (line,) = caplog.records
    assert (line.outbox, "database or disk is full" in line.evidence) == ("mail", True)


def test_stopping_finishes_the_notice_that_is_being_told():
    told, go_on = [], threading.Event()

    class SlowHerald(ScriptedHerald):
        def tell_due(self):
            super().tell_due()
            go_on.wait(_HANG)
            told.append("notice")
            return 1

    herald = SlowHerald()
    outbox = Outbox("mail", herald)
    outbox.start()
    herald.await_look()
    stopping = threading.Thread(target=outbox.stop)
    stopping.start()
    go_on.set()
    stopping.join(_HANG)
    assert not stopping.is_alive()
    assert told
    assert herald.is_stopped
    assert outbox_threads() == 0


def test_a_wait_ends_when_the_clock_is_stopped():
    clock = SystemClock()
    waiting = threading.Thread(target=clock.wait, args=(clock.minute * 60,))
    waiting.start()
    clock.stop()
    waiting.join(_HANG)
    assert not waiting.is_alive()
