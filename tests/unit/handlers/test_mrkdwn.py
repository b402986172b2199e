from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from campaigns.errors import InputError, NotAllowed, StateError
from handlers import mrkdwn
from handlers.form_values import values_of_event
from tests.fakes.largest_screens import TITLES, event


@given(st.text(max_size=400), st.integers(min_value=5, max_value=60))
def test_safe_text_keeps_its_limit_and_holds_no_markup(text, limit):
    made = mrkdwn.safe(text, limit)
    assert 0 < len(made) <= limit
    assert "<" not in made
    assert ">" not in made
    rest = made.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
    assert "&" not in rest  # every entity is whole


@given(st.text(max_size=400), st.integers(min_value=2, max_value=60))
def test_cut_text_is_never_empty_and_never_too_long(text, limit):
    assert 0 < len(mrkdwn.cut(text, limit)) <= limit


def test_ids_that_are_none_are_shown_and_not_followed():
    assert mrkdwn.mention("U0ANA") == "<@U0ANA>"
    assert mrkdwn.mention("here> <!channel") == "here&gt; &lt;!channel"
    assert mrkdwn.channel_link("C0EVENTS") == "<#C0EVENTS>"
    assert mrkdwn.channel_link("!channel") == "!channel"


def test_a_moment_is_read_in_the_readers_zone_and_falls_back_to_utc():
    at = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
    assert mrkdwn.moment(at) == (
        "<!date^1795516200^{date_short_pretty} at {time}|Tue 24 Nov 2026, 10:30 UTC>"
    )


def test_only_errors_without_typed_words_may_mention_a_person():
    assert "<@U0ANA>" in mrkdwn.advice(NotAllowed(hint="Ask <@U0ANA>."))
    assert "<@U0ANA>" in mrkdwn.advice(StateError("Already paused. <@U0ANA> did that."))
    assert "<@" not in mrkdwn.advice(InputError("No column <@U0ANA>"))
    assert "<!" not in mrkdwn.advice(StateError("<!channel>"))


def test_a_form_filled_from_an_event_makes_the_same_event_again():
    from campaigns.forms import parse_event
    from tests.fakes.clocks import NOON

    for title in TITLES:
        made = parse_event(values_of_event(event(title)), NOON)
        assert (made.starts_at, made.ends_at, made.zone) == (
            event(title).starts_at,
            event(title).ends_at,
            event(title).zone,
        )
