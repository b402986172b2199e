"""The whole bot reads the mailbox that answers go to, and tells what is in it."""

from datetime import UTC, datetime

import pytest

from bot.settings import Settings
from playground.imap_server import ImapServer
from playground.reply import Program, reply_to
from playground.script import prepare_batches, start_batch_sending
from tests.fakes.whole_bot import SENDER, WholeBot

PATIENCE = 40.0


@pytest.fixture
def bot(tmp_path):
    made = WholeBot(tmp_path)
    with ImapServer(made.post) as imap:
        url = f"imap://events%40acme.example:pw-of-events@127.0.0.1:{imap.port}"
        usual = made.settings.model_dump()
        made.settings = Settings(_env_file=None, **usual | {"imap_url": url})
        made.start()
        yield made
        made.close()
    assert made.workspace.dispatch_failures == []


def answer(bot, number, partstat, program):
    """As an attendee does, in their own mail program."""
    address = f"person{number:03}@mail.acme.com"
    (invite,) = bot.post.by_recipient(address)
    letter = reply_to(invite, partstat, "", datetime.now(UTC), program)
    bot.post.deliver(address, [SENDER], letter.as_bytes())


def test_answers_are_told_in_the_message_and_decide_who_is_reminded(bot):
    bot.campaign(bot.ana, 4)
    prepare_batches(bot.workspace, bot.ana, per_batch="4", gap="0")
    start_batch_sending(bot.workspace, bot.ana)
    bot.message("All 4 sent")
    answer(bot, 1, "ACCEPTED", Program.GMAIL)
    answer(bot, 2, "DECLINED", Program.OUTLOOK)
    message = bot.message("Answers: 1 yes · 1 no · 2 no answer", timeout=PATIENCE)
    bot.ana.close()
    bot.ana.press("Report", where=message)
    bot.ana.wait_for_modal("Report")
    bot.ana.press("Remind those who haven't answered (2)")
    bot.ana.wait_for_modal("Remind")
    bot.ana.press("Remind all at once")
    bot.ana.wait_for_modal("Check and start")
    assert bot.ana.submit() == {}
    bot.message("All 2 reminded", timeout=PATIENCE)
    mails = [len(bot.post.by_recipient(f"person{number:03}@mail.acme.com")) for number in range(1, 5)]
    assert mails == [1, 1, 2, 2]
