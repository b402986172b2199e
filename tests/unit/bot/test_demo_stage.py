"""The stage ends its bot and starts it again, as the page's buttons ask, one at a time."""

import json
import sys
import threading
import urllib.request

import pytest

from bot.demo_stage import Stage

# stands in for the bot: it answers at its port, and says by its exit how it was ended
_BOT = """
import os, signal, socket, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
if os.path.exists(os.environ["TROUBLE"]):
    sys.exit("A setting is wrong.")
door = socket.create_server(("127.0.0.1", int(os.environ["HTTP_PORT"])))
while True:
    door.accept()[0].close()
"""
PATIENCE = 20.0


@pytest.fixture
def stage(tmp_path):
    with Stage(minute_lasts=1, bot_command=(sys.executable, "-c", _BOT)) as made:
        yield made.start_bot(TROUBLE=str(tmp_path / "trouble"))


def press(stage, deed):
    asked = urllib.request.Request(
        f"{stage.workspace.url}break",
        json.dumps({"deed": deed}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
        return json.load(answer)["said"]


@pytest.mark.parametrize(("deed", "ended_by"), [("restart_bot", 0), ("kill_bot", -9)])
def test_the_bot_is_ended_and_started_again_with_its_settings(stage, deed, ended_by):
    before = stage._bot
    assert press(stage, deed) == "The bot is back."
    assert before.returncode == ended_by
    assert stage.has_bot()
    assert stage.bot_pid != before.pid


def test_a_bot_that_cannot_start_says_why_on_the_page(stage, tmp_path):
    (tmp_path / "trouble").touch()
    said = press(stage, "restart_bot")
    assert said.startswith("The bot did not come back. The bot did not start.")
    assert "A setting is wrong." in said


def test_a_restart_does_not_outlive_the_stage(stage):
    """Ctrl+C while the bot is being started again must leave no bot behind."""
    with stage._turn:
        ending = threading.Thread(target=stage._end)
        ending.start()
    ending.join(PATIENCE)
    assert stage.restart_bot() == "The demo is ending."
    assert not stage.has_bot()


def test_the_organizers_answers_and_the_alerts_are_folders_of_one_inbox(stage):
    with urllib.request.urlopen(f"{stage.workspace.url}inbox", timeout=PATIENCE) as answer:
        page = answer.read().decode()
    for folder in ("Attendees", "Answers", "Alerts"):
        assert f"<span>{folder}</span>" in page
