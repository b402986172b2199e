from dataclasses import replace

import pytest

from campaigns.model import Counts, RunState
from campaigns.ports import CampaignSummary
from handlers.command_words import Named, Typed, Unknown, Word, meant, named, typed, unnamed
from tests.fakes.largest_screens import campaign, run


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", Typed(Word.LIST)),
        ("   ", Typed(Word.LIST)),
        ("help", Typed(Word.HELP)),
        ("HELP", Typed(Word.HELP)),
        ("new", Typed(Word.NEW)),
        ("status", Typed(Word.STATUS)),
        ("status #12", Typed(Word.STATUS, "#12")),
        ("pause  Team   Day ", Typed(Word.PAUSE, "Team Day")),
        ("resume Tëam Däy", Typed(Word.RESUME, "Tëam Däy")),
        ("stop 7", Typed(Word.STOP, "7")),
        ("report يوم الفريق", Typed(Word.REPORT, "يوم الفريق")),
        ("report\tTeam", Typed(Word.REPORT, "Team")),
        ("list spring", Typed(Word.LIST, "spring")),
        ("paus", Unknown("paus", "pause")),
        ("Stopp all", Unknown("Stopp", "stop")),
        ("statsu", Unknown("statsu", "status")),
        ("resmue #1", Unknown("resmue", "resume")),
        ("hlep", Unknown("hlep", "help")),
        ("repot", Unknown("repot", "report")),
        ("xyzzy", Unknown("xyzzy", "")),
        ("<!channel>", Unknown("<!channel>", "")),
        ("#12", Unknown("#12", "")),
    ],
)
def test_what_was_typed_is_a_word_and_perhaps_a_campaign(text, read):
    assert typed(text) == read


def test_a_very_long_name_is_cut():
    read = typed("status " + "w" * 4_000)
    assert isinstance(read, Typed)
    assert len(read.campaign) == 80


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("", Named(None, "")),
        ("#12", Named(12, "")),
        ("12", Named(12, "12")),
        ("Summit 12", Named(None, "Summit 12")),
        ("#twelve", Named(None, "#twelve")),
        ("١٢", Named(None, "١٢")),
        ("9" * 40, Named(None, "9" * 40)),
    ],
)
def test_a_campaign_is_named_by_number_or_by_words(name, found):
    assert named(name) == found


def one(number, title="Summit", state=None):
    of = replace(run(state), id=number) if state else None
    return CampaignSummary(campaign(title, number), of, Counts(), None)


def numbers(found):
    return [item.campaign.id for item in found]


def test_the_exact_title_wins_over_those_that_hold_it():
    found = [one(3, "Summit dinner"), one(2, "SUMMIT"), one(1, "Pre-Summit")]
    assert numbers(meant(found, "summit")) == [2]


def test_two_of_the_same_title_are_both_meant():
    found = [one(2, "Summit"), one(1, "Summit")]
    assert numbers(meant(found, "summit")) == [2, 1]


FOUND = [
    one(9),
    one(8, state=RunState.FINISHED),
    one(7, state=RunState.PAUSED),
    one(6, state=RunState.RUNNING),
    one(5, state=RunState.PLANNED),
]


@pytest.mark.parametrize(
    ("word", "found", "wanted"),
    [
        (Word.PAUSE, FOUND, [6]),
        (Word.RESUME, FOUND, [7]),
        (Word.STOP, FOUND, [7, 6, 5]),
        (Word.STATUS, FOUND, [7, 6, 5]),
        (Word.REPORT, FOUND[:2], [8]),
        (Word.STATUS, [one(9), one(2, state=RunState.STOPPED), one(1, state=RunState.FINISHED)], [2]),
        (Word.STATUS, [one(9), one(8)], [9]),
        (Word.STATUS, [], []),
        (Word.PAUSE, FOUND[:2], []),
        (Word.STOP, [], []),
    ],
)
def test_without_a_name_it_is_the_run_that_is_on_or_the_latest(word, found, wanted):
    assert numbers(unnamed(word, found)) == wanted
