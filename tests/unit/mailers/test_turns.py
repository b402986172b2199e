import threading
from collections.abc import Callable

import pytest

from mailers.turns import NoTurn, Turns


def test_who_finds_none_free_is_told():
    turns = Turns(1)
    with turns.turn(1), pytest.raises(NoTurn), turns.turn(0):
        pass
    with turns.turn(0):
        pass


def waiting_for(turns: Turns, then: Callable[[], object]) -> threading.Thread:
    def wait() -> None:
        with turns.turn(10):
            then()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def test_who_waits_gets_the_turn_that_is_given_back():
    turns, had = Turns(1), threading.Event()
    with turns.turn(1):
        thread = waiting_for(turns, had.set)
    assert had.wait(10)
    thread.join(10)


def test_who_waits_gets_the_turn_that_is_allowed():
    turns, had = Turns(1), threading.Event()
    with turns.turn(1):
        thread = waiting_for(turns, had.set)
        turns.allow(2)
        assert had.wait(10)
    thread.join(10)


def test_a_smaller_number_holds_once_the_turns_are_given_back():
    turns = Turns(2)
    with turns.turn(1), turns.turn(1):
        turns.allow(1)
    with turns.turn(0), pytest.raises(NoTurn), turns.turn(0):
        pass
