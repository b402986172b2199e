"""The unsubscribe page over real HTTP, on a campaign in the in-memory store."""

import http.client
import re
import threading
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.serving import make_server

from campaigns import unsubscribe
from campaigns.account import Account
from campaigns.errors import StorageTrouble
from campaigns.model import Kind, Organizer
from campaigns.suppressing import cause_against
from campaigns.unsubscribing import Unsubscribing
from handlers.unsubscribe_pages import make_unsubscribe_pages
from storage.memory import MemoryStore
from tests.fakes.campaigns import OWNER, FailingStore, form_for, roster_of
from tests.fakes.clocks import NOON, HandClock

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
PATIENCE = 20


class Scene:
    def __init__(self):
        self.kept = MemoryStore()
        self.store = FailingStore(self.kept)
        with self.kept.writing() as work:
            account = work.accounts.upsert(Account(0, "smtp", "out@example.org", "Out"))
            form = replace(form_for(account.id), organizer=Organizer("<b>Olga</b>", "olga@example.org"))
            self.campaign = work.campaigns.add(
                form,
                workspace=OWNER.workspace,
                owner=OWNER.user,
                roster=roster_of(2),
                missing_values=0,
                now=NOON,
            )
            self.person = work.campaigns.attendee_at(self.campaign.id, 0)
        link = unsubscribe.link("https://x", self.campaign.id, self.person.id, self.campaign.seed)
        self.path = link.removeprefix("https://x")
        self.port = 0

    def ask(self, path=None, *, method="GET", form=None, headers=None, body=None):
        """Status, headers and text of the answer; nothing is followed."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            given = {"Content-Type": "application/x-www-form-urlencoded"} if form is not None else {}
            sent = urlencode(form) if form is not None else body
            line.request(method, path or self.path, sent, given | (headers or {}))
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            line.close()

    def is_suppressed(self):
        with self.kept.reading() as work:
            return cause_against(work, self.campaign, self.person, Kind.INVITE) != ""


@contextmanager
def served(scene):
    flask = Flask("pages")
    flask.register_blueprint(make_unsubscribe_pages(Unsubscribing(scene.store, HandClock())))
    server = make_server("127.0.0.1", 0, flask, threaded=True)
    scene.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield scene
    finally:
        server.shutdown()
        thread.join(PATIENCE)
        server.server_close()


@pytest.fixture
def scene():
    with served(Scene()) as scene:
        yield scene


def test_opening_the_link_asks_and_changes_nothing(scene):
    for method in ("GET", "HEAD", "GET"):
        status, headers, page = scene.ask(method=method)
        assert status == 200
    assert headers["Content-Type"].startswith("text/html")
    assert "Stop invites" in page
    assert not scene.is_suppressed()


def test_the_button_of_the_page_does_what_it_says(scene):
    _, _, page = scene.ask()
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)">', page))
    status, _, page = scene.ask(method="POST", form=fields)
    assert status == 200
    assert "no more invites" in page
    assert scene.is_suppressed()
    assert "no more invites" in scene.ask()[2]


def test_the_one_click_of_a_mail_program_needs_nothing_else(scene):
    """RFC 8058: no cookie, no redirect, one POST; again is as good."""
    for _ in range(2):
        status, headers, _ = scene.ask(method="POST", form=ONE_CLICK)
        assert status == 200
        assert "Location" not in headers
        assert "Set-Cookie" not in headers
    assert scene.is_suppressed()


def test_a_mail_program_may_post_it_as_a_form_with_parts(scene):
    body = (
        '--part\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--part--\r\n'
    )
    headers = {"Content-Type": "multipart/form-data; boundary=part"}
    assert scene.ask(method="POST", body=body, headers=headers)[0] == 200
    assert scene.is_suppressed()


@pytest.mark.parametrize("form", [{}, {"List-Unsubscribe": "Two-Clicks"}, {"anything": "1"}])
def test_a_post_that_does_not_say_one_click_is_asked_again(scene, form):
    status, _, page = scene.ask(method="POST", form=form)
    assert status == 400
    assert "Stop invites" in page
    assert not scene.is_suppressed()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_forged_link_gets_calm_words(scene, method):
    forged = f"{scene.path[:-1]}{'0' if scene.path[-1] != '0' else '1'}"
    for path in (forged, "/unsubscribe/1.1." + "a" * 32, "/unsubscribe/x", "/unsubscribe/%0d%0a%00"):
        status, headers, page = scene.ask(path, method=method, form=ONE_CLICK if method == "POST" else None)
        assert status == 404
        assert "This link is not one of ours." in page
        assert "Traceback" not in page
        assert headers["Cache-Control"] == "no-store"
    assert not scene.is_suppressed()


def test_every_answer_is_locked_down(scene):
    answers = [
        scene.ask(),
        scene.ask(method="POST", form={}),
        scene.ask("/unsubscribe/x"),
        scene.ask(method="POST", form=ONE_CLICK),
    ]
    assert [status for status, _, _ in answers] == [200, 400, 404, 200]
    for _, headers, page in answers:
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex"
        assert "<script" not in page
        assert scene.person.address not in page


def test_the_organizers_name_is_text_and_no_markup(scene):
    page = scene.ask()[2]
    assert "&lt;b&gt;Olga&lt;/b&gt;" in page
    assert "<b>" not in page


def test_trouble_with_the_database_is_told_as_try_again(scene, caplog):
    scene.store.failures = 1
    status, _, page = scene.ask(method="POST", form=ONE_CLICK)
    assert status == 503
    assert "try again in a few minutes" in page
    (line,) = [one for one in caplog.records if one.message == "unsubscribe_failed"]
    assert line.evidence == str(StorageTrouble())
    assert scene.ask(method="POST", form=ONE_CLICK)[0] == 200


def test_other_methods_are_refused(scene):
    for method in ("PUT", "DELETE", "PATCH"):
        assert scene.ask(method=method)[0] == 405
    assert not scene.is_suppressed()


def test_the_storage_trouble_of_a_look_is_told_as_well():
    class Broken:
        def reading(self):
            raise StorageTrouble

    scene = Scene()
    scene.store = Broken()
    with served(scene):
        assert scene.ask()[0] == 503
