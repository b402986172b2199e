"""What comes before and after sending: another list, a test invite, an answer."""

from playwright.sync_api import expect

from tests.integration.scene import PATIENCE


def test_another_list_is_applied_after_its_difference_was_seen(desk):
    desk.sit_down()
    desk.press("Close", desk.new_campaign("New faces", 3))
    desk.page.get_by_role("link", name="sendinvites").click()
    ready = desk.message("New faces", "The campaign is ready.")
    expect(ready.get_by_role("button", name="Send Invite")).to_be_visible()
    desk.go_home()
    desk.press("Edit", desk.page.get_by_role("main"))
    desk.press("Attendee list", desk.modal("Edit campaign"))
    form = desk.modal("Attendee list")
    form.get_by_text("Replace the list").click()
    desk.choose_list(form, ["person001@people.example", "new@people.example"])
    desk.press("Check the changes", form)
    check = desk.modal("Check the changes")
    expect(check.get_by_text("1 added · 2 removed")).to_be_visible()
    expect(check).to_contain_text("Nothing has been changed yet.")
    desk.press("Apply changes", check)
    expect(desk.modal("List changed")).to_contain_text("2 people are on the list now")


def test_a_test_invite_arrives_and_is_answered_in_the_inbox(desk, scene):
    desk.sit_down()
    desk.press("Preview invite", desk.new_campaign("Tried first", 2))
    preview = desk.modal("Preview invite")
    expect(preview).to_contain_text("person001@people.example")
    desk.press("Send test invite to me", preview)
    desk.press("Send", desk.modal("Send test invite"))
    expect(desk.modal("Test sent")).to_contain_text("ana@acme.example")
    scene.post.wait_for_count(1, PATIENCE)
    assert set(scene.sent_to()) == {"ana@acme.example"}

    page = desk.page
    page.goto(f"{scene.workspace.url}inbox")
    page.get_by_role("link", name="Tried first").first.click()
    expect(page.get_by_text("You have not answered yet.")).to_be_visible()
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("You have not answered yet.")).to_have_count(0)
    page.get_by_role("link", name="Answers").click()
    expect(page.get_by_role("link", name="Tried first").first).to_contain_text("Accepted")
