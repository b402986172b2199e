"""SIGKILL before and after the commit of a submission: what the person then sees and does."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.ports import ListQuery
from playground.records import DispatchFailed
from playground.script import NewCampaign, create_campaign, prepare_batches, start_batch_sending
from tests.crash.town import (
    alive_until,
    mortal_stage,
    nobody_is_lost_and_nobody_is_invited_twice,
    run_is_over,
)

PEOPLE = 6
LIST = "Email\n" + "".join(f"guest{number}@example.org\n" for number in range(PEOPLE))


def a_campaign():
    return NewCampaign(
        title="Kick-off",
        starts_at=datetime.now(UTC) + timedelta(days=9),
        minutes=30,
        place="Room 1",
        description="Welcome",
        list_name="list.csv",
        list_content=LIST.encode(),
    )


@pytest.mark.crash
# once it is committed, the next press is answered with that run and passes the point no more
@pytest.mark.parametrize(("point", "kills"), [("submit.before_commit", 4), ("submit.after_commit", 1)])
def test_a_bot_killed_at_start_batch_sending_starts_one_run_when_it_is_pressed_again(point, kills):
    """The form is still open after the time-out; pressing again starts the run, or shows it."""
    with mortal_stage() as (stage, store):
        ana = stage.workspace.person("ana")
        stage.start_bot(DIE_AT="", DIE_AFTER="0")
        create_campaign(stage.workspace, ana, a_campaign())
        prepare_batches(stage.workspace, ana, per_batch="3", gap="0")
        for _kill in range(kills):
            stage.stop_bot()
            stage.start_bot(DIE_AT=point, DIE_AFTER="1")
            with pytest.raises(DispatchFailed):
                ana.submit()
            assert stage.bot_has_ended(10)
        stage.start_bot(DIE_AT="", DIE_AFTER="0")
        start_batch_sending(stage.workspace, ana)
        alive_until(stage, lambda: run_is_over(store, 1))
        nobody_is_lost_and_nobody_is_invited_twice(stage, store, 1, PEOPLE)
        with store.reading() as work:
            assert work.runs.latest(1).id == 1


@pytest.mark.crash
@pytest.mark.parametrize("point", ["submit.before_commit", "submit.after_commit"])
def test_a_bot_killed_at_create_campaign_makes_one_campaign(point):
    """What was committed is read after the restart; what was not is submitted again."""
    with mortal_stage() as (stage, store):
        ana = stage.workspace.person("ana")
        stage.start_bot(DIE_AT=point, DIE_AFTER="1")
        with pytest.raises(DispatchFailed):
            create_campaign(stage.workspace, ana, a_campaign())
        assert stage.bot_has_ended(10)
        stage.start_bot(DIE_AT="", DIE_AFTER="0")
        if point == "submit.before_commit":
            assert ana.submit() == {}
        ana.wait_for_message("The campaign is ready", timeout=20)
        with store.reading() as work:
            assert work.campaigns.count("T0PLAYGRND", ListQuery()) == 1
