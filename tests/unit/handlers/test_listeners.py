"""What a person meets on the way from /sendinvites to a run, through signed requests over HTTP."""

import pytest

from campaigns.ports import ListQuery
from playground import payloads
from tests.fakes.slack_desk import open_campaign, start_batches, whispers

BAD_LIST = b"name,phone\nAna,1\nBea,2\n"


def test_an_empty_list_teaches_how_to_begin(desk):
    view = desk.list_of(desk.ana)
    assert "No campaigns yet" in view.plain()
    assert view.buttons == ["New campaign", "Email services", "Never invite", "Archived"]


def test_the_form_starts_with_what_the_profile_says(desk):
    desk.list_of(desk.ana)
    desk.ana.press("New campaign")
    view = desk.ana.wait_for_modal("New campaign")
    elements = {block["block_id"]: block["element"] for block in view.blocks if block["type"] == "input"}
    assert elements["zone"]["initial_option"]["value"] == "Europe/Madrid"
    assert elements["organizer"]["initial_value"] == "Ana Souza"
    assert elements["alert_address"]["initial_value"] == "ana@acme.example"
    assert elements["greeting"]["initial_value"] == "Hello {{first_name|there}},"
    assert elements["account"]["initial_option"]["text"]["text"] == "out@example.org"
    assert elements["mail_progress"]["initial_option"]["text"]["text"] == "Once a day"


def test_the_steps_of_the_manual_lead_from_a_list_to_a_started_run(desk):
    ready = desk.ready_campaign(desk.ana)
    assert "3 attendees" in ready.plain()
    assert ready.buttons == ["Send Calendar Invite", "Preview invite", "Campaign List"]
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
    kept = {b["block_id"]: b["element"] for b in form.blocks if b["type"] == "input"}
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
    assert seen.buttons == ["New campaign", "Email services", "Never invite", "Archived"]
    assert "<@U0ANA>" in seen.plain()
    assert "Send Invite" in desk.list_of(desk.kim).buttons  # an admin may


def test_a_press_that_needs_rights_is_refused_whoever_forges_it(desk):
    desk.ready_campaign(desk.ana)
    desk.ana.press("Send Calendar Invite")
    desk.ana.wait_for_modal("Send Calendar Invite")
    view = desk.ana.modal
    desk.workspace.state.stacks["U0BEN"].append(view)
    desk.ben.press("Send all at once")
    assert "You may not do that" in desk.ben.wait_for_modal("Not allowed").plain()
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
    assert "Send Calendar Invite" in desk.ana.wait_for_modal("Campaign ready").buttons
    desk.importer.stop()
    assert desk.campaigns.page(desk.actor(desk.ana), ListQuery()).total == 1


def test_an_unchanged_event_is_not_a_new_version(desk):
    desk.ready_campaign(desk.ana)
    open_campaign(desk, desk.ana)
    desk.ana.press("Edit campaign")
    desk.ana.wait_for_modal("Edit campaign")
    desk.ana.press("Edit event")
    desk.ana.wait_for_modal("Edit event")
    assert desk.ana.submit() == {"Title": "Nothing was changed. Change a field, or close this form."}


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
    assert "Something went wrong on our side" in said
    assert "NoneType" not in said
    number = said.rpartition(" ")[2]
    assert f"tell your admin this number: {number}" in desk.ana.wait_for_modal("Something went wrong").plain()
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
