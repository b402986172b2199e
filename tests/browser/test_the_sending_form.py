"""The two numbers: what the form says while they are typed, and changing them while a run is on."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.desk import BATCHES, GAP
from tests.integration.scene import Scene, served


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    """An account that may send 10 in 24 hours; a minute is a minute, so that the forecast is about days."""
    with served(minute_lasts=60, SMTP_PER_DAY="10") as made:
        yield made


def test_the_forecast_lives_while_the_numbers_are_typed_and_its_suggestion_is_taken_up(desk):
    desk.sit_down()
    form = desk.batch_form(desk.new_campaign("Small account", 15))
    expect(form).to_contain_text("Enter both numbers")
    offered = form.get_by_label("Post progress in").locator("option").all_inner_texts()
    assert offered[1:] == ["#events", "#general"]  # the bot asks for rooms, not for people
    form.get_by_label(BATCHES).press_sequentially("8")
    form.get_by_label(GAP).press_sequentially("30")
    expect(form).to_contain_text("2 batches of 8, the last one of 7, 30 minutes apart")
    expect(form).to_contain_text("invite 11 of the 10 in 24 hours")
    form.get_by_role("button", name="Use ").click()
    expect(form).to_contain_text("Fits this account's limits")
    expect(form.get_by_label(BATCHES)).not_to_have_value("")
    expect(form.get_by_label(GAP)).not_to_have_value("30")
    form.get_by_label(GAP).fill("soon")
    expect(form).to_contain_text("Time Gap: Enter whole minutes from 0 to 10,080")


def test_what_was_typed_before_a_press_is_told_before_it(desk):
    """The suggestion must not be overtaken by a number that was typed before it was taken up."""
    desk.sit_down()
    form = desk.batch_form(desk.new_campaign("Quick hands", 15))
    form.get_by_label(BATCHES).press_sequentially("8")
    form.get_by_label(GAP).press_sequentially("30")
    expect(form).to_contain_text("30 minutes apart")  # what was typed so far is told, and not only its "3"
    told: list[str] = []
    desk.page.on(
        "request", lambda one: told.append(one.post_data or "") if one.url.endswith("/act") else None
    )
    with desk.page.expect_request(lambda one: "use_pace" in (one.post_data or "")):
        form.evaluate(
            """form => {
                const gap = [...form.querySelectorAll("input")].find((one) => one.value === "30");
                gap.value = "31";
                gap.dispatchEvent(new Event("input", { bubbles: true }));
                [...form.querySelectorAll("button")].find((one) => one.innerText.startsWith("Use ")).click();
            }"""
        )
    expect(form).to_contain_text("Fits this account's limits")
    assert ["gap_minutes" in one.partition('name="action"')[2] for one in told] == [True, False]


def test_the_pace_of_a_run_that_is_on_is_changed_without_stopping_it(desk):
    desk.sit_down()
    desk.start("Slow start", 6, per_batch=2, gap=600)
    desk.press("Change pace", desk.message("Slow start", "Batch 1 of 3 done"))
    form = desk.modal("Change pace")
    expect(form.get_by_label(BATCHES)).to_have_value("2")
    form.get_by_label(BATCHES).fill("many")
    desk.press("Change pace", form)
    expect(form).to_contain_text("Please enter a number.")
    form.get_by_label(BATCHES).fill("4")
    form.get_by_label(GAP).fill("5")
    expect(form).to_contain_text("4 invites in one batch")
    desk.press("Change pace", form)
    desk.press("Close", desk.modal("Pace changed"))
    thread = desk.thread_of(desk.message("Slow start", "4 every 5 minutes"))
    expect(thread).to_contain_text("changed the pace from 2 every 600 minutes to 4 every 5 minutes")
