from datetime import UTC, datetime, time, timedelta

import pytest

from campaigns.errors import InputError
from campaigns.timing import AT_ONCE, Pace, SendingHours, Timing
from handlers.batch_entries import Typed, block_of, in_their_places, typed_in

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def view(**held):
    """A view whose inputs hold this; every block is called otherwise than its action."""
    values = {f"{name}_3": {name: state} for name, state in held.items()}
    blocks = [{"block_id": f"{name}_3", "element": {"action_id": name}} for name in held]
    return {"state": {"values": values}, "blocks": [{"type": "header"}, *blocks]}


def ticked(*values):
    return {"selected_options": [{"value": value} for value in values]}


def test_numbers_are_found_wherever_their_blocks_stand():
    typed = typed_in(view(per_batch={"value": "50"}, gap_minutes={"value": "60"}))
    assert typed.meant(NOW) == (Pace(50, 60), AT_ONCE)


def test_what_is_not_shown_yet_holds_what_it_will_be_shown_with():
    typed = typed_in(view(more_times=ticked("yes")), "Europe/Madrid")
    hours = SendingHours(time(9), time(17), (1, 2, 3, 4, 5), "Europe/Madrid")
    assert typed.timing(NOW) == Timing(None, hours)


def test_what_was_emptied_by_hand_is_empty():
    shown = view(
        more_times=ticked("yes"),
        opens={"selected_time": None},
        days=ticked(),
        hours_zone={"selected_option": None},
    )
    with pytest.raises(InputError) as caught:
        typed_in(shown, "Europe/Madrid").timing(NOW)
    assert set(caught.value.fields) == {"opens", "days", "hours_zone"}


def test_hours_that_are_folded_away_again_do_not_count():
    shown = view(more_times=ticked(), opens={"selected_time": "25:00"})
    assert typed_in(shown).timing(NOW) == AT_ONCE


def test_a_start_is_a_moment_in_utc():
    typed = typed_in(view(starts_at={"selected_date_time": 1_795_564_800}))
    assert typed.timing(NOW) == Timing(datetime(2026, 11, 25, 0, 0, tzinfo=UTC))
    assert typed_in(view(starts_at={"selected_date_time": None})).timing(NOW) == AT_ONCE


def test_a_start_that_has_passed_is_refused_unless_the_form_was_just_being_filled_in():
    def starting(minutes):
        return Typed(starts_at=str(int(NOW.timestamp()) + 60 * minutes))

    with pytest.raises(InputError) as caught:
        starting(-60).timing(NOW)
    assert "has passed" in caught.value.fields["starts_at"]
    assert starting(-5).timing(NOW).starts_at == NOW - timedelta(minutes=5)


def test_everything_that_is_wrong_is_told_at_once():
    with pytest.raises(InputError) as caught:
        Typed(per_batch="0", gap_minutes="", has_hours=True, opens="9").meant(NOW)
    assert set(caught.value.fields) == {"per_batch", "gap_minutes", "opens", "hours_zone"}


def test_errors_stand_at_the_block_of_their_input_or_at_the_first_number():
    shown = view(per_batch={"value": "5"}, opens={"selected_time": "09:00"})
    assert block_of(shown, "opens") == "opens_3"
    assert block_of(shown, "closes") is None
    fields = {"opens": "Late.", "starts_at": "Past.", "per_batch": "Zero."}
    assert in_their_places(shown, fields) == {"opens_3": "Late.", "per_batch_3": "Past. Zero."}
