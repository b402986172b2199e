"""Whom a demo invites."""

import pytest

from bot.demo import attendee_list
from campaigns.account import Service
from playground import sample_attendees


@pytest.mark.parametrize("service", [None, *Service])
def test_the_made_up_list_is_shorter_only_where_the_pace_of_the_provider_would_take_minutes(service):
    name, content = attendee_list(None, service)
    assert name == "attendees.csv"
    people = content.decode().splitlines()[1:]
    assert len(people) == (40 if service is Service.MICROSOFT_365 else 120)
    assert sample_attendees().read_bytes().startswith(content)


def test_a_list_of_ones_own_is_taken_whole(tmp_path):
    whole = "email\n" + "\n".join(f"person{n}@people.example" for n in range(100))
    (tmp_path / "own.csv").write_text(whole, encoding="utf-8")
    assert attendee_list(tmp_path / "own.csv", Service.MICROSOFT_365) == ("own.csv", whole.encode())
