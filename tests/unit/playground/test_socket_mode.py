"""Socket Mode, with slack_sdk's own client at the other end."""

import queue
import threading

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from playground import DispatchFailed, Workspace
from tests.unit.playground.tiny_bot import field, modal


@pytest.fixture
def app(ws):
    app = App(client=WebClient("xoxb-playground", base_url=ws.base_url), token_verification_enabled=False)
    handler = SocketModeHandler(app, "xapp-playground", web_client=app.client)
    handler.connect()
    ws.wait_for(lambda: ws.is_socket_connected)
    yield app
    handler.close()
    ws.wait_for(lambda: not ws.is_socket_connected)
    app.listener_runner.listener_executor.shutdown()


def test_commands_submissions_and_events_make_the_round_trip(ws, app):
    heard = queue.Queue()

    @app.command("/sendinvites")
    def command(ack, body, client):
        ack("opening")
        client.views_open(
            trigger_id=body["trigger_id"], view=modal(field("Name", {"type": "plain_text_input"}))
        )

    @app.view("form")
    def submitted(ack, view):
        name = view["state"]["values"]["Name"]["value"]["value"]
        if name == "nobody":
            ack(response_action="errors", errors={"Name": "Who?"})
        else:
            ack()

    @app.event("app_home_opened")
    def home(event, context, request=None):
        heard.put(event["user"])

    ana = ws.person("ana")
    assert ana.type("/sendinvites") == "opening"
    ana.wait_for_modal()
    ana.fill("Name", "nobody")
    assert ana.submit() == {"Name": "Who?"}
    ana.fill("Name", "somebody")
    assert ana.submit() == {}
    ana.open_home()
    # Bolt acknowledges an event before its listener has run
    assert heard.get(timeout=10) == "U0ANA"


def test_a_bot_that_does_not_answer_is_a_failed_dispatch():
    with Workspace(ack_timeout=0.05) as ws:
        waiting = threading.Event()
        app = App(client=WebClient("xoxb-playground", base_url=ws.base_url), token_verification_enabled=False)
        handler = SocketModeHandler(app, "xapp-playground", web_client=app.client)
        app.command("/sendinvites")(lambda ack: (waiting.wait(), ack()))
        handler.connect()
        ws.wait_for(lambda: ws.is_socket_connected)
        with pytest.raises(DispatchFailed, match="operation_timeout"):
            ws.person("ana").type("/sendinvites")
        waiting.set()
        handler.close()
        app.listener_runner.listener_executor.shutdown()


def test_a_refreshed_bot_comes_back_by_itself(ws, app):
    app.command("/sendinvites")(lambda ack: ack("here"))
    ws.refresh_sockets()
    ws.wait_for(lambda: len(ws.calls_of("apps.connections.open")) == 2 and ws.is_socket_connected, timeout=20)
    assert ws.person("ana").type("/sendinvites") == "here"


def test_an_address_that_was_not_handed_out_is_refused(ws):
    from websockets.exceptions import ConnectionClosed
    from websockets.sync.client import connect

    with connect(f"{ws.core.socket_url}/link/?ticket=made-up") as link, pytest.raises(ConnectionClosed):
        link.recv()
    assert not ws.is_socket_connected
