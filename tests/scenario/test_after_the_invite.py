"""What becomes of an invite after it was sent: answers, a reminder, a newer version, a cancellation."""

from dataclasses import replace

from campaigns.account import Account, Credential, How, Service
from campaigns.answer import Answer, Said
from campaigns.answer_port import Mailbox
from campaigns.model import Kind
from playground.state import TEAM
from tests.fakes.clocks import NOON
from tests.fakes.slack_desk import start_sending
from tests.scenario.editing import open_hub


def sent_campaign(desk):
    """Three people hold the invite to *Team Day*."""
    start_sending(desk, desk.ana, per_batch="3")
    finish(desk)
    return desk.campaign_called("Team Day")


def finish(desk):
    desk.house.drain()
    desk.tell()
    desk.ana.close()


def answered(desk, campaign, *said):
    with desk.house.store.writing() as work:
        work.mailboxes.keep(Mailbox(campaign.account_id, looked_at=NOON))
        for person, one in zip(work.campaigns.attendees(campaign.id), said, strict=False):
            work.answers.record(person.id, Answer(one, 0, NOON))


def letters(desk, kind):
    return [one.letter.recipient for one in desk.house.mailer.accepted if one.letter.invite.kind is kind]


def start(desk, choose, form, begun):
    """From the two choices to a started run; returns what *Check and start* said, and its submit button."""
    desk.ana.press(choose)
    desk.ana.wait_for_modal(form)
    desk.ana.fill("Invites per Batch", "2")
    desk.ana.fill("Time Gap Between Batches (in minutes)", "60")
    assert desk.ana.submit() == {}
    check = desk.ana.wait_for_modal("Check and start")
    said, submit = check.plain(), check.data["submit"]["text"]
    assert desk.ana.submit() == {}
    desk.ana.wait_for_modal(begun)
    return said, submit


def test_an_event_is_cancelled_in_batches_and_can_be_held_after_all(desk):
    campaign = sent_campaign(desk)
    hub = open_hub(desk.ana)
    assert "3 people have it in the calendar" in hub.plain()
    desk.ana.press("Cancel event")
    choice = desk.ana.wait_for_modal("Cancel event")
    assert "3 people are told that the event is cancelled" in choice.plain()
    said, submit = start(desk, "Cancel in Batches", "Cancel in batches", "Cancelling has started")
    assert submit == "Start cancelling"
    assert "*3 cancellations* in *2 batches*" in said
    desk.house.carry_due()
    desk.tell()
    message = next(m for m in desk.ana.read("events") if "Cancelling" in m.plain())
    assert "2 of 3 cancelled · 1 left" in message.plain()
    desk.ana.close()
    desk.ana.open_home()
    desk.workspace.wait_for(lambda: desk.ana.home and "Cancelling: 2 of 3" in desk.ana.home.plain())
    finish(desk)
    assert "All 3 cancelled" in message.plain()
    assert len(letters(desk, Kind.CANCEL)) == 3
    desk.workspace.wait_for(lambda: "Cancelled: everybody was told" in desk.ana.home.plain())
    assert "Update" not in desk.ana.home.buttons
    desk.ana.press("Send Invite", where="home")
    refused = desk.ana.wait_for_modal("Send Invite")
    assert "This event was cancelled." in refused.plain()
    assert refused.buttons == ["Edit event", "Edit campaign"]
    desk.ana.press("Edit event")
    desk.ana.wait_for_modal("Edit event")
    assert desk.ana.submit() == {}
    assert "takes place again" in desk.ana.wait_for_modal("Event saved").plain()
    again = desk.campaign_called("Team Day")
    assert (again.is_cancelled, again.revision) == (False, campaign.revision + 2)


def test_an_event_can_be_cancelled_from_its_menu_on_home(desk):
    sent_campaign(desk)
    desk.ana.open_home()
    desk.workspace.wait_for(lambda: desk.ana.home and "Cancel event" in desk.ana.home.buttons)
    desk.ana.press("Cancel event", where="home")
    assert "3 people are told" in desk.ana.wait_for_modal("Cancel event").plain()


def test_a_run_from_home_is_told_where_the_one_before_it_was(desk):
    sent_campaign(desk)
    desk.ana.open_home()
    desk.workspace.wait_for(lambda: desk.ana.home and "Cancel event" in desk.ana.home.buttons)
    desk.ana.press("Cancel event", where="home")
    desk.ana.wait_for_modal("Cancel event")
    said, _ = start(desk, "Cancel in Batches", "Cancel in batches", "Cancelling has started")
    assert "Progress will be posted in <#C0EVENTS>." in said
    finish(desk)
    assert any("All 3 cancelled" in message.plain() for message in desk.ana.read("events"))


def test_all_at_once_from_home_asks_for_the_channel_of_the_run_before(desk):
    sent_campaign(desk)
    desk.ana.open_home()
    desk.workspace.wait_for(lambda: desk.ana.home and "Cancel event" in desk.ana.home.buttons)
    desk.ana.press("Cancel event", where="home")
    desk.ana.wait_for_modal("Cancel event")
    desk.ana.press("Cancel all at once")
    desk.ana.wait_for_modal("Check and start")
    assert desk.ana.submit() == {}
    desk.ana.wait_for_modal("Cancelling has started")
    finish(desk)
    assert any("All 3 cancelled" in message.plain() for message in desk.ana.read("events"))


def test_what_was_cancelled_is_in_the_history(desk):
    sent_campaign(desk)
    open_hub(desk.ana)
    desk.ana.press("Cancel event")
    desk.ana.wait_for_modal("Cancel event")
    start(desk, "Cancel in Batches", "Cancel in batches", "Cancelling has started")
    finish(desk)
    desk.ana.open_home()
    desk.workspace.wait_for(lambda: desk.ana.home and "History" in desk.ana.home.buttons)
    desk.ana.press("History", where="home")
    said = desk.ana.wait_for_modal("History").plain()
    assert "<@U0ANA> cancelled the event" in said
    assert "<@U0ANA> started a run: 3 cancellations, 2 every 60 minutes" in said


def test_a_reminder_of_a_changed_event_says_whom_it_leaves_with_the_old_version(desk):
    campaign = sent_campaign(desk)
    answered(desk, campaign, Said.ACCEPTED)
    moved = replace(campaign.event, title="Team Day, moved")
    desk.house.editing.revise(desk.actor(desk.ana), campaign.id, moved)
    open_hub(desk.ana, "Team Day, moved")
    desk.ana.press("Remind those who haven't answered (2)")
    desk.ana.wait_for_modal("Remind")
    said, _ = start(desk, "Remind in Batches", "Remind in batches", "Reminding has started")
    assert "3 people hold an earlier version of the event." in said


def test_who_has_not_answered_is_reminded(desk):
    campaign = sent_campaign(desk)
    answered(desk, campaign, Said.ACCEPTED)
    open_hub(desk.ana)
    assert "1 yes · 2 no answer" in desk.ana.modal.plain()
    desk.ana.press("Remind those who haven't answered (2)")
    choice = desk.ana.wait_for_modal("Remind")
    assert "2 who have not answered get the invite once more." in choice.plain()
    _, submit = start(desk, "Remind in Batches", "Remind in batches", "Reminding has started")
    assert submit == "Start reminding"
    finish(desk)
    assert letters(desk, Kind.REMIND) == ["bea@mail.acme.com", "cruz@mail.acme.com"]
    told = [m.plain() for m in desk.ana.read("events")]
    assert any("All 2 reminded" in said and "Answers: 1 yes · 2 no answer" in said for said in told)


def test_a_report_tells_the_answers_and_gives_the_list_of_all_attendees(desk):
    campaign = sent_campaign(desk)
    answered(desk, campaign, Said.DECLINED, Said.TENTATIVE)
    message, *_ = desk.ana.read("events")
    desk.ana.press("Report", where=message)
    report = desk.ana.wait_for_modal("Report")
    assert "1 maybe · 1 no · 1 no answer" in report.plain()
    assert report.buttons == [
        "Remind those who haven't answered (1)",
        "Attendees as CSV",
        "Picture",
        "History",
    ]
    desk.ana.press("Attendees as CSV")
    desk.workspace.wait_for(lambda: "The list is in your direct messages." in desk.ana.modal.plain())
    (file,) = [one for one in desk.workspace.files if one.name.startswith("attendees-")]
    assert file.name == f"attendees-campaign-{campaign.id}.csv"
    assert file.shared_in == [desk.ana.room("sendinvites").id]
    assert b"ana@mail.acme.com,yes,Version 1,no,2026-11-24 13:00,sent," in file.content
    desk.ana.press("Remind those who haven't answered (1)")
    desk.ana.wait_for_modal("Remind")


def test_an_update_takes_the_place_of_the_invites_that_still_wait(desk):
    start_sending(desk, desk.ana, per_batch="2")
    desk.house.carry_due()
    campaign = desk.campaign_called("Team Day")
    changed = replace(campaign.event, place="Room 7")
    desk.house.editing.revise(desk.actor(desk.ana), campaign.id, changed)
    hub = open_hub(desk.ana)
    assert "2 get the new version · 1 is invited for the first time." in hub.plain()
    desk.ana.press("Update Calendar Invites")
    desk.ana.wait_for_modal("Update Calendar Invites")
    said, _ = start(desk, "Update in Batches", "Update in batches", "Sending has started")
    note = "The invite run that is on is replaced: its 1 waiting person gets the newest version in this run."
    assert note in said
    finish(desk)
    told = [m for m in desk.ana.read("events") if "Team Day" in m.plain()]
    (stopped,) = [m for m in told if "Replaced by Update Calendar Invites: 1 person was not" in m.plain()]
    assert any("Replaced by Update Calendar Invites" in entry.plain() for entry in stopped.thread)
    assert any("All 3 updated" in m.plain() for m in told)
    assert letters(desk, Kind.UPDATE) == ["ana@mail.acme.com", "bea@mail.acme.com"]
    assert letters(desk, Kind.INVITE)[-1] == "cruz@mail.acme.com"


def test_a_cancellation_says_who_is_not_invited_any_more(desk):
    start_sending(desk, desk.ana, per_batch="2")
    desk.house.carry_due()
    open_hub(desk.ana)
    desk.ana.press("Cancel event")
    choice = desk.ana.wait_for_modal("Cancel event")
    assert "2 people are told that the event is cancelled" in choice.plain()
    assert "The invite run that is on is replaced: its 1 waiting person is not invited." in choice.plain()
    desk.ana.press("Cancel all at once")
    desk.ana.wait_for_modal("Check and start")
    assert desk.ana.submit() == {}
    desk.ana.wait_for_modal("Cancelling has started")
    finish(desk)
    assert letters(desk, Kind.CANCEL) == ["ana@mail.acme.com", "bea@mail.acme.com"]
    assert "cruz@mail.acme.com" not in desk.house.mailer.recipients


def test_nothing_is_offered_to_be_cancelled_before_somebody_was_invited(desk):
    desk.ready_campaign(desk.ana)
    assert "Cancel event" not in open_hub(desk.ana).buttons


def test_an_account_whose_answers_are_not_read_says_how_to_allow_it_and_counts_nothing(desk):
    with desk.house.store.writing() as work:
        mine = Account(
            0, Service.GMAIL, "olga@example.org", "Olga", workspace=TEAM, connected_by=desk.ana.user.id
        )
        account = work.accounts.upsert(mine)
        account = work.accounts.keep_credential(account.id, Credential(How.CONSENT, "s", "google"), None)
    campaign = desk.add_campaign("Team Day", people=3, account=account)
    desk.house.start(campaign, actor=desk.actor(desk.ana))
    desk.house.drain()
    desk.tell()
    hub = open_hub(desk.ana)
    assert "Answers are not read from this account. To read them, press Renew token" in hub.plain()
    assert not any("Remind" in label for label in hub.buttons)
    told = desk.ana.read("events") + desk.ana.read("sendinvites")
    assert any("Answers are not read from this account: see" in m.plain() for m in told)
    assert not any("no answer" in m.plain() for m in told)
