"""What an organizer does with the mouse and the keyboard, from the command to the mails."""

from playwright.sync_api import expect

from tests.browser.desk import BATCHES, GAP
from tests.integration.scene import PATIENCE, REGISTERED


def test_a_campaign_goes_from_the_command_to_the_confirmation_mail(desk, scene):
    desk.sit_down()
    form = desk.batch_form(desk.new_campaign("Autumn webinar", 12))
    form.get_by_label(BATCHES).fill("5")
    form.get_by_label(GAP).fill("1")
    expect(form).to_contain_text("3 batches")
    desk.press("Preview", form)
    check = desk.modal("Check and start")
    expect(check).to_contain_text("12 invites")
    desk.press("Start Batch Sending", check)
    desk.press("Close", desk.modal("Sending has started"))

    expect(desk.message("Autumn webinar", "started by")).to_contain_text("All 12 sent")
    thread = desk.thread_of(desk.message("Autumn webinar", "started by"))
    expect(thread).to_contain_text("Batch 1 of 3 done")
    expect(thread).to_contain_text("all batches have been processed")

    scene.mail("processed", "Autumn webinar")
    desk.page.get_by_role("link", name="Inbox").click()
    expect(desk.page.get_by_text("person001@people.example").first).to_be_visible()
    assert len(scene.sent_to()) == 12
    assert scene.alerts.by_recipient(REGISTERED)


def test_a_number_that_cannot_be_is_refused_in_its_place(desk):
    desk.sit_down()
    form = desk.batch_form(desk.new_campaign("Wrong numbers", 3))
    form.get_by_label(BATCHES).fill("0")
    form.get_by_label(GAP).fill("1")
    desk.press("Preview", form)
    expect(form).to_contain_text("Enter a whole number from 1 to 10,000")
    expect(form.get_by_label(BATCHES)).to_have_value("0")


def test_a_run_is_paused_and_resumed_with_its_buttons(desk, scene):
    desk.sit_down()
    desk.start("Team day", 6, per_batch=2, gap=40)  # two seconds
    desk.press("Pause", desk.message("Team day", "started by"))
    paused = desk.message("Team day", "Paused by")
    done = len(scene.post)
    assert done < 6
    desk.press("Resume", paused)
    expect(desk.message("Team day", "started by")).to_contain_text("All 6 sent")
    assert set(scene.sent_to().values()) == {1}


def test_an_expired_token_pauses_tells_and_goes_on_after_renewal(desk, scene):
    desk.sit_down()
    scene.post.faults.slow_down(0.5)  # seconds before each reply: time to press a button
    desk.start("Expired", 8, per_batch=8, gap=1)
    scene.post.wait_for_count(1, PATIENCE)
    desk.turn("Expire the token")
    scene.post.faults.slow_down(0)
    paused = desk.message("Expired", "Paused: the mail account refused the login")
    scene.mail("renew", "Expired")
    desk.turn("Renew the token")
    desk.press("Resume", paused)
    expect(desk.message("Expired", "started by")).to_contain_text("All 8 sent")
    assert set(scene.sent_to().values()) == {1}


def test_failures_are_told_with_a_file_and_sent_again_on_a_press(desk, scene):
    scene.post.faults.refuse_recipients("person002", 550, "5.7.1 Not today", times=1)
    desk.sit_down()
    desk.start("Partners", 3, per_batch=3, gap=0)
    thread = desk.thread_of(desk.message("Partners", "started by"))
    expect(thread).to_contain_text("1 invite failed")
    expect(thread.get_by_role("link", name="Download not-sent-run")).to_be_visible()
    desk.press("Retry these 1", thread)
    scene.post.wait_for_count(3, PATIENCE)
    assert set(scene.sent_to()) == {f"person00{n}@people.example" for n in (1, 2, 3)}


def test_a_colleague_is_told_no_in_private(desk, scene):
    desk.sit_down()
    desk.start("Mine", 6, per_batch=2, gap=10_000)
    desk.sit_down("ben")
    desk.press("Pause", desk.message("Mine", "started by"))
    expect(desk.message("Only visible to you")).to_contain_text("Ask")
    desk.sit_down("ana")
    expect(desk.page.locator("#room")).not_to_contain_text("Only visible to you")
    desk.press("Stop", desk.message("Mine", "started by"))
    desk.agree("Stop sending")
    expect(desk.message("Mine", "started by")).to_contain_text("Stopped by")
