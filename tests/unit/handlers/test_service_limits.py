"""The limits of an account, and who may send from it: changed by their keeper."""

import pytest

from campaigns.model import Kind, RunState
from campaigns.ports import Selection
from campaigns.roles import Actor
from campaigns.timing import Pace
from playground.state import TEAM
from tests.fakes.campaigns import form_for, roster_of
from tests.fakes.slack_desk import whispers
from tests.unit.handlers.email_services import connected, kept, services_of, showing


def limits_of(desk, account):
    services_of(desk, desk.ana)
    desk.ana.press("Limits", near=account.address)
    return desk.ana.wait_for_modal("Limits")


def test_limits_are_changed_by_their_keeper(desk):
    account = connected(desk)
    limits_of(desk, account)
    desk.ana.fill("Invites in 24 hours", "300")
    desk.ana.fill("Invites a minute", "")
    desk.ana.fill("Kept free each day", "50")
    desk.ana.check("Everybody in this workspace may send from it")
    assert desk.ana.submit() == {}
    seen = showing(desk, desk.ana, "*Saved* for ana@acme.example.")
    assert "0 of 300 sent in 24 hours · 50 a day kept free" in seen
    now = kept(desk, account)
    assert (now.per_day, now.per_minute, now.reserve, now.is_shared) == (300, None, 50, True)


def run_of_ben(desk, account):
    """On, from ``account``, which is Ana's."""
    with desk.house.store.writing() as work:
        campaign = work.campaigns.add(
            form_for(account.id),
            workspace=TEAM,
            owner="U0BEN",
            roster=roster_of(4),
            missing_values=0,
            now=desk.house.clock.now(),
        )
    ben = Actor(TEAM, "U0BEN")
    return desk.house.runs.start(
        ben, campaign.id, Selection(Kind.INVITE), Pace(2, 60), channel="C0EVENTS", submission="bens"
    )


def test_stopping_to_share_asks_first_where_runs_of_colleagues_are_on(desk):
    account = connected(desk, is_shared=True)
    run = run_of_ben(desk, account)
    limits_of(desk, account)
    desk.ana.fill("Invites in 24 hours", "300")
    desk.ana.uncheck("Everybody in this workspace may send from it")
    assert desk.ana.submit() == {}
    asked = desk.ana.wait_for_modal("Stop sharing?").plain()
    assert "1 run of a colleague is on, and would go on sending from ana@acme.example." in asked
    assert "Nobody is lost" in asked
    assert (kept(desk, account).is_shared, kept(desk, account).per_day) == (True, 500)
    assert desk.ana.submit() == {}
    assert showing(desk, desk.ana, "*Saved* for ana@acme.example.")
    assert (kept(desk, account).is_shared, kept(desk, account).per_day) == (False, 300)
    with desk.house.store.reading() as work:
        assert work.runs.get(run.id).state is RunState.PAUSED
        campaign = work.campaigns.get(run.campaign_id)
    desk.ben.type(f"/sendinvites resume #{campaign.id}")
    said = desk.workspace.wait_for(lambda: "\n".join(whispers(desk, desk.ben)))
    assert "ana@acme.example is not shared with this campaign's owner any more." in said
    assert "Ask <@U0ANA> to share it again" in said


@pytest.mark.parametrize(
    ("label", "value", "said"),
    [
        ("Invites a minute", "0", "from 1"),
        ("Kept free each day", "500", "fewer"),
        ("Pause when so many percent fail", "101", "from 1 to 100"),
        ("Pause after equal refusals in a row", "1.5", "whole number"),
    ],
)
def test_limits_that_make_no_sense_are_refused_at_the_field(desk, label, value, said):
    account = connected(desk)
    limits_of(desk, account)
    desk.ana.fill(label, value)
    refused = desk.ana.submit()
    assert list(refused) == [label]
    assert said in refused[label]
    assert kept(desk, account).per_day == 500
