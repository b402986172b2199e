"""While a run is on, what would be refused is not offered."""

from dataclasses import replace

import pytest

from campaigns.answer_desk import CampaignAnswers
from campaigns.lifecycle import outranks
from campaigns.model import Kind, RunState
from campaigns.ports import Whom
from campaigns.service import CampaignView
from handlers.views_afterwards import afterwards
from playground.plain import buttons_of, plain_blocks
from tests.fakes.largest_screens import run, summary

BUTTONS = {Kind.UPDATE: "Update Calendar Invites", Kind.CANCEL: "Cancel event"}


def shown(kind, state):
    """*Edit campaign* of four outdated holders, with the newest run of this kind in this state."""
    item = summary("Team Day", replace(run(state), kind=kind))
    view = CampaignView(item, 0, 4, 0, to_cancel=4, whom=Whom(updates=4))
    return afterwards(view, CampaignAnswers())


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("state", [RunState.PLANNED, RunState.RUNNING, RunState.PAUSED])
def test_a_run_is_offered_if_it_takes_the_place_of_the_one_that_is_on(kind, state):
    offered = {button.label for button in buttons_of(shown(kind, state))}
    assert offered == {label for wanted, label in BUTTONS.items() if outranks(wanted, kind)}


@pytest.mark.parametrize("kind", Kind)
def test_after_a_run_both_are_offered(kind):
    blocks = shown(kind, RunState.FINISHED)
    assert {button.label for button in buttons_of(blocks)} == set(BUTTONS.values())
    assert "4 people have it in the calendar. They are told, and it is taken out." in plain_blocks(blocks)


def test_who_has_still_to_be_told_is_said_without_a_button():
    said = plain_blocks(shown(Kind.CANCEL, RunState.RUNNING))
    assert "4 people have it in the calendar. The run that was started tells them." in said
