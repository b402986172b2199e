"""What programs ask over HTTP, and what they are answered."""

import json
import shutil
import threading

import jsonschema
import pytest

from campaigns.adding import MOST_ROWS
from campaigns.errors import StorageTrouble
from campaigns.ports import CampaignSettings
from handlers.api import CALLS_A_MINUTE, make_api
from handlers.api_rows import LARGEST_NUMBER, LONGEST_NAME, LONGEST_VALUE, MOST_COLUMNS
from handlers.http import make_flask
from tests.fakes.api_scene import ANA, DESCRIPTION, PATIENCE, TOKEN, Scene, check, served
from tests.fakes.campaigns import House


@pytest.fixture
def scene(tmp_path, _migrated_sqlite):
    shutil.copy(_migrated_sqlite, tmp_path / "house.db")
    house = House(tmp_path)
    with served(Scene(house)) as scene:
        yield scene
    house.close()


def test_people_are_added_and_the_answer_says_what_became_of_them(scene):
    status, headers, said = scene.add(ANA, {"email": "p001@example.org"}, {"email": "nobody"}, ANA)
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert (said["added"], said["already_on_the_list"], said["duplicates"]) == (1, 1, 1)
    assert said["not_added"] == [
        {
            "attendee": 3,
            "value": "nobody",
            "reason": "This is not an e-mail address: it has no @ sign.",
        }
    ]
    assert said["said"] == "Press Send Invite in Slack to invite them."
    assert scene.people()[3:] == ["ana@acme.com"]
    check("Added", said)


def test_whole_numbers_and_empty_values_are_cells_like_others(scene):
    status, _, said = scene.add({"email": "ana@acme.com", "first_name": 7, "seat": None})
    assert (status, said["fields_left_out"]) == (200, ["seat"])
    with scene.house.store.reading() as work:
        assert dict(list(work.campaigns.attendees(scene.campaign.id))[-1].fields) == {"first_name": "7"}


def test_a_row_without_an_address_is_named_beside_those_that_are_added(scene):
    status, _, said = scene.add({"email": ""}, ANA, {"email": None}, {"email": " ", "first_name": "Bea"})
    assert (status, said["added"]) == (200, 1)
    assert [one["attendee"] for one in said["not_added"]] == [1, 3, 4]
    status, _, problem = scene.add({"email": ""})
    assert (status, [one["attendee"] for one in problem["not_added"]]) == (400, [1])
    check("Problem", problem)


@pytest.mark.parametrize(
    "row",
    [
        {"email": None},
        {"email": 5},
        {"email": ["a@acme.com"]},
        {"email": True},
        {"name": 5},
        {"name": None},
        {"name": {}},
        {"seat": 1.0},
        {"seat": 1.5},
        {"seat": 2**53 - 1},
        {"seat": -(2**53)},
        {"seat": "x" * LONGEST_VALUE},
        {"seat": "x" * (LONGEST_VALUE + 1)},
        {"": "x"},
        {" ": "x"},
        {"x" * LONGEST_NAME: "y"},
        {"x" * (LONGEST_NAME + 1): "y"},
        {f"x{n}": n for n in range(MOST_COLUMNS - 1)},
        {f"x{n}": n for n in range(MOST_COLUMNS)},
    ],
)
def test_what_the_description_allows_is_taken_and_nothing_else(scene, row):
    """A row that is taken may still have no address; it is named then, and the others are added."""
    call = {"attendees": [{"email": "ana@acme.com", **row}, {"email": "bea@acme.com"}]}
    try:
        check("Attendees", call)
    except jsonschema.ValidationError:
        allowed = 400
    else:
        allowed = 200
    assert scene.post(json.dumps(call))[0] == allowed
    assert ("bea@acme.com" in scene.people()) == (allowed == 200)


def test_a_campaign_that_takes_in_invites_them(scene):
    house, now = scene.house, scene.campaign
    house.start(now)
    house.drain()
    with house.store.writing() as work:
        settings = CampaignSettings(now.alert_address, now.mail_progress, (), now.routing, takes_in=True)
        work.campaigns.change_settings(now.id, settings)
    _, _, said = scene.add(ANA)
    assert (said["invited_by_themselves"], said["said"]) == (1, "They are invited in the next batch.")
    house.drain()
    assert "ana@acme.com" in house.mailer.recipients
    _, _, seen = scene.look()
    assert (seen["run"]["id"], seen["run"]["state"], seen["run"]["sent"]) == (said["run"], "finished", 1)
    check("Campaign", seen)


def test_a_look_gives_numbers_and_nobody(scene):
    status, _, seen = scene.look()
    assert status == 200
    assert (seen["attendees"], seen["to_invite"], seen["run"]) == (3, 3, None)
    assert seen["fields"] == ["email", "first_name"]
    assert "example.org" not in json.dumps(seen)
    check("Campaign", seen)


def test_the_same_key_is_one_call_and_other_rows_under_it_are_refused(scene):
    first, again = scene.add(ANA, key="k-1")[2], scene.add(ANA, key="k-1")[2]
    assert (first["added"], first["is_repeat"]) == (1, False)
    assert (again["added"], again["is_repeat"]) == (1, True)
    status, _, refused = scene.add({"email": "bea@acme.com"}, key="k-1")
    assert (status, refused["status"]) == (409, 409)
    assert "Idempotency-Key was used before" in refused["title"]
    assert len(scene.people()) == 4


def test_many_at_once_under_one_key_add_once(scene):
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(scene.add(ANA, key="k"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert [status for status, _, _ in answers] == [200] * 4
    assert sorted(said["is_repeat"] for _, _, said in answers) == [False, True, True, True]
    assert scene.people().count("ana@acme.com") == 1


@pytest.mark.parametrize("key", ["a b", "x" * 201, "ä"])
def test_a_key_that_cannot_be_kept_is_refused(scene, key):
    status, _, said = scene.post(
        json.dumps({"attendees": [ANA]}), **{"Idempotency-Key": key.encode("latin-1")}
    )
    assert status == 400
    assert "Idempotency-Key" in said["title"]
    assert len(scene.people()) == 3


def test_every_address_of_a_refused_call_has_its_reason(scene):
    _, _, problem = scene.add({"email": "one"}, {"email": "two@"})
    assert [one["attendee"] for one in problem["not_added"]] == [1, 2]


@pytest.mark.parametrize("number", ["999", "0", str(2**31), str(10**30)])
def test_a_campaign_that_there_is_not_is_not_found(scene, number):
    for method, path in (("GET", ""), ("POST", "/attendees")):
        body = json.dumps({"attendees": [ANA]}) if method == "POST" else None
        headers = {"Content-Type": "application/json"}
        answer = scene.ask(method, f"/api/v1/campaigns/{number}{path}", body, headers=headers)
        assert answer[0] == 404
        assert answer[2]["title"] == "There is no such campaign."


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("DELETE", "/campaigns/1", "GET"), ("GET", "/campaigns/1/attendees", "POST")],
)
def test_who_asks_in_a_wrong_way_hears_the_right_one(scene, method, path, allowed):
    status, headers, problem = scene.ask(method, f"/api/v1{path}")
    assert (status, headers["Allow"], problem["title"]) == (405, allowed, f"Use {allowed} here.")


@pytest.mark.parametrize("path", ["/campaigns/x", "/x"])
def test_what_there_is_not_is_said_to_be_not_there(scene, path):
    status, headers, problem = scene.ask("GET", f"/api/v1{path}")
    assert (status, headers["Content-Type"]) == (404, "application/problem+json")
    assert "openapi.json" in problem["detail"]


def test_trouble_with_the_database_is_told_as_try_again_and_the_key_is_free(scene, caplog):
    scene.store.failures = 1
    status, _, problem = scene.add(ANA, key="k-1")
    assert (status, problem["detail"]) == (503, "Nobody was added. Try again in a minute.")
    (line,) = [one for one in caplog.records if one.message == "api_call_failed"]
    assert line.evidence == str(StorageTrouble())
    assert scene.add(ANA, key="k-1")[2]["is_repeat"] is False


def test_the_description_is_served_to_everybody(scene):
    status, headers, said = scene.ask("GET", "/api/v1/openapi.json", token=None)
    assert (status, headers["Content-Type"], said) == (200, "application/json", DESCRIPTION)


def test_the_description_names_every_route_and_no_other(scene):
    flask = make_flask(None, pages=[make_api(scene.adding(), token=TOKEN)])
    routes = {
        (rule.rule.removeprefix("/api/v1").replace("<int:campaign_id>", "{id}"), method.lower())
        for rule in flask.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and rule.endpoint != "api.nothing"
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    described = {(path, method) for path, item in DESCRIPTION["paths"].items() for method in item}
    assert described == routes
    assert DESCRIPTION["servers"] == [{"url": "/api/v1"}]


def test_the_description_is_whole():
    """Its schemas are schemas, what it points at is there, and its bounds are those of the code."""
    for schema in DESCRIPTION["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    for pointer in references(DESCRIPTION):
        at = DESCRIPTION
        for step in pointer.removeprefix("#/").split("/"):
            at = at[step]
    assert DESCRIPTION["openapi"].startswith("3.1.")
    bounds = DESCRIPTION["components"]["schemas"]["Attendees"]["properties"]["attendees"]
    assert bounds["maxItems"] == MOST_ROWS
    row, cell = (DESCRIPTION["components"]["schemas"][name] for name in ("Attendee", "Cell"))
    assert (row["maxProperties"], row["propertyNames"]["maxLength"]) == (MOST_COLUMNS, LONGEST_NAME)
    assert str(MOST_COLUMNS) in row["description"]
    assert (cell["maxLength"], cell["maximum"]) == (LONGEST_VALUE, LARGEST_NUMBER)
    assert str(CALLS_A_MINUTE) in DESCRIPTION["components"]["responses"]["TooOften"]["description"]
    operations = [item for path in DESCRIPTION["paths"].values() for item in path.values()]
    assert len({item["operationId"] for item in operations}) == len(operations)
    assert all(item["responses"] for item in operations)


def test_the_example_of_the_description_is_taken(scene):
    content = DESCRIPTION["paths"]["/campaigns/{id}/attendees"]["post"]["requestBody"]["content"]
    example = content["application/json"]["example"]
    check("Attendees", example)
    assert scene.post(json.dumps(example))[0] == 200


def references(value):
    if isinstance(value, dict):
        for name, held in value.items():
            if name == "$ref":
                yield held
            else:
                yield from references(held)
    elif isinstance(value, list):
        for held in value:
            yield from references(held)
