from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.account import Account
from campaigns.forms import EventFields, parse_event
from campaigns.model import Kind, Pace
from handlers.form_values import (
    FormValues,
    chosen,
    judged,
    problems_beside_event,
    submission_of,
    values_of_event,
    values_of_form,
)
from handlers.intent import Intent, unpacked
from tests.fakes.clocks import NOON
from tests.fakes.largest_screens import event, upload

ACCOUNTS = [Account(3, "smtp", "out@example.org", "Outgoing")]
GOOD = FormValues(EventFields(), "Ana", "3", "ana@acme.com", "daily")


def test_good_values_have_no_problem():
    assert problems_beside_event(GOOD, ACCOUNTS) == {}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"organizer": " \n "}, "organizer"),
        ({"organizer": "x" * 101}, "organizer"),
        ({"account": "4"}, "account"),
        ({"account": ""}, "account"),
        ({"alert_address": "ana"}, "alert_address"),
        ({"event": EventFields(description="{{")}, "description"),
        ({"event": EventFields(greeting="Hello {{}}")}, "greeting"),
    ],
)
def test_each_problem_stands_at_its_field(changes, field):
    assert set(problems_beside_event(replace(GOOD, **changes), ACCOUNTS)) == {field}


@pytest.mark.parametrize("length", [timedelta(minutes=1), timedelta(hours=3), timedelta(days=2, minutes=7)])
@pytest.mark.parametrize("zone", ["Europe/Madrid", "Asia/Kathmandu", "UTC", "America/St_Johns"])
def test_an_event_fills_the_form_that_would_make_it(length, zone):
    made = replace(event("Team Day"), zone=zone, ends_at=event("").starts_at + length)
    again = parse_event(values_of_event(made), NOON)
    assert (again.starts_at, again.ends_at) == (made.starts_at, made.ends_at)


def test_a_kept_form_fills_every_field_but_the_list():
    values = values_of_form(upload("Team Day").form)
    assert (values.account, values.alert_address, values.mail_progress) == ("1", "o@example.org", "off")
    assert values.event.title == "Team Day"


@pytest.mark.parametrize(
    "intent",
    [
        Intent(7, Kind.INVITE),
        Intent(7, Kind.UPDATE, Pace(None), None, "ab"),
        Intent(7, Kind.INVITE, Pace(50, 60), "C1", "ab"),
        Intent(7, Kind.INVITE, Pace(50, 0), "", "ab"),
    ],
)
def test_an_intent_survives_the_way_through_slack(intent):
    assert unpacked(intent.packed()) == intent


def test_a_good_form_is_judged_good_and_sends_from_the_accounts_own_address():
    typed = replace(GOOD, event=values_of_event(event("Team Day")))
    form, wrong = judged(typed, ACCOUNTS, NOON)
    assert wrong == {}
    assert (form.organizer.name, form.organizer.address, form.account_id) == ("Ana", "out@example.org", 3)


def test_everything_that_is_wrong_is_said_at_once():
    typed = replace(GOOD, event=replace(values_of_event(event("Team Day")), start_date=""), account="")
    form, wrong = judged(typed, ACCOUNTS, NOON)
    assert form is None
    assert set(wrong) == {"start_date", "account"}


def submitted(**held):
    return {"id": "V1", "state": {"values": {name: {name: value} for name, value in held.items()}}}


def test_ticked_boxes_and_picked_people_are_read_in_their_order():
    boxes = {"selected_options": [{"value": "mail"}, {"value": "direct"}]}
    view = submitted(alerts=boxes, editors={"selected_users": ["U2", "U1"]}, none={"selected_options": []})
    assert chosen(view, "alerts") == ("mail", "direct")
    assert chosen(view, "editors") == ("U2", "U1")
    assert chosen(view, "none") == chosen(view, "absent") == ()


def test_the_same_entries_on_the_same_screen_are_the_same_submission():
    one, again = submitted(a={"value": "1"}, b={"value": "2"}), submitted(b={"value": "2"}, a={"value": "1"})
    assert submission_of(one) == submission_of(again)
    assert submission_of(one) != submission_of(submitted(a={"value": "1"}, b={"value": "3"}))
    assert submission_of(one) != submission_of({**one, "id": "V2"})
