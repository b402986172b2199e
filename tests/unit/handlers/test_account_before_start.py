"""What is checked of the sending account before a start."""

from dataclasses import replace
from datetime import timedelta

from campaigns.errors import Busy, Misconfigured, NoAccess
from playground.state import TEAM
from tests.fakes.slack_desk import open_campaign, start_sending, whispers
from tests.unit.handlers.email_services import connected, showing


def test_who_may_not_send_from_the_account_any_more_hears_it_at_the_door(desk):
    account = connected(desk)
    desk.add_campaign("Team Day", owner="U0BEN", people=3, account=account)
    open_campaign(desk, desk.ben)
    desk.ben.press("Send Calendar Invite")
    said = showing(desk, desk.ben, "ana@acme.example is not shared with this campaign's owner any more.")
    assert "Nothing was sent, and nobody is lost. Ask <@U0ANA> to share it again" in said


def checked(desk, person):
    desk.ready_campaign(person)
    person.press("Send Calendar Invite")
    person.wait_for_modal("Send Calendar Invite")
    person.press("Send Invite in Batches")
    person.wait_for_modal("Send in batches")
    person.fill("Invites per Batch", "2")
    person.fill("Time Gap Between Batches (in minutes)", "60")
    assert person.submit() == {}
    return person.wait_for_modal("Check and start")


def test_the_account_is_asked_before_the_start(desk):
    rung = desk.door.rung
    seen = checked(desk, desk.ana)
    assert desk.door.rung == rung + 1
    assert "Asked just now: the mail service does not refuse out@example.org." in seen.plain()
    assert seen.buttons == ["Change the numbers"]


def test_a_refused_account_is_renewed_first(desk):
    desk.door.fault = NoAccess("The password was changed")
    seen = checked(desk, desk.ana)
    assert "out@example.org does not let sendinvites in." in seen.plain()
    assert "SMTP_URL" in seen.plain()
    assert seen.buttons == ["Check again"]
    desk.door.fault = None
    desk.ana.press("Check again")
    desk.workspace.wait_for(lambda: "Change the numbers" in desk.ana.modal.buttons)
    assert desk.ana.submit() == {}
    assert desk.ana.wait_for_modal("Sending has started")


def test_a_service_that_does_not_answer_hinders_nobody(desk):
    desk.door.fault = Busy("The mail service is away")
    seen = checked(desk, desk.ana).plain()
    assert "The account could not be tested just now: The mail service is away" in seen
    assert "Asked just now" not in seen
    assert desk.ana.submit() == {}
    assert desk.ana.wait_for_modal("Sending has started")


def test_a_run_that_outlives_the_token_is_told_and_can_be_helped(desk):
    connected(desk)
    with desk.house.store.writing() as work:
        account = work.accounts.of_workspace(TEAM)[-1]
        ends_at = desk.house.clock.now() + timedelta(minutes=30)
        work.accounts.upsert(replace(account, token_ends_at=ends_at))
    campaign = desk.add_campaign("Team Day", people=3, account=account)
    open_campaign(desk, desk.ana, campaign.event.title)
    desk.ana.press("Send Calendar Invite")
    desk.ana.wait_for_modal("Send Calendar Invite")
    desk.ana.press("Send Invite in Batches")
    desk.ana.wait_for_modal("Send in batches")
    desk.ana.fill("Invites per Batch", "1")
    desk.ana.fill("Time Gap Between Batches (in minutes)", "60")
    assert desk.ana.submit() == {}
    seen = desk.ana.wait_for_modal("Check and start")
    assert "ahead of the last batch" in seen.plain()
    assert "Renew token" in seen.buttons
    assert whispers(desk, desk.ana) == []


def test_an_account_from_which_nothing_can_be_sent_is_told_as_that(desk):
    desk.door.fault = Misconfigured(
        "The bot's calendar is gone", hint="When the run has paused, press Resume."
    )
    seen = checked(desk, desk.ana).plain()
    assert (
        "nothing can be sent from out@example.org as it is. The bot's calendar is gone. When the run" in seen
    )
    assert "could not be tested" not in seen
    assert "Asked just now" not in seen


def test_a_pace_that_outlives_the_token_is_told_where_it_is_chosen(desk):
    desk.ready_campaign(desk.ana)
    with desk.house.store.writing() as work:
        (account,) = work.accounts.all()
        work.accounts.upsert(replace(account, token_ends_at=desk.house.clock.now() + timedelta(hours=2)))
    start_sending(desk, desk.ana, per_batch="1")
    desk.house.carry_due()
    desk.tell()
    desk.ana.close()
    desk.ana.press("Change pace", where="events")
    desk.ana.wait_for_modal("Change pace")
    desk.ana.fill("Invites per Batch", "1")
    desk.ana.fill("Time Gap Between Batches (in minutes)", "240")
    desk.workspace.wait_for(lambda: "ahead of the last batch" in desk.ana.modal.plain())
    desk.ana.fill("Time Gap Between Batches (in minutes)", "5")
    desk.workspace.wait_for(lambda: "5 minutes apart" in desk.ana.modal.plain())
    assert "ahead of the last batch" not in desk.ana.modal.plain()
