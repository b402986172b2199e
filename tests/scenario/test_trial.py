"""An organizer looks at the invite, and gets one, before anybody else does."""

from tests.scenario.editing import entries, open_hub


def test_the_preview_turns_from_attendee_to_attendee(bot):
    bot.campaign(bot.ana, 3, greeting=None)
    open_hub(bot.ana)
    bot.ana.press("Preview invite")
    first = bot.ana.wait_for_modal("Preview invite")
    assert "For Person 001 <person001@mail.acme.com> (1 of 3)" in first.plain()
    assert "Hello Person," in first.plain()
    assert "Room 1" in first.plain()
    assert "Previous" not in first.buttons
    bot.ana.press("Next")
    bot.workspace.wait_for(lambda: "(2 of 3)" in bot.ana.modal.plain())
    bot.ana.press("Next")
    bot.workspace.wait_for(lambda: "(3 of 3)" in bot.ana.modal.plain())
    assert "Next" not in bot.ana.modal.buttons
    bot.ana.press("Previous")
    bot.workspace.wait_for(lambda: "(2 of 3)" in bot.ana.modal.plain())


def test_a_test_invite_arrives_with_a_uid_of_its_own(bot):
    bot.campaign(bot.ana, 2)
    open_hub(bot.ana)
    bot.ana.press("Send test invite to me")
    form = bot.ana.wait_for_modal("Send test invite")
    assert entries(form)["address"]["initial_value"] == "ana@acme.example"
    bot.ana.fill("Send to", "person001@mail.acme.com")
    assert bot.ana.submit() == {}
    assert "Sent to person001@mail.acme.com" in bot.ana.wait_for_modal("Test sent", timeout=20.0).plain()
    (test,) = bot.post.messages
    assert list(test.recipients) == ["person001@mail.acme.com"]
    bot.ana.close()
    send_all(bot, 2)
    invites = bot.post.by_recipient("person001@mail.acme.com")
    assert len(invites) == 2
    uids = {line for mail in invites for line in mail.calendar.splitlines() if line.startswith(b"UID:")}
    assert len(uids) == 2
    assert all(b"METHOD:REQUEST" in mail.calendar for mail in invites)


def send_all(bot, count):
    bot.ana.type("/sendinvites")
    bot.ana.wait_for_modal("Campaign List")
    bot.ana.press("Send Invite", near="Team Day")
    bot.ana.wait_for_modal("Send Invite")
    bot.ana.press("Send Calendar Invite")
    bot.ana.wait_for_modal("Send Calendar Invite")
    bot.ana.press("Send all at once")
    bot.ana.wait_for_modal("Check and start")
    assert bot.ana.submit() == {}
    bot.message(f"All {count} sent")


def test_a_refused_login_is_told_in_words(bot):
    bot.campaign(bot.ana, 2)
    bot.post.faults.expire_token()  # also on the line that the look at the start has left open
    open_hub(bot.ana)
    bot.ana.press("Send test invite to me")
    bot.ana.wait_for_modal("Send test invite")
    bot.ana.fill("Send to", "ana@mail.acme.com")
    assert bot.ana.submit() == {}
    said = bot.ana.wait_for_modal("Test not sent", timeout=20.0).plain()
    assert "the mail account refused the login" in said
    assert bot.post.messages == []


def test_whoever_closes_the_window_is_told_in_a_message(bot):
    bot.campaign(bot.ana, 2)
    open_hub(bot.ana)
    bot.ana.press("Send test invite to me")
    bot.ana.wait_for_modal("Send test invite")
    bot.ana.fill("Send to", "ana@mail.acme.com")
    assert bot.ana.submit() == {}
    bot.ana.close()
    said = bot.ana.wait_for_message("Your test invite", timeout=20.0)
    assert "Sent to ana@mail.acme.com" in said.plain()


def test_the_organizers_own_address_comes_with_a_warning(bot):
    bot.campaign(bot.ana, 2)
    open_hub(bot.ana)
    bot.ana.press("Send test invite to me")
    form = bot.ana.wait_for_modal("Send test invite")
    assert "Not events@acme.example" in form.plain()


def test_an_address_that_is_none_is_refused_in_its_field(bot):
    bot.campaign(bot.ana, 2)
    open_hub(bot.ana)
    bot.ana.press("Send test invite to me")
    bot.ana.wait_for_modal("Send test invite")
    bot.ana.fill("Send to", "ana@acme..example")
    assert set(bot.ana.submit()) == {"Send to"}
