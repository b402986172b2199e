"""The main job over SLACK_TRANSPORT=socket: the bot calls Slack, and nobody calls the bot."""

import socket

import pytest

from tests.integration.scene import PATIENCE, connected, everybody


@pytest.fixture(scope="module")
def scene():
    with connected() as scene:
        yield scene
        assert scene.workspace.dispatch_failures == []


def test_a_list_is_sent_in_batches_and_the_end_is_told(scene):
    scene.send("By socket", 7, per_batch=3, gap=1)
    assert "all batches have been processed" in scene.told("By socket", "all batches").plain()
    assert scene.sent_to() == dict.fromkeys(everybody(7), 1)
    assert scene.mail("processed", "By socket")


def test_buttons_work(scene):
    scene.send("Buttons by socket", 4, per_batch=2, gap=10_000)
    progress = scene.told("Buttons by socket", "Batch 1 of 2 done")
    scene.ana.press("Pause", where=progress)
    scene.shows(progress, "Resume")
    scene.ana.press("Stop", where=progress)
    scene.shows(progress, "2 people were not invited")


def test_no_port_is_opened(scene):
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(scene.stage.settings["HTTP_PORT"]))) != 0


def test_a_connection_that_slack_renews_is_taken_up_again(scene):
    """Slack closes every connection after some hours; it says so before."""
    before = len(scene.workspace.calls_of("apps.connections.open"))
    scene.workspace.refresh_sockets()
    scene.workspace.wait_for(
        lambda: (
            len(scene.workspace.calls_of("apps.connections.open")) > before
            and scene.workspace.is_socket_connected
        ),
        PATIENCE,
    )
    scene.ana.open_home()
    scene.workspace.wait_for(lambda: scene.ana.home, PATIENCE)
    scene.send("Renewed", 2, per_batch=2)
    scene.told("Renewed", "All 2 sent")


def test_sigterm_ends_it(scene):
    scene.stage.stop_bot()
    assert "Traceback" not in scene.stage.log.read_text()
    assert "bot_stopped" in scene.stage.log.read_text()
