"""A campaign is changed after it was made: its event, its settings, and a second one like it."""

from playground.script import prepare_batches, start_batch_sending
from tests.scenario.editing import entries, open_hub


def sending(bot, count, *, per_batch, gap):
    bot.campaign(bot.ana, count)
    prepare_batches(bot.workspace, bot.ana, per_batch=per_batch, gap=gap)
    start_batch_sending(bot.workspace, bot.ana)


def comes_to_say(bot, part):
    """*Edit campaign* below a form is drawn anew once the form is saved."""
    bot.ana.wait_for_modal("Edit campaign")
    bot.workspace.wait_for(lambda: part in bot.ana.modal.plain())


def test_an_edit_during_a_run_makes_outdated_who_was_sent_and_offers_the_update(bot):
    sending(bot, 6, per_batch="3", gap="10000")
    bot.message("3 of 6 sent")
    open_hub(bot.ana)
    bot.ana.press("Edit event")
    bot.ana.wait_for_modal("Edit event")
    bot.ana.fill("Place or link", "Room 2")
    assert bot.ana.submit() == {}
    saved = bot.ana.wait_for_modal("Event saved").plain()
    assert "A run is on: 3 people were already sent the old version; they become outdated." in saved
    bot.ana.back()
    comes_to_say(bot, "Room 2")
    bot.ana.close()
    bot.ana.press("Stop")
    bot.message("were not invited")
    bot.ana.type("/sendinvites")
    bot.ana.wait_for_modal("Campaign List")
    bot.ana.press("Send Invite", near="Team Day")
    detail = bot.ana.wait_for_modal("Send Invite")
    assert "3 people hold an earlier version of the event" in detail.plain()
    assert "Update Calendar Invites" in detail.buttons


def test_settings_name_an_editor_who_may_then_edit_but_not_share(bot):
    bot.campaign(bot.ana, 3)
    open_hub(bot.ana)
    bot.ana.press("Settings")
    bot.ana.wait_for_modal("Settings")
    bot.ana.fill("Who may edit and send, besides the owner and admins", [bot.ben.user.id])
    bot.ana.check("Direct message to the owner", near="When everything is sent")
    assert bot.ana.submit() == {}
    bot.ana.wait_for_modal("Settings saved")
    bot.ana.back()
    comes_to_say(bot, "1 person besides the owner may edit")
    open_hub(bot.ben)
    bot.ben.press("Settings")
    form = bot.ben.wait_for_modal("Settings")
    assert "editors" not in entries(form)
    bot.ben.fill("Progress by mail", "Off")
    assert bot.ben.submit() == {}
    bot.ben.wait_for_modal("Settings saved")
    assert "1 person besides the owner may edit" in open_hub(bot.ana).plain()


def test_alerts_must_reach_somebody(bot):
    bot.campaign(bot.ana, 3)
    open_hub(bot.ana)
    bot.ana.press("Settings")
    bot.ana.wait_for_modal("Settings")
    bot.ana.fill("When a run needs a hand", ["In the channel of the run"])
    refused = bot.ana.submit()
    assert set(refused) == {"When a run needs a hand"}
    assert "keep the direct message or the mail" in refused["When a run needs a hand"]


def test_a_colleague_is_offered_nothing_to_edit(bot):
    bot.campaign(bot.ana, 3)
    bot.ben.type("/sendinvites")
    listed = bot.ben.wait_for_modal("Campaign List")
    assert "Team Day" in listed.plain()
    assert "Edit" not in listed.buttons


def test_a_duplicate_uses_the_list_of_its_source_and_has_invited_nobody(bot):
    sending(bot, 4, per_batch="4", gap="0")
    bot.message("All 4 sent")
    bot.ana.close()
    bot.ana.type("/sendinvites")
    bot.ana.wait_for_modal("Campaign List")
    bot.ana.press("Duplicate", near="Team Day")
    form = bot.ana.wait_for_modal("Duplicate campaign")
    assert entries(form)["title"]["initial_value"] == "Team Day"
    assert "Leave empty to use the list of “Team Day” (4 attendees)" in form.plain()
    bot.ana.fill("Title", "Team Day II")
    assert bot.ana.submit() == {}
    ready = bot.ana.wait_for_modal("Campaign ready")
    assert "4 attendees" in ready.plain()
    prepare_batches(bot.workspace, bot.ana, per_batch="4", gap="0")
    start_batch_sending(bot.workspace, bot.ana)
    bot.workspace.wait_for(lambda: len(bot.post.messages) == 8, 20.0)
    assert len(set(bot.recipients())) == 4


def test_a_duplicate_with_a_list_of_its_own_is_read_like_any_other(bot):
    bot.campaign(bot.ana, 2)
    bot.ana.close()
    bot.ana.type("/sendinvites")
    bot.ana.wait_for_modal("Campaign List")
    bot.ana.press("Duplicate", near="Team Day")
    bot.ana.wait_for_modal("Duplicate campaign")
    bot.ana.fill("Title", "Team Day II")
    bot.ana.fill("Attendee list", ("people.csv", b"email\nzoe@mail.acme.com\n"))
    assert bot.ana.submit() == {}
    ready = bot.ana.wait_for_modal("Campaign ready", timeout=20.0)
    assert "Team Day II" in ready.plain()
    assert "1 attendee" in ready.plain()
