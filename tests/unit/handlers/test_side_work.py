import threading
from datetime import timedelta

from handlers.side_work import SideWork


def test_what_fails_at_once_is_told_when_our_answer_is_on_the_screen():
    """Sooner, and the answer that says that work is under way would take its place for good."""
    side, told = SideWork("failing", timedelta(minutes=5)), threading.Event()

    def fail():
        raise ZeroDivisionError

    side.take("one", fail, lambda _error: told.set())
    assert not told.wait(0.3)
    side.stop()
    assert told.is_set()


def test_the_same_piece_of_work_is_done_once():
    side, done = SideWork("doubled", timedelta(0)), []
    for _ in range(2):
        side.take("one", lambda: lambda: done.append("shown"), lambda _error: done.append("failed"))
    side.stop()
    assert done == ["shown"]


def test_what_fails_while_it_is_shown_is_told_too():
    side, told = SideWork("showing", timedelta(0)), []

    def show():
        raise ZeroDivisionError

    side.take("one", lambda: show, told.append)
    side.stop()
    assert [type(error) for error in told] == [ZeroDivisionError]
