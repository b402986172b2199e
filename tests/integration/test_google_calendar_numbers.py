"""A letter's number names its words, in Google Calendar too."""

import dataclasses

import pytest

from campaigns.errors import Busy
from tests.contract.mailer_suite import letter
from tests.fakes.calendar_scene import CalendarScene


@pytest.fixture
def scene():
    with CalendarScene() as opened:
        yield opened


@pytest.fixture
def mailer(scene):
    return scene.mailer


@pytest.fixture
def google(scene):
    return scene.google


def test_a_letter_in_other_words_takes_the_place_of_one_that_may_have_come(scene, mailer, google):
    """Its reply was lost, and the list was corrected before the next try: that has a number of its own."""
    google.faults.drop("after", on="events.insert")
    with pytest.raises(Busy):
        mailer.send(letter())
    corrected = dataclasses.replace(letter(sequence=1, description="Dear friend"), key="f" * 32)
    receipt = mailer.send(corrected)
    [event] = scene.events
    assert event["description"] == "Dear friend"
    assert mailer.find(corrected) == receipt


def test_a_letter_is_found_by_its_number_when_its_words_are_forgotten(scene, mailer):
    """The list was corrected since: what went cannot be written again."""
    receipt = mailer.send(letter())
    assert mailer.find(letter(description="Dear friend")) == receipt
    assert mailer.find(letter(description="Dear friend", sequence=1)) is None


def test_no_number_that_names_two_words_stops_a_run(scene, mailer):
    """Only letters from before words were noted can be such; the newer words stand."""
    mailer.send(letter())
    mailer.send(letter(description="Dear friend"))
    [event] = scene.events
    assert event["description"] == "Dear friend"
