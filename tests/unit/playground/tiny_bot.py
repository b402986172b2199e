"""The smallest bot there is: Bolt behind Flask, enough to prove the playground against."""

import contextlib
import threading

from flask import Flask, request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from playground.http_server import LocalServer


def plain(text):
    return {"type": "plain_text", "text": text}


def field(block_id, element, **more):
    element = {"action_id": "value", **element}
    return {"type": "input", "block_id": block_id, "label": plain(block_id), "element": element, **more}


COLOURS = [{"text": plain("Red"), "value": "red"}, {"text": plain("Green"), "value": "green"}]
BUTTONS = {
    "type": "actions",
    "elements": [
        {"type": "button", "action_id": "deeper", "text": plain("Deeper")},
        {"type": "button", "action_id": "say", "text": plain(":wave: Say it"), "value": "hello"},
        {"type": "button", "action_id": "rename", "text": plain("Rename")},
    ],
}


def modal(*blocks, title="Form", callback_id="form", **more):
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title),
        "submit": plain("Go"),
        "blocks": list(blocks),
        **more,
    }


def every_input():
    return modal(
        field("Name", {"type": "plain_text_input", "max_length": 10}),
        field("Mail", {"type": "email_text_input"}, optional=True),
        field("Web", {"type": "url_text_input"}, optional=True),
        field(
            "Size", {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "9"}
        ),
        field("Colour", {"type": "static_select", "options": COLOURS}),
        field("Person", {"type": "external_select", "min_query_length": 0}),
        field("Channel", {"type": "conversations_select", "default_to_current_conversation": True}),
        field("Helper", {"type": "users_select"}, optional=True),
        field("One", {"type": "radio_buttons", "options": COLOURS}, optional=True),
        field("Many", {"type": "checkboxes", "options": COLOURS}, optional=True),
        field("Day", {"type": "datepicker"}, optional=True),
        field("Hour", {"type": "timepicker"}, optional=True),
        field("Moment", {"type": "datetimepicker"}, optional=True),
        field("List", {"type": "file_input", "filetypes": ["csv"], "max_files": 1}, optional=True),
        BUTTONS,
        notify_on_close=True,
    )


class TinyBot:
    def __init__(self, ws):
        self.client = WebClient("xoxb-playground", base_url=ws.base_url)
        self.app = App(client=self.client, signing_secret="playground-signing-secret")
        self.heard = []
        self.answer = {}
        self.form = every_input()
        self.may_answer = threading.Event()
        self.may_answer.set()
        self._listen()
        flask = Flask("tiny")
        handler = SlackRequestHandler(self.app)

        @flask.post("/slack/events")
        def events():
            return handler.handle(request)

        self._server = LocalServer(flask)
        self.url = f"http://127.0.0.1:{self._server.port}/slack/events"

    def __enter__(self):
        self._server.start()
        return self

    def __exit__(self, *_):
        self.may_answer.set()
        self._server.stop()
        self.app.listener_runner.listener_executor.shutdown()

    @property
    def values(self):
        """What the last submission said, by block."""
        return {key: value["value"] for key, value in self.heard[-1]["view"]["state"]["values"].items()}

    def _listen(self):
        app = self.app

        @app.command("/sendinvites")
        def command(ack, body, client):
            self.heard.append(body)
            self.may_answer.wait()
            if body["text"] == "help":
                return ack("Just type /sendinvites")
            ack()
            return client.views_open(trigger_id=body["trigger_id"], view=self.form)

        @app.view("form")
        def submitted(ack, body):
            self.heard.append(body)
            ack(**self.answer)

        @app.view_closed("form")
        def closed(ack, body):
            ack()
            self.heard.append(body)

        @app.options("value")
        def options(ack, body):
            names = [name for name in ("Ada", "Grace") if body["value"].casefold() in name.casefold()]
            ack(options=[{"text": plain(name), "value": name.lower()} for name in names])

        @app.action("deeper")
        def deeper(ack, body, client):
            ack()
            # Bolt 1.30 takes an ack back when the listener raises within its 10 ms poll.
            with contextlib.suppress(SlackApiError):
                client.views_push(trigger_id=body["trigger_id"], view=modal(BUTTONS, title="Deeper"))

        @app.action("rename")
        def rename(ack, body, client):
            ack()
            client.views_update(view_id=body["view"]["id"], view={**self.form, "title": plain("Renamed")})

        @app.action("say")
        def say(ack, body, client):
            ack()
            self.heard.append(body)
            blocks = [{"type": "section", "text": plain("I was told: hello")}, BUTTONS]
            client.chat_postMessage(channel="C0EVENTS", text="hello", blocks=blocks)

        @app.event("app_home_opened")
        def home(event, client):
            self.heard.append(event)
            view = {"type": "home", "blocks": [{"type": "section", "text": plain("Welcome home")}]}
            client.views_publish(user_id=event["user"], view=view)
