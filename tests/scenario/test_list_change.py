"""People are added to, and taken off, the list of a campaign that exists: nothing without a look first."""

import pytest

from playground.script import prepare_batches, start_batch_sending
from tests.scenario.editing import change_list, open_hub, rows


def everybody(*numbers):
    return [f"person{n:03}@mail.acme.com" for n in numbers]


def sent_to_all(bot, count):
    bot.campaign(bot.ana, count)
    prepare_batches(bot.workspace, bot.ana, per_batch=str(count), gap="0")
    start_batch_sending(bot.workspace, bot.ana)
    bot.message(f"All {count} sent")


def test_added_people_are_shown_applied_and_offered_to_be_invited(bot):
    sent_to_all(bot, 3)
    open_hub(bot.ana)
    changes = change_list(bot.ana, "Add these people", [*rows(3, 4), "nobody at home,Nobody"])
    said = changes.plain()
    assert "1 added · 0 changed · 1 unchanged" in said
    assert "Person 004, person004@mail.acme.com" in said
    assert "not invited until the next run" in said
    assert "Cannot be used: 1 entry" in said
    assert "Line 4" in said
    bot.ana.press("Apply changes")
    done = bot.ana.wait_for_modal("List changed")
    assert "4 people are on the list now" in done.plain()
    assert "1 person has not been invited yet" in done.plain()
    prepare_batches(bot.workspace, bot.ana, per_batch="5", gap="0")
    start_batch_sending(bot.workspace, bot.ana)
    bot.message("1 of 1 sent")
    assert bot.recipients() == everybody(1, 2, 3, 4)


def test_a_replaced_list_says_who_keeps_an_entry_in_the_calendar(bot):
    sent_to_all(bot, 3)
    open_hub(bot.ana)
    changed = "person002@mail.acme.com,Renamed Person"
    said = change_list(bot.ana, "Replace the list", [changed, *rows(3, 4, 5)]).plain()
    assert "2 added · 1 removed · 1 changed · 1 unchanged" in said
    assert "1 of them holds an invite: it stays in their calendar until the next Update" in said
    assert "name: “Person 002” → “Renamed Person”" in said
    bot.ana.press("Apply changes")
    assert "2 people have not been invited yet" in bot.ana.wait_for_modal("List changed").plain()


@pytest.mark.parametrize("name", ["my list.csv", "gäste, März.csv", "100%.csv"])
def test_a_list_may_be_called_as_people_call_their_files(bot, name):
    bot.campaign(bot.ana, 3)
    open_hub(bot.ana)
    changes = change_list(bot.ana, "Add these people", rows(7), name=name)
    assert "1 added" in changes.plain()


def test_a_discarded_list_changes_nothing(bot):
    bot.campaign(bot.ana, 3)
    open_hub(bot.ana)
    change_list(bot.ana, "Replace the list", rows(9))
    bot.ana.press("Discard")
    assert "3 attendees" in bot.ana.wait_for_modal("List discarded").plain()
    assert "3 people on the list" in open_hub(bot.ana).plain()


def test_whoever_closed_the_window_finds_the_changes_in_a_message(bot):
    bot.campaign(bot.ana, 3)
    open_hub(bot.ana)
    change_list(bot.ana, "Add these people", rows(7))
    bot.ana.close()
    told = bot.ana.wait_for_message("Your list was read", timeout=20.0)
    assert "Nothing has been changed yet" in told.plain()
    bot.ana.press("Review changes", where=told)
    bot.ana.wait_for_modal("Check the changes")
    bot.ana.press("Apply changes")
    assert "4 people" in bot.ana.wait_for_modal("List changed").plain()


def test_whoever_presses_second_gets_the_truth(bot):
    bot.campaign(bot.ana, 3)
    open_hub(bot.ana)
    change_list(bot.ana, "Add these people", rows(7))
    told = bot.ana.wait_for_message("Your list was read", timeout=20.0)
    bot.ana.press("Apply changes")
    bot.ana.wait_for_modal("List changed")
    bot.ana.close()
    bot.ana.press("Review changes", where=told)
    late = bot.ana.wait_for_modal("Not possible now")
    assert "applied these changes already" in late.plain()
    assert "4 people on the list" in open_hub(bot.ana).plain()


def test_two_who_look_at_the_same_changes_apply_them_once(bot):
    bot.campaign(bot.ana, 3)
    open_hub(bot.ana)
    change_list(bot.ana, "Add these people", rows(7))
    told = bot.ana.wait_for_message("Your list was read", timeout=20.0)
    bot.kim.press("Review changes", where=told)
    bot.kim.wait_for_modal("Check the changes")
    bot.kim.press("Apply changes")
    bot.kim.wait_for_modal("List changed")
    bot.ana.press("Apply changes")
    assert "applied these changes already" in bot.ana.wait_for_modal("Not possible now").plain()


def test_a_colleague_is_told_whom_to_ask_and_sees_nobodys_address(bot):
    bot.campaign(bot.ana, 3)
    open_hub(bot.ana)
    change_list(bot.ana, "Add these people", rows(7))
    told = bot.ana.wait_for_message("Your list was read", timeout=20.0)
    bot.ben.press("Review changes", where=told)
    said = bot.ben.wait_for_modal("Not allowed").plain()
    assert "or a workspace admin" in said
    assert "person007" not in said


def test_a_list_that_cannot_be_used_leads_back_to_the_same_choice(bot):
    bot.campaign(bot.ana, 3)
    open_hub(bot.ana)
    bot.ana.press("Attendee list")
    bot.ana.wait_for_modal("Attendee list")
    bot.ana.fill("What to do", "Replace the list")
    bot.ana.fill("Attendee list", ("people.csv", b"name,phone\nAna,1\n"))
    assert bot.ana.submit() == {}
    assert "The campaign's list is as it was" in bot.ana.wait_for_modal("List not used").plain()
    bot.ana.press("Try again")
    form = bot.ana.wait_for_modal("Attendee list")
    purpose = next(block["element"] for block in form.blocks if block.get("block_id") == "purpose")
    assert purpose["initial_option"]["value"] == "replace"


def test_a_list_that_changes_nothing_offers_nothing_to_apply(bot):
    bot.campaign(bot.ana, 3)
    open_hub(bot.ana)
    changes = change_list(bot.ana, "Add these people", rows(1, 2))
    assert "changes nothing" in changes.plain()
    assert changes.buttons == ["Discard"]
