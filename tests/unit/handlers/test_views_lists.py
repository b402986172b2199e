"""What is said of an uploaded list as a whole, whose addresses were taken among it."""

from campaigns.columns import Row
from campaigns.roster import read_roster
from campaigns.service import Imported
from campaigns.uploaded_list import Difference, ListPurpose
from handlers.views_difference import check_changes
from handlers.views_import import ready
from playground.plain import plain_blocks
from tests.fakes.largest_screens import campaign

TOLD = "The whole file · Invites go to the addresses in “Email”. Those in “Contact email” are not invited."


def found():
    """Eight lines that nobody can be invited by, and two people with one contact."""
    cells = [("Contact email", "Email"), ("boss@acme.com", "ana@acme.com"), ("boss@acme.com", "bea@acme.com")]
    cells += [("", f"nobody {n}") for n in range(8)] + [("", f"p{n}@acme.com") for n in range(8)]
    return read_roster([Row(line, row) for line, row in enumerate(cells, 1)]).problems


def test_a_campaign_that_is_ready_says_whose_addresses_were_taken_before_anything_else():
    said = plain_blocks(ready(Imported(campaign("Summit"), found(), 0, 0))["blocks"])
    assert TOLD in said
    assert said.index(TOLD) < said.index("Line 4")


def test_the_changes_of_a_list_say_whose_addresses_were_taken():
    difference = Difference(ListPurpose.APPEND, 1, 0, 0, 0, 0, (), (), (), tuple(found()), 0)
    said = plain_blocks(check_changes(7, "Summit", difference)["blocks"])
    assert TOLD in said
    assert "Cannot be used: 8 entries" in said
