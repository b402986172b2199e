"""The Home tab is drawn anew by the outbox, for whoever looked at it lately."""

import pytest

from campaigns.answer import Answer, Said
from campaigns.errors import Busy, Misconfigured
from campaigns.model import Medium
from campaigns.notices import Notice, NoticeKind
from campaigns.ports import ListQuery
from handlers.home_publisher import HomePublisher
from playground.state import TEAM
from tests.fakes.clocks import NOON


@pytest.fixture
def publisher(desk):
    return HomePublisher(desk.client, desk.campaigns, desk.guard, desk.answers)


def touched(user):
    told = {"workspace": TEAM, "user": user}
    return Notice(1, NoticeKind.HOME, Medium.HOME, "home:x", None, None, told, 0, 0, NOON, NOON)


def test_it_shows_the_campaigns_with_what_this_person_may_do(desk, publisher):
    desk.add_campaign("Team Day", owner="U0ANA")
    for user in ("U0ANA", "U0BEN", "U0KIM"):
        assert publisher.tell(touched(user), None, None, []) == ""
    assert "Team Day" in desk.ana.home.plain()
    assert "Send Invite" in desk.ana.home.buttons
    assert "Send Invite" not in desk.ben.home.buttons
    assert "Send Invite" in desk.kim.home.buttons


def test_it_stays_at_the_place_at_which_the_person_was(desk, publisher):
    for title in ("Team Day", "Summer party"):
        desk.add_campaign(title)
    desk.campaigns.home_opened(desk.actor(desk.ana), ListQuery(words="party"))
    publisher.tell(touched("U0ANA"), None, None, [])
    assert "Summer party" in desk.ana.home.plain()
    assert "Team Day" not in desk.ana.home.plain()


def test_nobody_is_shown_less_because_slack_did_not_say_who_they_are(desk, publisher):
    desk.add_campaign("Team Day", owner="U0ANA")
    desk.workspace.fail_next("users.info", status=500)
    with pytest.raises(Busy):
        publisher.tell(touched("U0KIM"), None, None, [])
    publisher.tell(touched("U0KIM"), None, None, [])
    assert "Send Invite" in desk.kim.home.buttons


def test_slack_in_trouble_is_waited_out_and_a_home_that_is_switched_off_given_up(desk, publisher):
    desk.workspace.fail_next("views.publish", retry_after=5)
    with pytest.raises(Busy):
        publisher.tell(touched("U0ANA"), None, None, [])
    desk.workspace.fail_next("views.publish", error="not_enabled")
    with pytest.raises(Misconfigured):
        publisher.tell(touched("U0ANA"), None, None, [])


def test_it_tells_what_was_answered(desk, publisher):
    campaign = desk.add_campaign("Team Day", people=3)
    desk.house.start(campaign, actor=desk.actor(desk.ana))
    desk.house.drain()
    with desk.house.store.writing() as work:
        first, *_ = work.campaigns.attendees(campaign.id)
        work.answers.record(first.id, Answer(Said.ACCEPTED, 0, NOON))
    publisher.tell(touched("U0ANA"), None, None, [])
    assert "All 3 sent\n1 yes · 2 no answer" in desk.ana.home.plain()
