import pytest

from campaigns.history import Deed
from handlers.deed_words import deed_words

PACE = {"per_batch": "50", "gap_minutes": "30"}
BEFORE = {"per_batch_before": "20", "gap_minutes_before": "60"}


@pytest.mark.parametrize(
    ("deed", "facts", "said"),
    [
        (Deed.CREATED, {"attendees": "1200"}, "made the campaign: 1,200 attendees"),
        (Deed.CANCELLED, {"revision": "3"}, "cancelled the event"),
        (Deed.STOPPED, {}, "stopped the run"),
        (Deed.STOPPED, {"replaced_by": "update"}, "stopped the run, for Update Calendar Invites"),
        (Deed.STARTED, {"kind": "cancel", "invites": "2"}, "started a run: 2 cancellations"),
        (Deed.STARTED, {"kind": "remind", "invites": "1"}, "started a run: 1 reminder"),
        (Deed.NEVER_INVITE, {"added": "2"}, "changed the never-invite list: 2 added"),
        (Deed.TAKEN_IN, {"attendees": "1"}, "added 1 attendee, to be invited without a press"),
        (Deed.DUPLICATED, {"source": "7", "attendees": "3"}, "made it as a duplicate of #7"),
        (Deed.EDITED, {"fields": "title, place"}, "changed the event: title, place"),
        (Deed.LIST_CHANGED, {"added": "2", "removed": "0", "changed": "1"}, "2 added, 1 changed"),
        (Deed.TEST_SENT, {"domain": "acme.example"}, "sent a test invite to acme.example"),
        (Deed.STARTED, {"invites": "120", **PACE}, "started a run: 120 invites, 50 every 30 minutes"),
        (Deed.STARTED, {"invites": "1", "kind": "update", "per_batch": "", "gap_minutes": "0"}, "1 update"),
        (Deed.PACE_CHANGED, {**PACE, **BEFORE}, "from 20 every 60 minutes to 50 every 30 minutes"),
        (Deed.LEFT_UNSURE, {"invites": "2"}, "took as sent what was unsure: 2 invites"),
    ],
)
def test_a_deed_is_told_with_its_facts(deed, facts, said):
    assert said in deed_words(deed, facts)


@pytest.mark.parametrize("deed", Deed)
def test_every_deed_has_words_without_any_facts(deed):
    said = deed_words(deed, {})
    assert said
    assert not said.endswith((" ", ":", ","))


@pytest.mark.parametrize("deed", Deed)
def test_facts_cannot_mention_or_link(deed):
    names = ("attendees", "fields", "domain", "invites", "source", "added", "gap_minutes", "kind")
    assert "<" not in deed_words(deed, dict.fromkeys(names, "<!channel> <https://evil.example|here>"))
