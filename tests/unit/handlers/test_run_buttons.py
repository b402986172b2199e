"""What people can do to a run, and who may, through signed requests over HTTP."""

from campaigns.errors import BadAddress, Unsure
from campaigns.ports import ListQuery
from handlers.mrkdwn import moment
from playground import payloads
from tests.fakes.slack_desk import open_campaign, start_batches, start_sending, whispers


def test_a_run_is_paused_and_resumed_from_the_campaign_list(desk):
    start_sending(desk, desk.ana)
    view = desk.list_of(desk.ana)
    assert "0 of 3 sent" in view.plain()
    desk.ana.press("Pause", near="Team Day")
    desk.workspace.wait_for(lambda: "Resume" in desk.ana.modal.buttons)
    desk.ana.press("Resume")
    desk.workspace.wait_for(lambda: "Pause" in desk.ana.modal.buttons)


def test_the_progress_message_is_posted_once_and_kept_up_to_date(desk):
    start_sending(desk, desk.ana)
    (message,) = desk.ana.read("events")
    assert message.buttons == ["Pause", "Change pace", "Stop", "Report"]
    assert "Batch 1 of 2" in message.plain()
    desk.house.carry_due()
    desk.tell()
    (again,) = desk.ana.read("events")
    assert (again.ts, again.edits > 0) == (message.ts, True)
    assert "2 of 3 sent · 1 left" in again.plain()
    assert "Batch 1 of 2 done · next batch <!date^" in again.plain()
    desk.house.drain()
    desk.tell()
    (last,) = [m for m in desk.ana.read("events") if m.ts == message.ts]
    assert last.buttons == ["Report"]
    assert "All 3 sent" in last.plain()
    said = [entry.plain() for entry in last.thread]
    assert any(words.startswith("Batch 1 of 2 done: 2 of 3 sent") for words in said)
    assert any("all batches have been processed" in words for words in said)


def test_a_run_is_paused_resumed_and_stopped_from_its_message(desk):
    start_sending(desk, desk.ana)
    desk.ana.close()
    desk.ana.press("Pause")
    desk.tell()
    (message,) = desk.ana.read("events")
    assert message.buttons == ["Resume", "Change pace", "Stop", "Report"]
    assert "Paused by <@U0ANA>" in message.plain()
    desk.kim.press("Resume")
    desk.tell()
    desk.kim.press("Stop")
    desk.tell()
    (message,) = desk.ana.read("events")
    assert message.buttons == ["Report"]
    assert "Stopped by <@U0KIM>: 3 people were not invited" in message.plain()
    deeds = [entry.plain() for entry in message.thread]
    assert deeds[:2] == ["<@U0ANA> paused the run", "<@U0KIM> resumed the run"]


def test_a_late_press_gets_the_truth_in_private(desk):
    start_sending(desk, desk.ana)
    desk.ana.close()
    (message,) = desk.ana.read("events")
    desk.ana.press("Pause", where=message)
    desk.kim.press("Pause", where=message)
    (said,) = desk.workspace.wait_for(lambda: whispers(desk, desk.kim))
    truth = "This run is already paused. <@U0ANA> did that. Nothing was changed. That was "
    assert said == f"{truth}{moment(desk.house.clock.now())}."
    assert whispers(desk, desk.ana) == []


def test_a_colleague_is_told_no_in_private(desk):
    start_sending(desk, desk.ana)
    (message,) = desk.ben.read("events")
    desk.ben.press("Stop", where=message)
    (said,) = desk.workspace.wait_for(lambda: whispers(desk, desk.ben))
    assert said == "You may not do that with this campaign. Ask <@U0ANA> or a workspace admin."
    assert desk.house.all_runs()[0].state == "running"


def test_a_captured_press_does_not_act_again(desk):
    start_sending(desk, desk.ana)
    desk.ana.close()
    (message,) = desk.ana.read("events")
    pause = next(button for button in message.pressables if button.label == "Pause")
    action = payloads.action_of(pause.block, pause.element, None)
    captured = payloads.block_actions(desk.workspace.core, desk.ana.user, message, action)
    desk.workspace.line.send("interactive", captured)
    desk.house.runs.resume(desk.actor(desk.ana), desk.house.all_runs()[0].id)
    desk.workspace.line.send("interactive", captured)
    assert desk.house.all_runs()[0].state == "running"


def test_those_who_failed_are_retried_once(desk):
    desk.house.mailer.script = [BadAddress("The mailbox does not exist"), None, None]
    start_sending(desk, desk.ana, per_batch="3")
    desk.house.drain()
    desk.tell()
    desk.ana.close()
    desk.ana.press("Retry these 1")
    told = next(m for m in desk.workspace.messages if "The mailbox does not exist" in m.plain())
    desk.workspace.wait_for(lambda: "Retry these 1" not in told.buttons)
    said = "Trying 1 invite again. Progress is posted in <#C0EVENTS>. By <@U0ANA>."
    assert said in told.plain()
    assert whispers(desk, desk.ana) == []
    assert [run.total for run in desk.house.all_runs()] == [3, 1]
    assert [file.name for file in desk.workspace.files if "not-sent" in file.name] == ["not-sent-run-1.csv"]


def test_the_unsure_are_left_or_sent_again_by_a_person(desk):
    desk.house.mailer.script = [Unsure("The reply was lost"), None, None]
    start_sending(desk, desk.ana, per_batch="3")
    desk.house.drain()
    desk.tell()
    desk.ana.close()
    desk.ana.press("Leave as sent")
    told = next(m for m in desk.workspace.messages if "The reply was lost" in m.plain())
    desk.workspace.wait_for(lambda: told.buttons == [])
    assert "1 invite is taken as sent. By <@U0ANA>." in told.plain()
    assert whispers(desk, desk.ana) == []


def test_a_changed_event_leads_to_an_update_in_batches(desk):
    start_sending(desk, desk.ana, per_batch="3")
    desk.house.drain()
    view = open_campaign(desk, desk.ana)
    assert view.buttons == ["Edit campaign"]
    assert "Everybody on this list has been invited." in view.plain()
    assert "To change the event, use Edit campaign." in view.plain()
    desk.ana.press("Edit campaign")
    desk.ana.wait_for_modal("Edit campaign")
    desk.ana.press("Edit event")
    desk.ana.wait_for_modal("Edit event")
    desk.ana.fill("Place or link", "Room 7")
    assert desk.ana.submit() == {}
    saved = desk.ana.wait_for_modal("Event saved")
    assert "3 people hold the previous version: use Update Calendar Invites." in saved.plain()
    desk.ana.press("Update Calendar Invites")
    desk.ana.wait_for_modal("Update Calendar Invites")
    start_batches(desk.ana, form="Update in batches")
    assert [run.kind for run in desk.house.all_runs()] == ["invite", "update"]


def test_a_second_run_is_refused_with_the_truth(desk):
    desk.ready_campaign(desk.ana)
    desk.ana.press("Send Calendar Invite")
    desk.ana.wait_for_modal("Send Calendar Invite")
    (campaign,) = desk.campaigns.page(desk.actor(desk.ana), ListQuery()).items
    desk.house.start(campaign.campaign, actor=desk.actor(desk.ana))
    desk.ana.press("Send all at once")
    assert "A run of this campaign is already on." in desk.ana.wait_for_modal("Not possible now").plain()
