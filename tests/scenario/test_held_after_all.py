"""An event that was cancelled and is held after all, and who is still to be told: by the buttons offered."""

from campaigns.account_port import Suppressed, Why
from campaigns.answer_port import Mailbox
from campaigns.errors import BadAddress
from campaigns.model import Kind
from campaigns.ports import CampaignSettings, Selection
from campaigns.timing import Pace
from tests.fakes.campaigns import someone
from tests.fakes.clocks import NOON
from tests.scenario.editing import open_hub
from tests.scenario.test_after_the_invite import finish, letters, sent_campaign, start


def cancelled(desk, *, in_part=False):
    """Everybody, or two of three, were told that it does not take place."""
    campaign = sent_campaign(desk)
    open_hub(desk.ana)
    desk.ana.press("Cancel event")
    desk.ana.wait_for_modal("Cancel event")
    start(desk, "Cancel in Batches", "Cancel in batches", "Cancelling has started")
    if not in_part:
        finish(desk)
        return campaign
    desk.house.carry_due()
    with desk.house.store.reading() as work:
        run = work.runs.latest(campaign.id)
    desk.house.runs.stop(desk.actor(desk.ana), run.id)
    desk.tell()
    desk.ana.close()
    return campaign


def hold_after_all(desk):
    """By the button of *Send Invite*; returns *Event saved*."""
    desk.list_of(desk.ana)
    desk.ana.press("Send Invite", near="Team Day")
    desk.ana.wait_for_modal("Send Invite")
    desk.ana.press("Edit event")
    desk.ana.wait_for_modal("Edit event")
    assert desk.ana.submit() == {}
    return desk.ana.wait_for_modal("Event saved")


def home_says(desk, part):
    desk.tell()
    desk.ana.open_home()
    desk.workspace.wait_for(lambda: desk.ana.home and part in desk.ana.home.plain())


def test_after_a_whole_cancellation_the_button_that_is_offered_invites_everybody_again(desk):
    cancelled(desk)
    saved = hold_after_all(desk)
    assert "The event takes place again: use Update Calendar Invites to tell 3 people." in saved.plain()
    home_says(desk, "Takes place after all · 3 still believe it is off")
    desk.ana.press("Update Calendar Invites")
    choice = desk.ana.wait_for_modal("Update Calendar Invites")
    assert "3 are invited again." in choice.plain()
    assert "in place" not in choice.plain()
    said, _ = start(desk, "Update in Batches", "Update in batches", "Sending has started")
    assert "3 are invited again." in said
    finish(desk)
    assert len(letters(desk, Kind.INVITE)) == 6
    home_says(desk, "All 3 updated")
    assert "believe" not in desk.ana.home.plain()


def test_send_invite_says_who_is_invited_again_and_offers_both_ways(desk):
    cancelled(desk)
    hold_after_all(desk)
    desk.list_of(desk.ana)
    desk.ana.press("Send Invite", near="Team Day")
    seen = desk.ana.wait_for_modal("Send Invite")
    assert "3 to be invited again" in seen.plain()
    assert "not invited yet" not in seen.plain()
    assert "holds this version" not in seen.plain()
    assert {"Send Calendar Invite", "Update Calendar Invites"} <= set(seen.buttons)


def test_a_later_run_does_not_hide_who_still_believes_it_is_off(desk):
    """A newcomer is invited by a run of its own; the others wait for *Update Calendar Invites*."""
    campaign = cancelled(desk, in_part=True)
    hold_after_all(desk)
    home_says(desk, "Takes place after all · 2 still believe it is off · 1 holds an earlier version")
    wanted = CampaignSettings(
        campaign.alert_address, campaign.mail_progress, (), campaign.routing, takes_in=True
    )
    with desk.house.store.writing() as work:
        work.campaigns.change_settings(campaign.id, wanted)
        work.campaigns.add_people(campaign.id, [someone(9)])
    actor = desk.actor(desk.ana)
    desk.house.runs.start(
        actor, campaign.id, Selection(Kind.INVITE, newcomers=True), Pace(None), channel="", submission="new"
    )
    desk.house.drain()
    home_says(desk, "Sent · 4 on the list · 2 still believe it is off · 1 holds an earlier version")


def test_whoever_is_left_out_for_good_is_not_said_to_have_been_told(desk):
    campaign = sent_campaign(desk)
    never(desk, campaign, "bea@mail.acme.com", Why.COMPLAINED)
    open_hub(desk.ana)
    desk.ana.press("Cancel event")
    choice = desk.ana.wait_for_modal("Cancel event")
    assert "2 people are told that the event is cancelled" in choice.plain()
    assert "1 on a never-invite list gets nothing." in choice.plain()
    start(desk, "Cancel in Batches", "Cancel in batches", "Cancelling has started")
    finish(desk)
    home_says(desk, "Cancelled: 2 told · 1 not told has it still")


def test_a_reminder_says_whom_it_leaves_out(desk):
    campaign = sent_campaign(desk)
    with desk.house.store.writing() as work:
        work.mailboxes.keep(Mailbox(campaign.account_id, looked_at=NOON))
    never(desk, campaign, "bea@mail.acme.com", Why.BY_HAND)
    seen = open_hub(desk.ana)
    assert "3 no answer" in seen.plain()
    assert "Remind those who haven't answered (2)" in seen.buttons
    assert "1 of those without an answer is on a never-invite list, and not reminded." in seen.plain()


def test_edit_says_at_the_door_that_a_cancellation_is_on(desk):
    sent_campaign(desk)
    open_hub(desk.ana)
    desk.ana.press("Cancel event")
    desk.ana.wait_for_modal("Cancel event")
    start(desk, "Cancel in Batches", "Cancel in batches", "Cancelling has started")
    desk.ana.close()
    hub = open_hub(desk.ana)
    assert "Edit event" not in hub.buttons
    assert "It can be edited when that run has ended, or was stopped." in hub.plain()
    assert "You can edit all the same" not in hub.plain()


def test_an_old_button_to_the_form_gets_the_truth_before_it_is_filled_in(desk):
    sent_campaign(desk)
    open_hub(desk.ana)
    campaign = desk.campaign_called("Team Day")
    desk.house.start(campaign, per_batch=1, gap=60, kind=Kind.CANCEL, actor=desk.actor(desk.ana))
    desk.ana.press("Edit event")
    said = desk.ana.wait_for_modal("Not possible now")
    assert "People are being told that this event is cancelled." in said.plain()


def test_a_picture_shows_the_run_as_it_is_now_with_the_missing_answers(desk):
    campaign = sent_campaign(desk)
    with desk.house.store.writing() as work:
        work.mailboxes.keep(Mailbox(campaign.account_id, looked_at=NOON))
    message, *_ = desk.ana.read("events")
    desk.ana.press("Report", where=message)
    desk.ana.wait_for_modal("Report")
    desk.ana.press("Picture")
    is_there = "The picture is in your direct messages."
    desk.workspace.wait_for(lambda: is_there in desk.ana.modal.plain(), 30.0)  # the first one loads much
    (file,) = [one for one in desk.workspace.files if one.name.endswith(".png")]
    assert file.shared_in == [desk.ana.room("sendinvites").id]
    assert file.content.startswith(b"\x89PNG")
    assert "Answers: 3 no answer." in file.alt_text


def never(desk, campaign, address, why):
    with desk.house.store.writing() as work:
        work.suppressions.add_to_campaign(campaign.id, Suppressed(address, "Said so", NOON, why))


def test_the_report_of_a_cancel_run_offers_nothing_once_the_event_takes_place(desk):
    campaign = sent_campaign(desk)
    desk.house.mailer.script = [BadAddress("The mailbox is full")]
    open_hub(desk.ana)
    desk.ana.press("Cancel event")
    desk.ana.wait_for_modal("Cancel event")
    start(desk, "Cancel in Batches", "Cancel in batches", "Cancelling has started")
    finish(desk)
    assert "Retry these 1" in report_of(desk, campaign).buttons
    hold_after_all(desk)
    assert "Retry these 1" not in report_of(desk, campaign).buttons


def report_of(desk, campaign):
    desk.ana.close()
    desk.ana.type(f"/sendinvites report {campaign.event.title}")
    return desk.ana.wait_for_modal("Report")
