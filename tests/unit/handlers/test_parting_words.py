"""What a person reads before and after disconnecting fits what becomes of the access."""

import pytest

from campaigns.parting import Parting
from handlers.parting_words import after, before

ASKED = [one for one in Parting if one not in (Parting.OWED, Parting.NOTHING)]


@pytest.mark.parametrize("parting", ASKED)
def test_the_question_fits_beside_the_largest_numbers(parting):
    """Slack takes 300 characters; the rest of the question has 110 at most."""
    assert 0 < len(before(parting)) <= 190


@pytest.mark.parametrize("parting", [one for one in Parting if one is not Parting.TAKEN_BACK])
def test_only_what_is_taken_back_is_said_to_be(parting):
    assert "taken back" not in after(parting)
    assert "is asked to take back" not in before(parting)


@pytest.mark.parametrize(
    ("parting", "where"),
    [
        (Parting.STAYS_AT_GOOGLE, "myaccount.google.com/permissions"),
        (Parting.STAYS_AT_MICROSOFT, "myapps.microsoft.com"),
        (Parting.PASSWORD_STAYS, "At the mail server the password stays good"),
        (Parting.KEY_STAYS, "until an admin deletes it"),
        (Parting.SHARED, "another connected account of the same address"),
    ],
)
def test_what_stays_good_is_said_with_where_to_end_it(parting, where):
    assert where in before(parting)
    assert after(parting) == before(parting)


def test_a_google_that_did_not_answer_is_named_with_what_happens_next():
    said = after(Parting.OWED)
    assert "Google did not answer: it is asked again every hour for 7 days." in said
    assert "myaccount.google.com/permissions" in said
