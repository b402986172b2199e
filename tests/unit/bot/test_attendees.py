"""`sendinvites attendees add` as a person runs it, against a bot's interface over real HTTP."""

import csv
import json
import os
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from bot import attendees
from campaigns.account_port import Suppressed, Why
from campaigns.adding import MOST_ROWS, Adding
from campaigns.errors import ConfigError
from campaigns.taking_in import TakingIn
from handlers.api import LARGEST_BODY, make_api
from handlers.http import make_flask
from tests.fakes.campaigns import OWNER, House
from tests.fakes.clocks import NOON

COMMAND = Path(sys.executable).with_name("sendinvites")
TOKEN = "a-token-of-more-than-thirty-two-characters"
PATIENCE = 20


class Scene:
    def __init__(self, house, port):
        self.house, self.url = house, f"http://127.0.0.1:{port}"
        self.campaign = house.campaign(people=3)

    def run(self, *words, token=TOKEN, **more):
        known = {name: value for name, value in os.environ.items() if name not in {"API_TOKEN", "PUBLIC_URL"}}
        env = known | ({"API_TOKEN": token} if token else {}) | {"PUBLIC_URL": self.url} | more
        given = [COMMAND, "attendees", "add", str(self.campaign.id), *words]
        return subprocess.run(given, capture_output=True, text=True, timeout=60, check=False, env=env)

    def people(self):
        with self.house.store.reading() as work:
            return [one.address for one in work.campaigns.attendees(self.campaign.id)]


@contextmanager
def serving(server):
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join(PATIENCE)
        server.server_close()


@pytest.fixture
def scene(tmp_path, _migrated_sqlite):
    shutil.copy(_migrated_sqlite, tmp_path / "house.db")
    house = House(tmp_path)
    adding = Adding(house.store, house.clock, house.alarm, TakingIn())
    flask = make_flask(None, pages=[make_api(adding, token=TOKEN)])
    with serving(make_server("127.0.0.1", 0, flask, threaded=True)) as port:
        yield Scene(house, port)
    house.close()


def test_one_person_is_added(scene):
    ended = scene.run("--email", "ana@acme.com", "--name", "Ana Costa")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == "1 added to the list.\nPress Send Invite in Slack to invite them.\n"
    with scene.house.store.reading() as work:
        ana = list(work.campaigns.attendees(scene.campaign.id))[-1]
    assert (ana.address, ana.name, dict(ana.fields)) == ("ana@acme.com", "Ana Costa", {"first_name": "Ana"})


def test_a_file_is_read_as_an_uploaded_list_is(scene, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text(
        "Our guests\nE-Mail;Vorname;Firma\nana@acme.com;Ana;Acme\n;;\nnobody;Bea;Acme\np001@example.org;P;A\n"
    )
    ended = scene.run("--file", str(file))
    assert ended.returncode == 1
    assert ended.stdout.splitlines() == [
        "1 added to the list. 1 were on it already.",
        "Left out, for the list has no such column: firma.",
        "Press Send Invite in Slack to invite them.",
    ]
    assert ended.stderr == "Line 5, nobody: This is not an e-mail address: it has no @ sign.\n"
    assert scene.people()[3:] == ["ana@acme.com"]


def test_a_long_list_goes_in_several_calls(scene, tmp_path):
    file = tmp_path / "long.csv"
    rows = [f"p{n}@acme.com" for n in range(MOST_ROWS + 1)]
    file.write_text("\n".join(["email", *rows, "nobody"]))
    ended = scene.run("--file", str(file))
    assert ended.stdout.startswith("1,001 added to the list.\n")
    assert ended.stderr.startswith(f"Line {MOST_ROWS + 3}, nobody:")
    assert len(scene.people()) == MOST_ROWS + 4


def written(tmp_path, header, *rows):
    file = tmp_path / "list.csv"
    with file.open("w", encoding="utf-8", newline="") as open_file:
        csv.writer(open_file).writerows([header, *rows])
    return str(file)


@pytest.mark.parametrize("mail", ["nobody", "noreply@acme.com", "olga@example.org"])
def test_one_who_cannot_be_added_is_named_and_ends_with_1(scene, mail):
    ended = scene.run("--email", mail)
    assert (ended.returncode, ended.stdout) == (1, "0 added to the list.\n")
    assert ended.stderr.startswith(f"--email, {mail}: ")


def test_a_call_of_which_nobody_can_be_added_stops_nothing(scene, tmp_path):
    good = [[f"p{n}@acme.com"] for n in range(MOST_ROWS)]
    file = written(tmp_path, ["email"], *[["nobody"]] * MOST_ROWS, *good, ["Total: 1,000"])
    for said in ("1,000 added to the list.\n", "0 added to the list. 1,000 were on it already.\n"):
        ended = scene.run("--file", file)
        assert (ended.returncode, ended.stdout.startswith(said)) == (1, True)
        assert len(ended.stderr.splitlines()) == MOST_ROWS + 1
        assert ended.stderr.splitlines()[-1].startswith(f"Line {2 * MOST_ROWS + 2}, Total: 1,000: ")


def test_only_the_columns_that_the_list_has_are_sent(scene, tmp_path):
    """Notes of a megabyte, and more columns than a call may hold, keep nobody off the list."""
    names = [f"column {n}" for n in range(95)]
    rows = [[f"p{n}@acme.com", f"P{n}", "x" * 2_500, *["y"] * len(names)] for n in range(500)]
    ended = scene.run("--file", written(tmp_path, ["Email", "Vorname", "Notes", *names], *rows))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith(
        "500 added to the list.\nLeft out, for the list has no such column: notes, column_0,"
    )
    assert len(scene.people()) == 503


@pytest.mark.parametrize("letter", ["x", "ä", "😀", '"', "\\"])
def test_calls_are_no_larger_than_the_bot_takes(scene, tmp_path, letter):
    """A column that the list has, so long that a thousand rows of it are several calls."""
    rows = [[f"p{n}@acme.com", letter * 4_000] for n in range(300)]
    ended = scene.run("--file", written(tmp_path, ["Email", "First name"], *rows))
    assert (ended.returncode, ended.stderr) == (0, "")
    with scene.house.store.reading() as work:
        assert len(list(work.campaigns.attendees(scene.campaign.id))[-1].fields["first_name"]) == 4_000
    assert len(scene.people()) == 303


def test_a_row_that_no_call_can_hold_is_named_and_the_others_go():
    vast = attendees.one_person("vast@acme.com", "x" * LARGEST_BODY)
    with moody(200) as (url, calls):
        tally = attendees.add(1, [vast, attendees.one_person("ana@acme.com", "")], url=url, token=TOKEN)
    assert tally.not_added == ["--email, vast@acme.com: This row alone is more than 1,024 KB."]
    assert [json.loads(body) for _, _, body in calls] == [{"attendees": [{"email": "ana@acme.com"}]}]


def test_whose_addresses_were_taken_is_told(scene, tmp_path):
    rows = [("boss@acme.com", "ana@acme.com"), ("boss@acme.com", "bea@acme.com")]
    ended = scene.run("--file", written(tmp_path, ("Contact email", "Email"), *rows))
    assert ended.stdout.startswith("Invites go to the addresses in “Email”. Those in “Contact email” are not")
    assert scene.people()[3:] == ["ana@acme.com", "bea@acme.com"]


def test_what_stops_after_some_were_added_says_how_many():
    people = [attendees.one_person(f"p{n}@acme.com", "") for n in range(MOST_ROWS + 1)]
    with moody(200, 409) as (url, _), pytest.raises(attendees.NotAdded) as stopped:
        attendees.add(1, people, url=url, token=TOKEN, wait=print)
    assert "1 were added before that; once this is mended, the same command" in stopped.value.hint


def test_who_is_never_invited_is_counted(scene):
    with scene.house.store.writing() as work:
        work.suppressions.add(OWNER.workspace, Suppressed("ana@acme.com", "", NOON, Why.UNSUBSCRIBED))
    assert "1 are on a never-invite list" in scene.run("--email", "ana@acme.com").stdout


@pytest.mark.parametrize(
    ("words", "more", "said"),
    [
        ((), {}, "There is nobody to add."),
        (("--email", ""), {}, "There is nobody to add."),
        (("--file", "/no/such/file.csv"), {}, "There is no file"),
        (("--email", "ana@acme.com"), {"token": ""}, "API_TOKEN is not set."),
        (("--email", "ana@acme.com"), {"token": "wrong" * 10}, "Show the token of this installation."),
        (("--email", "ana@acme.com", "--url", "http://invites.example.com"), {}, "could read the token"),
        (("--email", "ana@acme.com", "--url", "invites.example.com"), {}, "no address of a bot"),
    ],
)
def test_what_is_wrong_is_said_in_words_and_ends_with_2(scene, words, more, said):
    ended = scene.run(*words, **more)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert TOKEN not in ended.stderr
    assert len(scene.people()) == 3


def test_an_unknown_campaign_is_told(scene):
    given = [COMMAND, "attendees", "add", "999", "--email", "ana@acme.com", "--url", scene.url]
    env = os.environ | {"API_TOKEN": TOKEN}
    ended = subprocess.run(given, capture_output=True, text=True, timeout=60, check=False, env=env)
    assert (ended.returncode, "There is no such campaign." in ended.stderr) == (2, True)


class Moody(BaseHTTPRequestHandler):
    """Answers each call that adds with the next of ``moods``: a status, or None to hang up.

    A status may come with its Retry-After.
    """

    def do_GET(self):
        here = self.path == "/api/v1/campaigns/1"
        text = json.dumps({"fields": ["email"]} if here else {"hello": "world"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.calls.append((self.headers["Idempotency-Key"], self.headers["Authorization"], body))
        mood = self.server.moods.pop(0)
        mood, again = mood if isinstance(mood, tuple) else (mood, "7")
        if mood is None:
            self.connection.close()
            return
        said = {"added": 1, "already_on_the_list": 0, "duplicates": 0, "never_invited": 0}
        said |= {"not_added": [], "fields_left_out": [], "said": "Done."}
        text = json.dumps(said if mood == 200 else {"title": "Not now.", "status": mood}).encode()
        self.send_response(mood)
        if mood in {429, 503}:
            self.send_header("Retry-After", again)
        if mood == 302:
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


@contextmanager
def moody(*moods):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Moody)
    server.moods, server.calls = list(moods), []
    with serving(server) as port:
        yield f"http://127.0.0.1:{port}", server.calls


def add(url, *, waits=None):
    kept = [] if waits is None else waits
    ana = attendees.one_person("ana@acme.com", "")
    return attendees.add(1, [ana], url=url, token=TOKEN, wait=kept.append)


def test_a_call_that_may_have_got_through_is_made_again_under_its_own_name():
    waits = []
    with moody(None, 503, 429, 200) as (url, calls):
        assert add(url, waits=waits).added == 1
    assert len(calls) == 4
    assert len(set(calls)) == 1
    assert waits == [2.0, 7.0, 7.0]


@pytest.mark.parametrize(
    ("said", "waited"),
    [
        ("Wed, 21 Oct 2015 07:28:00 GMT", 1.0),
        ("Fri, 21 Oct 2072 07:28:00 GMT", 60.0),
        ("-5", 2.0),
        ("soon", 2.0),
    ],
)
def test_when_to_come_back_may_be_said_in_any_form(said, waited):
    """Proxies send dates, which the standard allows, and other things, which it does not."""
    waits = []
    with moody((503, said), 200) as (url, _):
        assert add(url, waits=waits).added == 1
    assert waits == [waited]


def test_it_gives_up_in_the_end():
    with moody(*[503] * 4) as (url, calls), pytest.raises(attendees.NotAdded, match="Not now"):
        add(url)
    assert len(calls) == 4


def test_the_token_follows_no_redirect():
    with moody(302) as (url, calls), pytest.raises(attendees.NotAdded):
        add(url)
    assert len(calls) == 1


def test_an_address_where_something_else_answers_is_told():
    with moody() as (url, _), pytest.raises(attendees.NotAdded, match="no bot that takes attendees"):
        attendees.add(2, [attendees.one_person("ana@acme.com", "")], url=url, token=TOKEN)


def test_nobody_there_is_told():
    with moody() as (url, _):
        pass
    with pytest.raises(attendees.NotAdded, match="does not answer"):
        add(url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1.example.com", "http://10.0.0.1:3000", "ftp://127.0.0.1", ""]
)
def test_the_token_is_sent_in_the_clear_to_this_machine_only(url):
    with pytest.raises(ConfigError):
        add(url)
