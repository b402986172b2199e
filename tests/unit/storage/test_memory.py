"""What only the in-memory store has: its tables, its journal and its one turn at a time."""

from dataclasses import dataclass

import pytest

from campaigns.errors import StorageTrouble
from storage.memory import MemoryStore
from storage.memory_tables import Journal, Table
from tests.contract.store_scene import Scene


@dataclass(frozen=True)
class Card:
    id: int
    suit: str | None
    rank: int


@pytest.fixture
def journal():
    journal = Journal()
    journal.begin()
    return journal


@pytest.fixture
def cards(journal):
    table = Table(journal, order=lambda card: card.rank, suit=lambda card: card.suit)
    for card in (Card(1, "hearts", 9), Card(2, "spades", 5), Card(3, "hearts", 2), Card(4, None, 1)):
        table.put(card)
    return table


def ranks(cards, suit):
    return [card.rank for card in cards.where("suit", suit)]


def test_an_index_holds_its_rows_in_order(cards):
    assert ranks(cards, "hearts") == [2, 9]
    assert cards.first("suit", "hearts").id == 3
    assert cards.last("suit", "hearts").id == 1
    assert [cards.count("suit", suit) for suit in ("hearts", "spades", "clubs", None)] == [2, 1, 0, 0]
    assert cards.first("suit", "clubs") is None


def test_a_changed_row_moves_in_the_index(cards):
    cards.put(Card(3, "spades", 7))
    assert (ranks(cards, "hearts"), ranks(cards, "spades")) == ([9], [5, 7])
    cards.put(Card(3, "spades", 1))
    assert ranks(cards, "spades") == [1, 5]
    cards.remove(3)
    assert ranks(cards, "spades") == [5]


def test_rows_may_be_changed_while_they_are_walked(cards):
    for card in cards.where("suit", "hearts"):
        cards.put(Card(card.id, "spades", card.rank))
    assert (ranks(cards, "hearts"), ranks(cards, "spades")) == ([], [2, 5, 9])


def test_a_transaction_taken_back_leaves_rows_and_indexes_as_they_were(cards, journal):
    journal.commit()
    before = cards.all()
    journal.begin()
    cards.put(Card(3, "spades", 7))
    cards.put(Card(3, "clubs", 7))
    cards.remove(1)
    cards.put(Card(5, "hearts", 1))
    journal.roll_back()
    assert cards.all() == before
    assert (ranks(cards, "hearts"), ranks(cards, "spades"), ranks(cards, "clubs")) == ([2, 9], [5], [])


def test_without_a_transaction_nothing_can_be_written(cards, journal):
    journal.commit()
    with pytest.raises(StorageTrouble):
        cards.put(Card(9, "clubs", 1))
    assert cards.get(9) is None


@pytest.mark.parametrize("inner", ["writing", "reading"])
def test_a_transaction_within_one_is_refused_at_once_instead_of_waiting_for_ever(inner):
    store = MemoryStore()
    with store.reading(), pytest.raises(RuntimeError, match="already"), getattr(store, inner)():
        pass
    with store.writing():
        pass


def test_thousands_are_claimed_and_settled_one_by_one():
    store = MemoryStore()
    scene = Scene(store)
    run = scene.started(3_000)
    settled = 0
    while claimed := scene.claim(run, 1):
        settled += scene.settle(claimed[0], "sent")
    assert settled == 3_000
