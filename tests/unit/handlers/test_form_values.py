from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from campaigns.account import Account
from campaigns.forms import EventFields, parse_event
from campaigns.model import Event, Kind
from campaigns.recurrence import Frequency, Recurrence
from campaigns.repeat_forms import RepeatFields
from campaigns.timing import Pace
from handlers.form_values import (
    NO_REMINDER,
    TEXTS,
    FormValues,
    chosen,
    event_fields,
    judged,
    problems_beside_event,
    submission_of,
    undated,
    values_of_event,
    values_of_form,
    where_shown,
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


WEEKLY = Recurrence(Frequency.WEEKLY, 2, (2, 4), until=date(2027, 6, 30), except_on=(date(2026, 12, 15),))


@pytest.mark.parametrize("zone", ["Europe/Madrid", "America/Santiago", "UTC", "Pacific/Apia"])
@pytest.mark.parametrize("length", [1, 2, 31])
def test_whole_days_fill_the_form_that_would_make_them(zone, length):
    midnights = (datetime(2027, 9, 5, tzinfo=ZoneInfo(zone)) + timedelta(days=days) for days in (0, length))
    starts_at, ends_at = (midnight.astimezone(UTC) for midnight in midnights)
    made = Event("Fair", starts_at, ends_at, zone, is_all_day=True, reminder_minutes=1_440)
    typed = values_of_event(made)
    assert (typed.start_date, typed.start_time, typed.duration) == ("2027-09-05", "", "")
    assert parse_event(typed, NOON) == made


def test_a_series_fills_the_form_that_would_make_it():
    starts_at = datetime(2026, 12, 1, 9, tzinfo=UTC)
    made = Event("Class", starts_at, starts_at + timedelta(hours=1), "Europe/Madrid", recurrence=WEEKLY)
    again = parse_event(values_of_event(made), NOON)
    assert again == made


def test_a_copy_of_something_that_is_over_keeps_its_rhythm_and_no_date():
    starts_at = datetime(2026, 12, 1, 9, tzinfo=UTC)
    made = Event("Class", starts_at, starts_at + timedelta(hours=1), "Europe/Madrid", recurrence=WEEKLY)
    bare = undated(values_of_event(made))
    assert (bare.start_date, bare.end_date, bare.repeat.last_day, bare.repeat.except_on) == ("", "", "", "")
    assert (bare.start_time, bare.repeat.repeats, bare.repeat.weekdays) == ("10:00", "custom", ("2", "4"))


def form_held(**more):
    """What the shortest form holds."""
    empty = {name: {"value": None} for name in (*TEXTS, "end_date")}
    picked = {"start_date": {"selected_date": "2027-03-01"}, "zone": {"selected_option": {"value": "UTC"}}}
    chosen = {"repeats": {"selected_option": {"value": "no"}}, "is_all_day": {"selected_options": []}}
    reminder = {"reminder": {"selected_option": {"value": NO_REMINDER}}}
    return submitted(**{**empty, **picked, **chosen, **reminder, **more})


def test_what_a_form_does_not_ask_for_now_stays_as_it_was_and_what_was_emptied_is_empty():
    unseen = EventFields(
        title="Old", start_time="10:30", place="Room 1", repeat=RepeatFields(times="7"), reminder="10"
    )
    typed = event_fields(form_held(), unseen)
    assert (typed.start_time, typed.repeat.times) == ("10:30", "7")
    assert (typed.title, typed.place, typed.reminder, typed.is_all_day) == ("", "", "", False)
    shown = event_fields(form_held(start_time={"selected_time": None}, times={"value": "3"}), unseen)
    assert (shown.start_time, shown.repeat.times) == ("", "3")


def test_an_error_without_an_input_yet_stands_where_the_input_was_asked_for():
    """Slack takes errors for the blocks of the view only; the new inputs may be a moment away."""
    view = form_held(title={"value": "x"})
    wrong = {"title": "Shorter.", "start_time": "Choose.", "times": "A number.", "except_on": "No date."}
    assert where_shown(view, wrong) == {
        "title": "Shorter.",
        "start_date": "Start time: Choose.",
        "repeats": "Number of times: A number. Except on: No date.",
    }
    asked = form_held(start_time={"selected_time": None}, times={"value": None}, except_on={"value": "x"})
    assert where_shown(asked, wrong) == wrong


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
