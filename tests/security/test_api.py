"""Who shows no token gets nothing, and nothing that is sent can break or flood the interface."""

import http.client
import json
import shutil

import pytest

from campaigns.account import Account
from campaigns.adding import MOST_ROWS
from handlers.api import CALLS_A_MINUTE, LARGEST_BODY
from tests.fakes.api_scene import ANA, PATIENCE, TOKEN, Scene, check, served
from tests.fakes.campaigns import OWNER, House, form_for, roster_of


@pytest.fixture
def scene(tmp_path, _migrated_sqlite):
    shutil.copy(_migrated_sqlite, tmp_path / "house.db")
    house = House(tmp_path)
    with served(Scene(house)) as scene:
        yield scene
    house.close()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "no list of attendees"),
        ("null", "no list of attendees"),
        ('{"attendees": {}}', "no list of attendees"),
        ('{"attendees": []}', "nobody to add"),
        ('{"attendees": ["ana@acme.com"]}', "Attendee 1 is not an object"),
        ('{"attendees": [{"name": "Ana"}]}', "Attendee 1 has no “email”"),
        ('{"attendees": [{"email": ["ana@acme.com"]}]}', "“email” of attendee 1 is not a text"),
        ('{"attendees": [{"email": true}]}', "“email” of attendee 1 is not a text"),
        ('{"attendees": [{"email": 1e400}]}', "“email” of attendee 1 is not a text"),
        ('{"attendees": [{"email": "ana@acme.com", "x": "\\ud800"}]}', "“x” of attendee 1 is not a text"),
        ('{"attendees": [{"email": "ana@acme.com", "\\ud800": "x"}]}', "has a name that cannot be used"),
        ('{"attendees": [{"email": "ana@acme.com", " ": "x"}]}', "has a name that cannot be used"),
        ('{"attendees": [{"email": "nobody"}]}', "None of these attendees can be added"),
        (json.dumps({"attendees": [{"email": "ana@acme.com", "x": "y" * 10_001}]}), "longer than 10,000"),
        (json.dumps({"attendees": [{"email": "a@acme.com"}] * (MOST_ROWS + 1)}), "more than 1,000 attendees"),
        (
            json.dumps({"attendees": [{"email": "a@acme.com", **dict.fromkeys(map(str, range(100)), "x")}]}),
            "more than 100 fields",
        ),
    ],
)
def test_what_cannot_be_used_is_told_in_words_and_changes_nothing(scene, body, said):
    status, headers, problem = scene.post(body)
    assert (status, headers["Content-Type"]) == (400, "application/problem+json")
    assert said in problem["title"]
    check("Problem", problem)
    assert len(scene.people()) == 3


def test_control_characters_reach_no_list(scene):
    assert scene.add({"email": "ana@acme.com", "first_name": "A\x00n\na\u202e"})[0] == 200
    with scene.house.store.reading() as work:
        [ana] = list(work.campaigns.attendees(scene.campaign.id))[3:]
    assert "\x00" not in ana.fields["first_name"]
    assert "\n" not in ana.fields["first_name"]


def test_a_call_that_is_no_json_by_its_own_word_is_refused(scene):
    status, _, problem = scene.post(json.dumps({"attendees": [ANA]}), "text/plain")
    assert (status, problem["title"]) == (415, "Send the attendees as JSON.")


def test_a_call_that_is_too_large_is_refused(scene):
    status, _, problem = scene.post(b" " * (LARGEST_BODY + 1))
    assert status == 413
    assert "several calls" in problem["detail"]
    assert len(scene.people()) == 3


@pytest.mark.parametrize("token", [None, "", "t" * 39, "t" * 41, "T" * 40, "\xe4" * 40, "t" * 40 + "\xe4"])
def test_without_the_token_nothing_is_said_or_done(scene, token):
    for status, headers, problem in (
        scene.add(ANA, token=token),
        scene.look(token=token),
        scene.ask("GET", "/api/v1/campaigns/999", token=token),
        scene.ask("GET", "/api/v1/anything", token=token),
        scene.ask("DELETE", scene.path, token=token),
    ):
        assert status == 401
        assert headers["WWW-Authenticate"].startswith("Bearer")
        assert "Summit" not in json.dumps(problem)
        check("Problem", problem)
    assert len(scene.people()) == 3


@pytest.mark.parametrize("shown", ["Basic " + TOKEN, TOKEN, "Bearer", "Bearer  ", f"Bearer {TOKEN} x"])
def test_the_token_is_shown_as_a_bearer(scene, shown):
    assert scene.look(token=None, headers={"Authorization": shown})[0] == 401


def test_the_token_in_an_address_counts_for_nothing(scene):
    assert scene.ask("GET", f"{scene.path}?token={TOKEN}&access_token={TOKEN}", token=None)[0] == 401


def test_the_token_is_the_installations_and_reaches_every_workspace(scene):
    """One bot, one database, one token: who has it is trusted by the admin of the server."""
    with scene.house.store.writing() as work:
        account = work.accounts.upsert(Account(0, "smtp", "two@example.org", "Two", workspace="T2"))
        other = work.campaigns.add(
            form_for(account.id),
            workspace="T2",
            owner=OWNER.user,
            roster=roster_of(2),
            missing_values=0,
            now=scene.house.clock.now(),
        )
    assert scene.ask("GET", f"/api/v1/campaigns/{other.id}")[2]["attendees"] == 2


def test_without_a_token_in_the_settings_there_is_no_interface(tmp_path):
    house = House(tmp_path)
    with served(Scene(house), token="") as scene:
        line = http.client.HTTPConnection("127.0.0.1", scene.port, timeout=PATIENCE)
        for path in (scene.path, f"{scene.path}/attendees", "/api/v1/openapi.json"):
            line.request("GET", path, headers={"Authorization": "Bearer "})
            answer = line.getresponse()
            assert (answer.status, bool(answer.read())) == (404, True)
        line.close()
    house.close()


def test_haste_is_told_to_wait_and_strangers_do_not_count(scene):
    for _ in range(5):
        scene.look(token="wrong")
    assert [scene.look()[0] for _ in range(CALLS_A_MINUTE)] == [200] * CALLS_A_MINUTE
    scene.seconds = 20.5
    status, headers, problem = scene.add(ANA)
    assert (status, headers["Retry-After"]) == (429, "40")
    assert "Wait 40 seconds" in problem["detail"]
    check("Problem", problem)
    scene.seconds = 60.0
    assert scene.add(ANA)[0] == 200


def test_every_answer_is_kept_out_of_caches(scene):
    for _, headers, _ in (scene.look(), scene.look(token=None), scene.ask("GET", "/api/v1/x")):
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_what_nobody_foresaw_is_told_without_a_traceback(scene):
    scene.house.alarm.wake = None
    status, headers, problem = scene.add(ANA)
    assert (status, headers["Content-Type"]) == (500, "application/problem+json")
    assert problem["title"] == "Something went wrong on our side."
