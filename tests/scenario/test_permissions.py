"""Who may do what, as people meet it: ana owns, ben is a colleague, kim is an admin."""

from dataclasses import replace

import pytest

from campaigns.errors import BadAddress
from campaigns.model import Kind
from campaigns.ports import CampaignSettings, Selection
from campaigns.timing import Pace
from tests.fakes.slack_desk import SlackDesk, whispers

ORGANIZERS = "S0EVENTS"


@pytest.fixture
def large(tmp_path):
    """Runs for more than two people wait for a second person."""
    made = SlackDesk(tmp_path, approval_above=2)
    yield made
    made.close()
    assert made.workspace.dispatch_failures == []


@pytest.fixture
def grouped(tmp_path):
    """Only members of a user group make and send campaigns: ben is one, ana is no admin here."""
    made = SlackDesk(tmp_path, group=ORGANIZERS)
    users = made.workspace.state.users
    users["U0ANA"] = replace(users["U0ANA"], is_owner=False)
    made.workspace.state.groups[ORGANIZERS] = ["U0BEN"]
    yield made
    made.close()
    assert made.workspace.dispatch_failures == []


def home_of(desk, person):
    person.close()
    drawn = len(desk.workspace.calls_of("views.publish"))
    person.open_home()
    desk.workspace.wait_for(lambda: len(desk.workspace.calls_of("views.publish")) > drawn)
    return person.home


def sending(desk, title="Team Day", people=1):
    campaign = desk.add_campaign(title, people=people)
    return campaign, desk.house.start(campaign, actor=desk.actor(desk.ana))


def asked_for_approval(desk):
    """A run that waits, and the question about it in the channel."""
    campaign = desk.add_campaign("Team Day", people=3)
    run = desk.house.runs.start(
        desk.actor(desk.ana),
        campaign.id,
        Selection(Kind.INVITE),
        Pace(None),
        channel="C0EVENTS",
        submission="asked",
    )
    desk.tell()
    asked = desk.workspace.wait_for(
        lambda: next((m for m in desk.workspace.messages if "Decline" in m.buttons), None)
    )
    return run, asked


def name_editor(desk, campaign, person):
    settings = CampaignSettings(
        campaign.alert_address, campaign.mail_progress, (person.user.id,), campaign.routing
    )
    desk.house.editing.change_settings(desk.actor(desk.ana), campaign.id, settings)


def test_an_editor_has_every_button_but_archive(desk):
    campaign = desk.add_campaign("Team Day")
    name_editor(desk, campaign, desk.ben)
    assert home_of(desk, desk.ben).buttons[4:] == ["Send Invite", "Edit", "Duplicate", "History"]
    assert "Archive" in home_of(desk, desk.kim).buttons


@pytest.mark.parametrize("word", ["status", "pause", "resume", "stop"])
def test_a_colleague_gets_a_polite_no_in_private(desk, word):
    sending(desk)
    desk.ben.type(f"/sendinvites {word} team")
    (said,) = desk.workspace.wait_for(lambda: whispers(desk, desk.ben))
    assert said.endswith("Ask <@U0ANA> or a workspace admin.")
    assert desk.house.all_runs()[0].state == "running"


def test_a_colleague_without_a_name_finds_nothing_of_others(desk):
    sending(desk)
    desk.ben.type("/sendinvites stop")
    (said,) = desk.workspace.wait_for(lambda: whispers(desk, desk.ben))
    assert said.startswith("No run is on.")


def test_a_report_is_not_for_everybody(desk):
    sending(desk)
    desk.ben.type("/sendinvites report team")
    assert "Ask <@U0ANA>" in desk.ben.wait_for_modal("Not allowed").plain()


def test_a_button_that_was_forged_is_refused(desk):
    """A home that shows another person's buttons, as after a role was taken away."""
    sending(desk)
    home_of(desk, desk.ana)
    home_of(desk, desk.ben)
    desk.workspace.state.homes["U0BEN"] = replace(desk.ana.home, user="U0BEN")
    desk.ben.press("Pause", where="home")
    assert "Ask <@U0ANA>" in desk.ben.wait_for_modal("Not allowed").plain()
    assert desk.house.all_runs()[0].state == "running"


def test_the_list_of_who_failed_is_not_given_to_whoever_forges_the_press(desk):
    desk.house.mailer.script = [BadAddress("The mailbox does not exist")]
    sending(desk)
    desk.house.drain()
    desk.ana.type("/sendinvites report")
    desk.workspace.state.stacks["U0BEN"].append(desk.ana.wait_for_modal("Report"))
    desk.ben.press("List as CSV")
    assert "Ask <@U0ANA>" in desk.ben.wait_for_modal("Not allowed").plain()
    assert desk.workspace.files == []


def test_a_large_run_waits_and_whoever_asked_cannot_approve_it(large):
    campaign, run = sending(large, people=3)
    assert run.state == "planned"
    home = home_of(large, large.ana)
    assert home.buttons[4:6] == ["Report", "Change pace"]
    large.ana.press("Report", where="home")
    report = large.ana.wait_for_modal("Report")
    assert "waiting for a second person's approval" in report.plain()
    assert "Approve" not in report.buttons
    assert large.house.drain() == []
    assert campaign.attendees == 3


def test_the_second_person_approves_and_the_third_hears_who_it_was(large):
    campaign, run = sending(large, people=3)
    name_editor(large, campaign, large.ben)
    home_of(large, large.ben)
    home_of(large, large.kim)
    large.ben.press("Approve", where="home")
    large.workspace.wait_for(lambda: "Pause" in large.ben.home.buttons)
    assert large.house.run(run).state == "running"
    large.kim.press("Decline", where="home")
    said = large.kim.wait_for_modal("Not possible now").plain()
    assert "<@U0BEN>" in said
    assert large.house.run(run).state == "running"


def test_a_question_that_was_answered_elsewhere_loses_its_buttons_when_pressed(large):
    run, asked = asked_for_approval(large)
    large.house.runs.approve(replace(large.actor(large.ben), is_admin=True), run.id)
    large.kim.press("Decline", where=asked)
    assert "<@U0BEN>" in large.workspace.wait_for(lambda: whispers(large, large.kim))[0]
    large.workspace.wait_for(lambda: asked.buttons == [])
    assert large.house.run(run).state == "running"


def test_a_declined_run_sends_nothing_and_its_question_loses_its_buttons(large):
    run, asked = asked_for_approval(large)
    large.kim.press("Decline", where=asked)
    large.workspace.wait_for(lambda: asked.buttons == [])
    assert "<@U0KIM>" in asked.plain()
    assert large.house.run(run).state == "stopped"
    assert large.house.drain() == []


def test_who_is_not_in_the_group_is_offered_nothing_and_refused(grouped):
    assert "New campaign" in home_of(grouped, grouped.ben).buttons
    assert "New campaign" in home_of(grouped, grouped.kim).buttons  # an admin
    home = home_of(grouped, grouped.ana)
    assert home.buttons == ["Archived"]
    assert "ask a workspace admin to add you" in home.plain()
    grouped.ana.type("/sendinvites new")
    assert "You cannot make campaigns" in grouped.ana.wait_for_modal("Not allowed").plain()


def test_a_member_of_the_group_may_steer_what_somebody_else_has_started(grouped):
    campaign = grouped.add_campaign("Team Day", owner="U0KIM")
    run = grouped.house.start(campaign, actor=grouped.actor(grouped.kim))
    home_of(grouped, grouped.ben)
    grouped.ben.press("Pause", where="home")
    grouped.workspace.wait_for(lambda: "Resume" in grouped.ben.home.buttons)
    assert grouped.house.run(run).state == "paused"


def test_when_slack_does_not_say_who_is_in_the_group_nobody_is(grouped):
    grouped.workspace.fail_next("usergroups.users.list", error="no_such_subteam")
    assert "New campaign" not in home_of(grouped, grouped.ben).buttons
    assert "New campaign" in home_of(grouped, grouped.ben).buttons
