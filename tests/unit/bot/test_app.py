"""Parts start in order and stop in reverse, whatever goes wrong on the way."""

import logging
import signal
import subprocess
import sys

import pytest

from bot.app import Application


class Recorded:
    """An application whose parts say what happens to them."""

    def __init__(self, *names, fails_to_start="", fails_to_stop=()):
        self.app, self.said = Application(), []
        for name in names:
            self.app.add(
                name,
                self._step(f"start {name}", fails=name == fails_to_start),
                self._step(f"stop {name}", fails=name in fails_to_stop),
            )

    def _step(self, what, *, fails):
        def do():
            self.said.append(what)
            if fails:
                raise OSError(what)

        return do


def test_parts_start_in_order_and_stop_in_reverse():
    parts = Recorded("lock", "store", "slack")
    assert parts.app.start() is parts.app
    parts.app.stop()
    assert parts.said == ["start lock", "start store", "start slack", "stop slack", "stop store", "stop lock"]


def test_a_part_that_does_not_start_stops_those_before_it_and_no_others():
    parts = Recorded("lock", "store", "sending", "slack", fails_to_start="sending")
    with pytest.raises(OSError, match="start sending"):
        parts.app.start()
    assert parts.said == ["start lock", "start store", "start sending", "stop store", "stop lock"]
    parts.app.stop()
    assert len(parts.said) == 5


def test_a_part_that_does_not_stop_keeps_no_other_from_stopping(caplog):
    parts = Recorded("lock", "sending", "slack", fails_to_stop=("slack", "sending"))
    parts.app.start()
    with caplog.at_level(logging.ERROR):
        parts.app.stop()
    assert parts.said[3:] == ["stop slack", "stop sending", "stop lock"]
    failed = [record.part for record in caplog.records if record.message == "part_not_stopped"]
    assert failed == ["slack", "sending"]


def test_the_error_of_a_failing_start_is_the_one_that_is_raised():
    parts = Recorded("lock", "store", fails_to_start="store", fails_to_stop=("lock",))
    with pytest.raises(OSError, match="start store"):
        parts.app.start()


def test_stopping_twice_stops_once():
    parts = Recorded("lock")
    parts.app.start()
    parts.app.stop()
    parts.app.stop()
    assert parts.said == ["start lock", "stop lock"]


PROGRAM = """
from bot.app import Application
app = Application()
app.add("one", lambda: print("started", flush=True), lambda: print("stopped", flush=True))
app.run()
print("over", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_every_part_and_the_program_ends_by_itself(number):
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout.readline() == "started\n"
        program.send_signal(number)
        rest, _ = program.communicate(timeout=20)
    assert rest == "stopped\nover\n"
    assert program.returncode == 0
