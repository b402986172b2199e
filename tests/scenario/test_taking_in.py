"""What people read when attendees come onto a list by themselves."""

import pytest

from campaigns.adding import Adding, Rows
from campaigns.ports import CampaignSettings
from campaigns.taking_in import TakingIn


@pytest.fixture
def campaign(desk):
    made = desk.add_campaign("Team Day", people=3)
    settings = CampaignSettings(made.alert_address, made.mail_progress, (), made.routing, takes_in=True)
    with desk.house.store.writing() as work:
        return work.campaigns.change_settings(made.id, settings)


def add(desk, campaign, *names):
    house = desk.house
    rows = [{"email": f"{name}@mail.acme.com"} for name in names]
    done = Adding(house.store, house.clock, house.alarm, TakingIn()).add(campaign.id, Rows(rows))
    desk.tell()
    return done


def send(desk, campaign, **how):
    return desk.house.start(campaign, actor=desk.actor(desk.ana), **how)


def test_the_thread_and_the_history_tell_who_came(desk, campaign):
    send(desk, campaign, per_batch=2, gap=10)
    desk.house.carry_due()
    desk.tell()
    add(desk, campaign, "dan", "eve")
    told = [one.plain() for one in desk.workspace.messages]
    assert [one for one in told if "The API added 2 attendees, to be invited without a press" in one]
    desk.house.drain()
    desk.tell()
    assert [one for one in desk.workspace.messages if "All 5 sent" in one.plain()]
    desk.list_of(desk.ana)
    desk.ana.press("History", near="Team Day")
    history = desk.ana.wait_for_modal("History").plain()
    assert "The API changed the attendee list: 2 added" in history


def test_the_owner_hears_in_person_why_nobody_is_invited_and_what_to_press(desk, campaign):
    send(desk, campaign)
    desk.house.drain()
    desk.tell()
    desk.house.clock.time = campaign.event.ends_at
    add(desk, campaign, "dan")
    told = desk.ana.wait_for_message("1 attendee was added and not invited.")
    assert "The event is over. Change its date with Edit event" in told.plain()
    assert told.buttons == ["Send Invite"]
    assert told.channel == desk.ana.room("sendinvites").id
