import pytest

from campaigns.lifecycle import (
    ACTIVE,
    DELIVERY_STEPS,
    RUN_STEPS,
    deliveries_before,
    outranks,
    refuse_step,
    runs_before,
)
from campaigns.model import DeliveryState, Kind, RunState


@pytest.mark.parametrize(("table", "states"), [(RUN_STEPS, RunState), (DELIVERY_STEPS, DeliveryState)])
def test_every_state_has_its_steps_and_none_steps_to_itself(table, states):
    assert set(table) == set(states)
    assert all(state not in steps for state, steps in table.items())


def test_an_ended_run_stays_ended():
    for ended in set(RunState) - set(ACTIVE):
        assert not RUN_STEPS[ended]


def test_a_run_of_any_active_state_can_be_stopped():
    assert all(RunState.STOPPED in RUN_STEPS[state] for state in ACTIVE)


def test_only_an_active_run_can_finish():
    assert runs_before(RunState.FINISHED) == (RunState.RUNNING, RunState.PAUSED)


@pytest.mark.parametrize("before", [runs_before, deliveries_before])
def test_looking_back_is_the_table_read_the_other_way(before):
    table = RUN_STEPS if before is runs_before else DELIVERY_STEPS
    for to in table:
        assert set(before(to)) == {state for state, steps in table.items() if to in steps}


def test_what_failed_or_came_back_never_moves_again():
    for state in (DeliveryState.FAILED, DeliveryState.BOUNCED):
        assert not DELIVERY_STEPS[state]


def test_what_was_sent_or_sent_again_can_only_come_back():
    for state in (DeliveryState.SENT, DeliveryState.SKIPPED):
        assert DELIVERY_STEPS[state] == {DeliveryState.BOUNCED}


def test_cancel_beats_update_beats_invite_and_nothing_its_own_kind():
    beaten = {kind: {other for other in Kind if outranks(kind, other)} for kind in Kind}
    assert beaten == {
        Kind.CANCEL: {Kind.UPDATE, Kind.INVITE, Kind.REMIND},
        Kind.UPDATE: {Kind.INVITE, Kind.REMIND},
        Kind.INVITE: set(),
        Kind.REMIND: set(),
    }


def test_nothing_is_sent_but_from_the_wire_or_from_doubt():
    """Who waits for another try may be in doubt as well: see ``Delivery.doubted``."""
    assert set(deliveries_before(DeliveryState.SENT)) == {
        DeliveryState.SENDING,
        DeliveryState.UNSURE,
        DeliveryState.QUEUED,
    }


def test_every_state_can_be_reached_and_every_queue_be_left():
    assert {to for steps in DELIVERY_STEPS.values() for to in steps} == set(DeliveryState)
    assert DELIVERY_STEPS[DeliveryState.QUEUED]


@pytest.mark.parametrize("state", list(RunState))
def test_a_late_button_hears_the_truth_and_who_did_it(state):
    refused = refuse_step(state, acted_by="U7")
    assert refused.message.startswith("This run ")
    assert refused.message.endswith(" <@U7> did that.")
    assert refused.hint == "Nothing was changed."


def test_what_happened_by_itself_names_nobody():
    assert refuse_step(RunState.FINISHED).message == "This run is already finished."
