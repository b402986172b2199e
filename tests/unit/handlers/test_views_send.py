"""*Send Invite* where nobody is to be invited or updated: why, and what helps."""

from dataclasses import replace

import pytest

from campaigns.model import Counts, RunState
from campaigns.ports import Whom
from campaigns.service import CampaignView
from handlers.views_campaign import event_saved
from handlers.views_send import send_invite
from playground.plain import plain_blocks
from tests.fakes.largest_screens import run, summary

SENT = Counts(sent=120)


def view(*, was_sent=True, **how):
    item = summary("Team Day", run(RunState.FINISHED) if was_sent else None, counts=SENT)
    return CampaignView(item, 0, 0, 0, **how)


def shown(seen):
    return plain_blocks(send_invite(seen, None)["blocks"])


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (view(), "Everybody on this list has been invited."),
        (
            view(left_out=3),
            "Nobody is left to invite: 3 people are on a never-invite list. Never invite shows",
        ),
        (view(in_doubt=1), "Nobody is left to invite: 1 may have the invite or not. Choose Send again or"),
        (
            view(left_out=1, in_doubt=2),
            "1 person is on a never-invite list, and 2 may have the invite or not. Choose Send again",
        ),
    ],
)
def test_why_nobody_is_to_be_invited_is_said(seen, said):
    assert said in shown(seen)
    assert ("Everybody" in shown(seen)) is (said.startswith("Everybody"))


def test_a_list_of_which_nobody_may_be_invited_is_not_called_invited_nor_empty():
    before = shown(view(was_sent=False, left_out=3, whom=Whom(left_out=3)))
    assert "3 on a never-invite list get nothing" in before
    assert "0 not invited yet" not in before
    assert "Nobody to update: nobody has been invited yet." in before


def test_who_may_not_be_updated_is_not_said_to_hold_this_version():
    seen = view(whom=Whom(left_out=2))
    assert "Nobody to update: whoever should be is on a never-invite list (2 people)." in shown(seen)
    assert "holds this version" not in shown(seen)
    assert "whoever was invited holds this version" in shown(view())


@pytest.mark.parametrize(
    ("seen", "was_cancelled", "said"),
    [
        (view(was_sent=False), False, "Saved. Nobody has been invited yet; the invites will carry"),
        (view(was_sent=False), True, "takes place again. Nobody has been invited to it yet."),
        (
            view(whom=Whom(left_out=2)),
            False,
            "Whoever would be told is on a never-invite list (2 people), and",
        ),
        (view(), False, "Saved. Nobody holds an earlier version; invites will carry the new one."),
        (view(), True, "takes place again. Nobody holds an earlier version"),
    ],
)
def test_a_saved_event_says_who_is_to_be_told_of_it(seen, was_cancelled, said):
    assert said in plain_blocks(event_saved(seen, was_cancelled=was_cancelled)["blocks"])


def test_who_is_left_out_is_told_beside_those_who_are_not():
    seen = replace(view(was_sent=False, left_out=2), to_invite=80)
    assert "80 not invited yet" in shown(seen)
    assert "2 on a never-invite list get nothing" in shown(seen)
