"""The interface for programs, served over real HTTP on a campaign in a SQLite file."""

import http.client
import json
import threading
from contextlib import contextmanager
from pathlib import Path

import jsonschema
from werkzeug.serving import make_server

from campaigns.adding import Adding
from campaigns.taking_in import TakingIn
from handlers.api import make_api
from handlers.http import make_flask
from tests.fakes.campaigns import FailingStore

TOKEN = "t" * 40
PATIENCE = 20
DESCRIPTION = json.loads(Path("handlers/web/openapi.json").read_text(encoding="utf-8"))
ANA = {"email": "ana@acme.com", "first_name": "Ana"}


class Scene:
    def __init__(self, house):
        self.house = house
        self.store = FailingStore(house.store)
        self.campaign = house.campaign(people=3)
        self.path = f"/api/v1/campaigns/{self.campaign.id}"
        self.port, self.seconds = 0, 0.0

    def adding(self):
        return Adding(self.store, self.house.clock, self.house.alarm, TakingIn())

    def ask(self, method, path, body=None, *, token=TOKEN, headers=None):
        """Status, headers and JSON of the answer."""
        given = {"Authorization": f"Bearer {token}"} if token is not None else {}
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            line.request(method, path, body, given | (headers or {}))
            answer = line.getresponse()
            return answer.status, answer.headers, json.loads(answer.read() or b"null")
        finally:
            line.close()

    def add(self, *rows, key=None, **more):
        headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
        return self.ask(
            "POST", f"{self.path}/attendees", json.dumps({"attendees": rows}), headers=headers, **more
        )

    def post(self, body, content_type="application/json", **headers):
        return self.ask(
            "POST", f"{self.path}/attendees", body, headers={"Content-Type": content_type, **headers}
        )

    def look(self, **more):
        return self.ask("GET", self.path, **more)

    def people(self):
        with self.house.store.reading() as work:
            return [one.address for one in work.campaigns.attendees(self.campaign.id)]


@contextmanager
def served(scene, token=TOKEN):
    pages = [make_api(scene.adding(), token=token, seconds=lambda: scene.seconds)] if token else []
    server = make_server("127.0.0.1", 0, make_flask(None, pages=pages), threaded=True)
    scene.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield scene
    finally:
        server.shutdown()
        thread.join(PATIENCE)
        server.server_close()


def check(name, said):
    """``said`` is what the description promises."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": DESCRIPTION["components"]}
    jsonschema.Draft202012Validator(schema).validate(said)
