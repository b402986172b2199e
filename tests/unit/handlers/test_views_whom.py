"""What is said of a run that another takes the place of, and of an event that is edited during one."""

from dataclasses import replace

import pytest

from campaigns.model import Kind, RunState
from campaigns.ports import Whom
from campaigns.replacing import Replaced
from campaigns.service import CampaignView
from handlers.views_campaign import event_saved
from handlers.views_whom import replaced_words
from playground.plain import plain_blocks
from tests.fakes.largest_screens import run, summary


def replaced(kind, on, **waiting):
    return replaced_words(kind, Replaced(run(RunState.RUNNING, kind=on), Whom(**waiting)))


def saved(kind, *, outdated, waiting, state=RunState.RUNNING):
    """*Event saved*, while a run of this kind is on."""
    item = summary("Team Day", replace(run(state), kind=kind))
    view = CampaignView(item, 0, outdated, 0, whom=Whom(updates=outdated), waiting=waiting)
    return plain_blocks(event_saved(view)["blocks"])


@pytest.mark.parametrize(
    ("kind", "on", "waiting", "said"),
    [
        (
            Kind.UPDATE,
            Kind.INVITE,
            {"invites": 60},
            "its 60 waiting people get the newest version in this run.",
        ),
        (Kind.UPDATE, Kind.REMIND, {"reminders": 1}, "its 1 waiting person is not reminded."),
        (Kind.CANCEL, Kind.INVITE, {"invites": 2}, "its 2 waiting people are not invited."),
        (Kind.CANCEL, Kind.REMIND, {"reminders": 2}, "get no reminder, but the cancellation."),
        (Kind.CANCEL, Kind.INVITE, {}, "is replaced: nobody waits in it any more."),
    ],
)
def test_what_becomes_of_those_who_wait_is_said(kind, on, waiting, said):
    assert replaced(kind, on, **waiting).endswith(said)


def test_those_who_wait_in_an_update_are_told_apart_by_what_they_would_have_got():
    """Only who holds the event is told that it is off."""
    assert replaced(Kind.CANCEL, Kind.UPDATE, invites=32_495, updates=8_760, cancels=1) == (
        "The update run that is on is replaced. Of its 41,256 waiting people 8,760 get no new version, but "
        "the cancellation; 32,495 are not invited; 1 gets the cancellation in this run."
    )


def test_an_edit_during_an_update_counts_those_whom_it_has_reached():
    said = saved(Kind.UPDATE, outdated=11, waiting=Whom(updates=8, invites=4))
    assert "3 people were already sent the old version; they become outdated." in said
    assert "Use Update Calendar Invites after this run." in said
    assert "now" not in said


@pytest.mark.parametrize("kind", [Kind.INVITE, Kind.REMIND])
def test_an_edit_during_a_weaker_run_can_be_told_at_once(kind):
    said = saved(kind, outdated=1, waiting=Whom(invites=4))
    assert "1 person was already sent the old version; they become outdated." in said
    assert "Use Update Calendar Invites now, in place of this run, or after it." in said


def test_an_edit_before_anybody_was_reached_makes_nobody_outdated():
    assert "everybody gets the new one" in saved(Kind.UPDATE, outdated=8, waiting=Whom(updates=8))
