"""The product's own page, step by step: a person in Slack, the bot as it is served, invites in a mailbox."""

from playground.script import prepare_batches, start_batch_sending


def send(bot, count, *, per_batch, gap, title="Team Day"):
    bot.campaign(bot.ana, count, title=title)
    said = prepare_batches(bot.workspace, bot.ana, per_batch=per_batch, gap=gap)
    start_batch_sending(bot.workspace, bot.ana)
    return said


def shared(bot, name):
    """A file that stands in a channel or in a thread; None if it is not there yet."""
    return next((one for one in bot.workspace.files if one.name == name and one.shared_in), None)


def everybody(count):
    return [f"person{n:03}@mail.acme.com" for n in range(1, count + 1)]


def test_everybody_is_invited_once_and_the_end_is_told_in_slack_and_by_mail(bot):
    said = send(bot, 23, per_batch="10", gap="5")
    assert "23 invites* in *3 batches* of 10, the last one of 3, 5 minutes apart" in said
    bot.message("All 23 sent")
    assert bot.recipients() == everybody(23)
    assert "all batches have been processed" in bot.message("all batches").plain()
    mails = bot.alerts.wait_for(lambda: bot.alerts.by_recipient("ana@acme.example"), 10.0)
    assert any("Team Day" in mail.subject for mail in mails)
    picture = bot.workspace.wait_for(lambda: shared(bot, "report-run-1.png"), 20.0)
    assert picture.content.startswith(b"\x89PNG")
    assert "23" in picture.alt_text


def test_the_progress_message_ends_with_its_report_and_was_posted_once(bot):
    send(bot, 6, per_batch="3", gap="5")
    last = bot.message("All 6 sent")
    bot.workspace.wait_for(lambda: last.buttons == ["Report"] and "█" in last.plain(), 20.0)
    posted = [call for call in bot.workspace.calls_of("chat.postMessage") if not call.args.get("thread_ts")]
    assert len(posted) == 2  # the list was read, told in direct messages; and the one of the run


def test_paused_means_nothing_goes_and_resumed_means_the_rest_goes(bot):
    send(bot, 8, per_batch="4", gap="10000")
    bot.message("4 of 8 sent")
    message = bot.workspace.wait_for(
        lambda: next((m for m in bot.workspace.messages if "Pause" in m.buttons), None)
    )
    bot.ana.close()
    bot.ana.press("Pause", where=message)
    bot.workspace.wait_for(lambda: "Resume" in message.buttons, 20.0)
    assert bot.recipients() == everybody(4)
    bot.kim.press("Resume", where=message)
    bot.workspace.wait_for(lambda: "Pause" in message.buttons, 20.0)
    bot.kim.press("Stop", where=message)
    bot.message("4 people were not invited")
    assert bot.recipients() == everybody(4)


def test_a_restart_between_batches_loses_and_repeats_nobody(bot):
    send(bot, 9, per_batch="3", gap="25")
    bot.post.wait_for_count(3, 20.0)
    bot.stop()
    bot.start()
    bot.message("All 9 sent", timeout=30.0)
    assert bot.recipients() == everybody(9)


def test_who_failed_is_told_by_cause_and_can_be_retried(bot):
    bot.post.faults.refuse_recipients("person002", code=550, text="5.1.1 No such user", times=1)
    send(bot, 4, per_batch="4", gap="0")
    told = bot.message("Retry these 1")
    file = bot.workspace.wait_for(lambda: shared(bot, "not-sent-run-1.csv"), 20.0)
    assert b"person002@mail.acme.com" in file.content
    bot.ana.close()
    bot.ana.press("Retry these 1", where=told)
    bot.message("1 of 1 sent")
    assert bot.recipients() == everybody(4)


def test_an_account_that_refuses_the_login_pauses_alerts_and_goes_on_when_resumed(bot):
    bot.campaign(bot.ana, 5)
    prepare_batches(bot.workspace, bot.ana, per_batch="5", gap="0")
    bot.post.faults.refuse_logins(times=None)
    start_batch_sending(bot.workspace, bot.ana)
    paused = bot.message("the mail account refused the login")
    direct = bot.ana.wait_for_message("no longer lets sendinvites in", timeout=20.0)
    assert direct.buttons == ["Resume"]
    bot.alerts.wait_for(lambda: bot.alerts.by_recipient("ana@acme.example"), 10.0)
    bot.post.clear_faults()
    bot.ana.close()
    bot.ana.press("Resume", where=direct)
    bot.message("All 5 sent")
    assert bot.recipients() == everybody(5)
    assert paused is not None


def test_a_changed_event_is_updated_in_batches_for_those_who_hold_the_old_one(bot):
    send(bot, 4, per_batch="4", gap="0")
    bot.message("All 4 sent")
    bot.ana.close()
    bot.ana.type("/sendinvites")
    bot.ana.wait_for_modal("Campaign List")
    bot.ana.press("Send Invite", near="Team Day")
    bot.ana.wait_for_modal("Send Invite")
    bot.ana.press("Edit campaign")
    bot.ana.wait_for_modal("Edit campaign")
    bot.ana.press("Edit event")
    bot.ana.wait_for_modal("Edit event")
    bot.ana.fill("Place or link", "Room 2")
    assert bot.ana.submit() == {}
    bot.ana.wait_for_modal("Event saved")
    bot.ana.press("Update Calendar Invites")
    bot.ana.wait_for_modal("Update Calendar Invites")
    bot.ana.press("Update in Batches")
    bot.ana.wait_for_modal("Update in batches")
    bot.ana.fill("Invites per Batch", "2")
    bot.ana.fill("Time Gap Between Batches (in minutes)", "1")
    assert bot.ana.submit() == {}
    bot.ana.wait_for_modal("Check and start")
    start_batch_sending(bot.workspace, bot.ana)
    bot.message("All 4 updated")
    assert bot.recipients() == sorted(everybody(4) * 2)
    assert b"SEQUENCE:1" in bot.post.messages[-1].calendar
