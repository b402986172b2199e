"""The same workspace from the Home tab, by the keyboard alone, and on a phone's width."""

from playwright.sync_api import expect

from tests.browser.desk import BATCHES, GAP

PHONE = {"width": 390, "height": 844}


def test_a_campaign_is_found_and_paused_on_the_home_tab(desk, scene):
    desk.sit_down()
    for title in ("Alpha", "Beta", "Gamma", "Delta", "Epsilon"):
        scene.make(title, 1)
        scene.ana.close()
    desk.start("Needle", 4, per_batch=2, gap=10_000)
    home = desk.go_home()
    search = home.get_by_label("Search campaigns")
    search.fill("need")
    search.press("Enter")
    expect(home.get_by_role("heading", name="Needle")).to_be_visible()
    expect(home.get_by_role("heading", name="Alpha")).to_have_count(0)
    desk.press("Pause", home)
    expect(home).to_contain_text("Paused: by hand")
    expect(home.get_by_role("button", name="Resume")).to_be_visible()
    search.fill("no such")
    search.press("Enter")
    expect(home).to_contain_text("Nothing found for “no such”.")


def test_the_main_job_is_done_with_the_keyboard_alone(desk):
    desk.sit_down()
    keys, page = desk.page.keyboard, desk.page
    desk.press("Close", desk.new_campaign("By hand", 4))
    desk.tab_to(page.get_by_role("combobox", name="Message"))
    keys.type("/sendinvites status By hand")
    keys.press("Enter")
    answer = desk.message("Only visible to you", "By hand")
    within = answer
    for button, title in (
        ("Send Invite", "Send Invite"),
        ("Send Calendar Invite", "Send Calendar Invite"),
        ("Send Invite in Batches", "Send in batches"),
    ):
        desk.tab_to(within.get_by_role("button", name=button))
        keys.press("Enter")
        within = desk.modal(title)
    form = within
    desk.tab_to(form.get_by_label(BATCHES))
    keys.type("2")
    desk.tab_to(form.get_by_label(GAP))
    keys.type("1")
    keys.press("Enter")
    check = desk.modal("Check and start")
    desk.tab_to(check.get_by_role("button", name="Start Batch Sending"))
    keys.press("Enter")
    desk.modal("Sending has started")
    keys.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(desk.message("By hand", "started by")).to_contain_text("All 4 sent")


def test_nothing_has_to_be_scrolled_sideways_on_a_phone(desk):
    desk.page.set_viewport_size(PHONE)
    desk.sit_down()
    form = desk.batch_form(desk.new_campaign("On the way", 3))
    desk.fits()
    form.get_by_label(BATCHES).fill("3")
    form.get_by_label(GAP).fill("0")
    desk.press("Preview", form)
    desk.press("Start Batch Sending", desk.modal("Check and start"))
    desk.press("Close", desk.modal("Sending has started"))
    told = desk.message("On the way", "started by")
    expect(told).to_contain_text("All 3 sent")
    desk.thread_of(told)
    desk.fits()
    desk.sit_down(channel="home")
    desk.fits()
    desk.page.goto(f"{desk.scene.workspace.url}inbox")
    desk.page.get_by_role("link", name="On the way").first.click()
    expect(desk.page.get_by_role("button", name="Accept")).to_be_visible()
    desk.fits()
