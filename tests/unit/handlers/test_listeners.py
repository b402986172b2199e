"""What a person meets on the way from /sendinvites to a run, through signed requests over HTTP."""

import pytest

from campaigns.errors import BadAddress, Unsure
from playground import payloads

BAD_LIST = b"name,phone\nAna,1\nBea,2\n"


def start_batches(person, *, per_batch="2", gap="60", channel=None, form="Send in batches"):
    person.press("Update in Batches" if form.startswith("Update") else "Send Invite in Batches")
    person.wait_for_modal(form)
    person.fill("Invites per Batch", per_batch)
    person.fill("Time Gap Between Batches (in minutes)", gap)
    if channel:
        person.fill("Post progress in", channel)
    assert person.submit() == {}
    person.wait_for_modal("Check and start")
    assert person.submit() == {}
    return person.wait_for_modal("Sending has started")


def start_sending(desk, person, **choices):
    desk.ready_campaign(person)
    person.press("Send Calendar Invite")
    person.wait_for_modal("Send Calendar Invite")
    started = start_batches(person, **choices)
    desk.tell()
    return started


def open_campaign(desk, person, title="Team Day"):
    desk.list_of(person)
    person.press("Send Invite", near=title)
    return person.wait_for_modal("Send Invite")


def whispers(desk, person):
    return [m.text for m in desk.workspace.messages if m.only_for == person.user.id]


def test_an_empty_list_teaches_how_to_begin(desk):
    view = desk.list_of(desk.ana)
    assert "No campaigns yet" in view.plain()
    assert view.buttons == ["New campaign"]


def test_the_form_starts_with_what_the_profile_says(desk):
    desk.list_of(desk.ana)
    desk.ana.press("New campaign")
    view = desk.ana.wait_for_modal("New campaign")
    elements = {block["block_id"]: block["element"] for block in view.blocks}
    assert elements["zone"]["initial_option"]["value"] == "Europe/Madrid"
    assert elements["organizer"]["initial_value"] == "Ana Souza"
    assert elements["alert_address"]["initial_value"] == "ana@acme.example"
    assert elements["greeting"]["initial_value"] == "Hello {{first_name|there}},"
    assert elements["account"]["initial_option"]["text"]["text"] == "out@example.org"
    assert elements["mail_progress"]["initial_option"]["text"]["text"] == "Once a day"


def test_the_steps_of_the_manual_lead_from_a_list_to_a_started_run(desk):
    ready = desk.ready_campaign(desk.ana)
    assert "3 attendees" in ready.plain()
    assert ready.buttons == ["Send Calendar Invite", "Campaign List"]
    desk.ana.press("Send Calendar Invite")
    desk.ana.wait_for_modal("Send Calendar Invite")
    started = start_batches(desk.ana)
    assert "<#C0EVENTS>" in started.plain()
    (run,) = desk.house.all_runs()
    assert (run.per_batch, run.gap_minutes, run.total, run.channel) == (2, 60, 3, "C0EVENTS")


def test_what_is_wrong_is_said_at_the_field(desk):
    refused = desk.new_campaign(
        desk.ana,
        **{
            "Start date": "2020-01-01",
            "Duration in minutes": "an hour",
            "Description": "Dear {{first_name",
            "Registered email for alerts": "ana@acme.example",
        },
    )
    assert set(refused) == {"Start date", "Duration in minutes", "Description"}
    assert refused["Start date"] == "The start is in the past. Choose a later date or time."
    assert "braces" in refused["Description"]


def test_a_list_that_cannot_be_used_says_why_and_keeps_what_was_typed(desk):
    ana = desk.ana
    assert desk.new_campaign(ana, people=BAD_LIST, Description="Bring a pen") == {}
    refused = ana.wait_for_modal("List not used")
    assert "Nothing was stored" in refused.plain()
    assert desk.campaigns.unfinished_uploads() == []
    ana.press("Try again")
    form = ana.wait_for_modal("New campaign")
    kept = {b["block_id"]: b["element"] for b in form.blocks}
    assert kept["title"]["initial_value"] == "Team Day"
    assert kept["description"]["initial_value"] == "Bring a pen"
    assert kept["start_time"]["initial_time"] == "10:30"
    assert kept["duration"]["initial_value"] == "60"
    ana.fill("Attendee list", ("people.csv", b"email,first_name\nzoe@mail.acme.com,Zoe\n"))
    assert ana.submit() == {}
    assert "1 attendee" in ana.wait_for_modal("Campaign ready").plain()


def test_a_merge_field_without_a_column_is_told_with_the_columns_there_are(desk):
    assert desk.new_campaign(desk.ana, Description="Hello {{frist_name}}") == {}
    refused = desk.ana.wait_for_modal("List not used").plain()
    assert "{{frist_name}}" in refused
    assert "{{first_name}}" in refused


def test_a_list_is_read_though_the_window_was_closed(desk):
    assert desk.new_campaign(desk.ana) == {}
    desk.ana.close()
    desk.importer.stop()
    desk.tell()
    assert "3 attendees on the list" in desk.ana.wait_for_message("The campaign is ready").plain()


def test_lists_left_unread_by_a_stopped_process_are_taken_up(desk):
    desk.importer.stop()
    assert desk.new_campaign(desk.ana) == {}
    assert len(desk.campaigns.unfinished_uploads()) == 1
    assert desk.renew_importer().start() == 1
    assert "3 attendees" in desk.ana.wait_for_modal("Campaign ready").plain()


def test_somebody_elses_campaign_has_no_button_and_names_its_owner(desk):
    desk.ready_campaign(desk.ana)
    seen = desk.list_of(desk.ben)
    assert seen.buttons == ["New campaign"]
    assert "<@U0ANA>" in seen.plain()
    assert "Send Invite" in desk.list_of(desk.kim).buttons  # an admin may


def test_a_press_that_needs_rights_is_refused_whoever_forges_it(desk):
    desk.ready_campaign(desk.ana)
    desk.ana.press("Send Calendar Invite")
    desk.ana.wait_for_modal("Send Calendar Invite")
    view = desk.ana.modal
    desk.workspace.state.stacks["U0BEN"].append(view)
    desk.ben.press("Send all at once")
    assert "Only the campaign's owner" in desk.ben.wait_for_modal("Not allowed").plain()
    assert desk.house.all_runs() == []


@pytest.mark.parametrize(
    ("per_batch", "gap", "labels"),
    [
        ("0", "60", {"Invites per Batch"}),
        ("20000", "60", {"Invites per Batch"}),
        ("2", "10081", {"Time Gap Between Batches (in minutes)"}),
        ("-1", "-1", {"Invites per Batch", "Time Gap Between Batches (in minutes)"}),
    ],
)
def test_wrong_numbers_are_told_in_our_words(desk, per_batch, gap, labels):
    desk.ready_campaign(desk.ana)
    desk.ana.press("Send Calendar Invite")
    desk.ana.wait_for_modal("Send Calendar Invite")
    desk.ana.press("Send Invite in Batches")
    desk.ana.wait_for_modal("Send in batches")
    desk.ana.fill("Invites per Batch", per_batch)
    desk.ana.fill("Time Gap Between Batches (in minutes)", gap)
    refused = desk.ana.submit()
    assert set(refused) == labels
    assert all("Enter" in words for words in refused.values())


def test_all_at_once_asks_only_where_to_tell(desk):
    desk.ready_campaign(desk.ana)
    desk.ana.press("Send Calendar Invite")
    desk.ana.wait_for_modal("Send Calendar Invite")
    desk.ana.press("Send all at once")
    check = desk.ana.wait_for_modal("Check and start")
    assert check.labels == ["Post progress in"]
    assert check.data["submit"]["text"] == "Start Sending"
    assert desk.ana.submit() == {}
    desk.ana.wait_for_modal("Sending has started")
    (run,) = desk.house.all_runs()
    assert (run.per_batch, run.channel) == (None, "C0EVENTS")


def test_a_run_can_be_told_in_direct_messages(desk):
    desk.ready_campaign(desk.ana)
    desk.ana.press("Send Calendar Invite")
    desk.ana.wait_for_modal("Send Calendar Invite")
    desk.ana.press("Send all at once")
    desk.ana.wait_for_modal("Check and start")
    desk.ana.fill("Post progress in", None)
    assert desk.ana.submit() == {}
    desk.tell()
    assert "0 of 3 sent" in desk.ana.wait_for_message("Team Day").plain()


def test_pressing_start_twice_is_one_run(desk):
    desk.ready_campaign(desk.ana)
    desk.ana.press("Send Calendar Invite")
    desk.ana.wait_for_modal("Send Calendar Invite")
    desk.ana.press("Send all at once")
    view = desk.ana.wait_for_modal("Check and start")
    payload = payloads.view_submission(desk.workspace.core, desk.ana.user, view)
    answers = [desk.workspace.line.send("interactive", payload) for _ in range(2)]
    assert answers[0] == answers[1]
    assert answers[0]["view"]["title"]["text"] == "Sending has started"
    assert len(desk.house.all_runs()) == 1


def test_submitting_a_form_twice_is_one_campaign(desk):
    view = desk.filled_form(desk.ana)
    payload = payloads.view_submission(desk.workspace.core, desk.ana.user, view)
    answers = [desk.workspace.line.send("interactive", payload) for _ in range(2)]
    assert answers[0] == answers[1]
    assert desk.ana.wait_for_modal("Campaign ready").buttons == ["Send Calendar Invite", "Campaign List"]
    desk.importer.stop()
    assert desk.campaigns.page(desk.actor(desk.ana)).total == 1


def test_a_campaign_whose_run_is_on_shows_its_progress(desk):
    start_sending(desk, desk.ana)
    view = open_campaign(desk, desk.ana)
    assert view.buttons == ["Pause", "Stop", "Edit event"]
    assert "0 of 3 sent" in view.plain()
    desk.ana.press("Pause")
    desk.workspace.wait_for(lambda: desk.ana.modal.buttons == ["Resume", "Stop", "Edit event"])
    desk.ana.press("Resume")
    desk.workspace.wait_for(lambda: desk.ana.modal.buttons == ["Pause", "Stop", "Edit event"])


def test_the_progress_message_is_posted_once_and_kept_up_to_date(desk):
    start_sending(desk, desk.ana)
    (message,) = desk.ana.read("events")
    assert message.buttons == ["Pause", "Stop"]
    assert "Batch 1 of 2" in message.plain()
    desk.house.carry_due()
    desk.tell()
    (again,) = desk.ana.read("events")
    assert (again.ts, again.edits > 0) == (message.ts, True)
    assert "2 of 3 sent · 1 left" in again.plain()
    assert "Batch 2 of 2 · next one at <!date^" in again.plain()
    desk.house.drain()
    desk.tell()
    (last,) = [m for m in desk.ana.read("events") if m.ts == message.ts]
    assert last.buttons == []
    assert "All 3 sent" in last.plain()
    assert "all batches have been processed" in last.thread[0].plain()


def test_a_run_is_paused_resumed_and_stopped_from_its_message(desk):
    start_sending(desk, desk.ana)
    desk.ana.close()
    desk.ana.press("Pause")
    desk.tell()
    (message,) = desk.ana.read("events")
    assert message.buttons == ["Resume", "Stop"]
    assert "Paused by <@U0ANA>" in message.plain()
    desk.kim.press("Resume")
    desk.tell()
    desk.kim.press("Stop")
    desk.tell()
    (message,) = desk.ana.read("events")
    assert message.buttons == []
    assert "Stopped by <@U0KIM>: 3 people were not sent to" in message.plain()


def test_a_late_press_gets_the_truth_in_private(desk):
    start_sending(desk, desk.ana)
    desk.ana.close()
    (message,) = desk.ana.read("events")
    desk.ana.press("Pause", where=message)
    desk.kim.press("Pause", where=message)
    assert desk.workspace.wait_for(lambda: whispers(desk, desk.kim)) == [
        "This run is already paused. <@U0ANA> did that. Nothing was changed."
    ]
    assert whispers(desk, desk.ana) == []


def test_a_colleague_is_told_no_in_private(desk):
    start_sending(desk, desk.ana)
    (message,) = desk.ben.read("events")
    desk.ben.press("Stop", where=message)
    (said,) = desk.workspace.wait_for(lambda: whispers(desk, desk.ben))
    assert said == (
        "Only the campaign's owner or a workspace admin can do that. Ask <@U0ANA> or a workspace admin."
    )
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
    (said,) = desk.workspace.wait_for(lambda: whispers(desk, desk.ana))
    assert said == "Trying 1 invite again. Progress is posted in <#C0EVENTS>."
    told = next(m for m in desk.workspace.messages if "The mailbox does not exist" in m.plain())
    desk.workspace.wait_for(lambda: "Retry these 1" not in told.buttons)
    assert [run.total for run in desk.house.all_runs()] == [3, 1]
    assert [file.name for file in desk.workspace.files if "not-sent" in file.name] == ["not-sent-run-1.csv"]


def test_the_unsure_are_left_or_sent_again_by_a_person(desk):
    desk.house.mailer.script = [Unsure("The reply was lost"), None, None]
    start_sending(desk, desk.ana, per_batch="3")
    desk.house.drain()
    desk.tell()
    desk.ana.close()
    desk.ana.press("Leave as sent")
    assert desk.workspace.wait_for(lambda: whispers(desk, desk.ana)) == ["1 invite is taken as sent."]
    told = next(m for m in desk.workspace.messages if "The reply was lost" in m.plain())
    desk.workspace.wait_for(lambda: told.buttons == [])


def test_a_changed_event_leads_to_an_update_in_batches(desk):
    start_sending(desk, desk.ana, per_batch="3")
    desk.house.drain()
    view = open_campaign(desk, desk.ana)
    assert view.buttons == ["Edit event"]
    assert "Everybody on this list has been invited." in view.plain()
    assert "To change the event, use Edit event." in view.plain()
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


def test_an_unchanged_event_is_not_a_new_version(desk):
    desk.ready_campaign(desk.ana)
    open_campaign(desk, desk.ana)
    desk.ana.press("Edit event")
    desk.ana.wait_for_modal("Edit event")
    assert desk.ana.submit() == {"Title": "Nothing was changed. Change a field, or close this form."}


def test_a_second_run_is_refused_with_the_truth(desk):
    desk.ready_campaign(desk.ana)
    desk.ana.press("Send Calendar Invite")
    desk.ana.wait_for_modal("Send Calendar Invite")
    (campaign,) = desk.campaigns.page(desk.actor(desk.ana)).items
    desk.house.start(campaign.campaign, actor=desk.actor(desk.ana))
    desk.ana.press("Send all at once")
    assert "A run of this campaign is already on." in desk.ana.wait_for_modal("Not possible now").plain()


def test_the_home_tab_shows_the_list_and_leads_on(desk):
    desk.ready_campaign(desk.ana)
    desk.ana.close()
    desk.ana.open_home()
    home = desk.workspace.wait_for(lambda: desk.ana.home)
    assert home.buttons == ["New campaign", "Send Invite"]
    desk.ana.press("Send Invite", where="home")
    assert "Team Day" in desk.ana.wait_for_modal("Send Invite").plain()


def test_long_lists_are_turned_page_by_page(desk):
    for number in range(45):
        desk.add_campaign(f"Event {number:02}")
    assert desk.list_of(desk.kim).buttons == ["New campaign", *["Send Invite"] * 20, "Older"]
    desk.kim.press("Older")
    desk.workspace.wait_for(lambda: "Newer" in desk.kim.modal.buttons)
    desk.kim.press("Older")
    desk.workspace.wait_for(lambda: "Older" not in desk.kim.modal.buttons)
    assert "41–45" in desk.kim.modal.plain()


def test_time_zones_are_found_by_city_and_by_offset(desk):
    desk.list_of(desk.ana)
    desk.ana.press("New campaign")
    desk.ana.wait_for_modal("New campaign")
    desk.ana.fill("Time zone", "new_york")
    held = desk.ana.modal.entered["zone"]["zone"]["selected_option"]["value"]
    assert held == "America/New_York"


def test_what_was_not_foreseen_is_told_with_a_number_and_no_traceback(desk, caplog):
    desk.campaigns._store = None
    desk.ana.type("/sendinvites")
    said = desk.workspace.wait_for(lambda: whispers(desk, desk.ana))[0]
    assert "a message tells you more" in desk.ana.wait_for_modal("Something went wrong").plain()
    assert "Something went wrong on our side" in said
    assert "NoneType" not in said
    number = said.rpartition(" ")[2]
    assert [record.error_id for record in caplog.records if record.exc_info] == [number]


def test_a_database_that_cannot_be_read_is_told_in_words(desk):
    with desk.house.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE campaign RENAME TO lost")
    desk.ana.type("/sendinvites")
    assert "Check the disk" in desk.ana.wait_for_modal("Not possible now").plain()


def test_a_submission_that_broke_says_so_in_its_window(desk):
    desk.ready_campaign(desk.ana)
    desk.ana.press("Send Calendar Invite")
    desk.ana.wait_for_modal("Send Calendar Invite")
    desk.ana.press("Send all at once")
    desk.ana.wait_for_modal("Check and start")
    desk.house.runs._store = None
    assert desk.ana.submit() == {}
    assert "tell your admin this number" in desk.ana.wait_for_modal("Something went wrong").plain()


def test_a_trigger_that_came_too_late_is_told_in_plain_words(desk):
    desk.workspace.fail_next("views.open", error="expired_trigger_id")
    desk.ana.type("/sendinvites")
    said = desk.workspace.wait_for(lambda: whispers(desk, desk.ana))[0]
    assert said == "That took too long for Slack to open a window. Please try once more."
