"""SIGKILL around what people change: a list, an approval, a test invite. Done once, or not at all."""

import random
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from campaigns.conduct import RunService
from campaigns.editing import CampaignEditing
from campaigns.forms import form_of
from campaigns.history import Deed
from campaigns.model import Kind
from campaigns.ports import Selection
from campaigns.roles import Actor
from campaigns.roster import Roster
from campaigns.service import CampaignService
from campaigns.timing import Pace, SendingHours
from campaigns.uploaded_list import ListPurpose
from playground.records import DispatchFailed
from playground.script import create_campaign
from scheduler.clock import SystemClock
from storage.tables import attendee, batch, run, spend
from storage.timing_json import hours_to_json
from tests.crash.test_killed_while_submitting import a_campaign
from tests.crash.town import MINUTE, alive_until, mortal_stage, run_is_over, start_run, states
from tests.fakes.campaigns import HeldList, QuietAlarm
from tests.scenario.editing import open_hub

ANA = Actor("T0PLAYGRND", "U0ANA")
NEW_LIST = [f"guest{number}@example.org" for number in range(3, 9)]


class Town:
    """A stage whose bot dies at the points it is told, and the two people in front of it."""

    def __init__(self, stage, store):
        self.stage, self.store = stage, store
        self.ana, self.kim = (stage.workspace.person(name) for name in ("ana", "kim"))
        self.lists, clock, alarm = HeldList(), SystemClock(minute=MINUTE), QuietAlarm()
        self.campaigns = CampaignService(store, self.lists, clock, alarm)
        self.editing = CampaignEditing(store, clock, alarm)
        self.runs = RunService(store, clock, alarm, approval_above=1)
        self.kills = 0

    def live(self, point="", passes=1, **settings):
        """The next life of the bot, which ends at ``point``."""
        self.stage.kill_bot()
        self.stage.start_bot(DIE_AT=point, DIE_AFTER=str(passes), **settings)

    def dies_of(self, act):
        """``act`` leads to the point; whether Slack was still answered is a matter of chance."""
        with suppress(DispatchFailed):
            act()
        assert self.stage.bot_has_ended(20), "the point was not passed"
        self.kills += 1

    def deeds(self, deed):
        with self.store.reading() as work:
            return [entry for entry in work.history.of_campaign(1, limit=50) if entry.deed is deed]

    def listed(self):
        query = select(attendee.c.address).where(attendee.c.removed_at.is_(None)).order_by(attendee.c.id)
        with self.store.engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def until(self, is_so):
        alive_until(self.stage, is_so)

    def start_planned(self):
        """A run that waits for approval, in place of the one that is on."""
        self.runs.stop(ANA, start_run(self.store, people=6, per_batch=3).id)
        return self.runs.start(
            ANA, 1, Selection(Kind.INVITE), Pace(3, 1), channel="C0EVENTS", submission="planned"
        ).id

    def close_the_hours(self, run_id):
        """As at closing time: what is open now opens again in three days."""
        some_day = (datetime.now(UTC) + timedelta(days=3)).isoweekday()
        self._set_hours(run_id, SendingHours(time(10), time(11), (some_day,), "UTC"))

    def open_the_hours(self, run_id):
        self._set_hours(run_id, None)
        with self.store.engine.begin() as connection:
            waiting = update(batch).where(batch.c.run_id == run_id, batch.c.ended_at.is_(None))
            connection.execute(waiting.values(due_at=datetime.now(UTC)))

    def take_off(self, gone):
        """Replace the list by one without ``gone``, while the run is on."""
        campaign = self.campaigns.view(ANA, 1).summary.campaign
        with self.store.reading() as work:
            stay = [one for one in work.campaigns.attendees(1) if one.address not in gone]
        self.lists.held = Roster(("email",), [replace(one, id=0) for one in stay], [])
        upload = self.campaigns.submit(
            ANA,
            form_of(campaign),
            file={},
            view_id="",
            submission="list",
            purpose=ListPurpose.REPLACE,
            target=1,
        )
        self.campaigns.import_list(upload)
        self.editing.apply_list(ANA, upload.id)

    def _set_hours(self, run_id, hours):
        with self.store.engine.begin() as connection:
            connection.execute(update(run).where(run.c.id == run_id).values(hours=hours_to_json(hours)))


@pytest.fixture
def town():
    with mortal_stage() as (stage, store):
        yield Town(stage, store)


@pytest.mark.crash
def test_a_list_is_read_once_and_applied_once_whenever_the_bot_is_killed(town, record_property):
    """Unread lists are taken up at the start, so the bot dies of the same list again and again."""
    town.live("list.before_stage")
    create_campaign(town.stage.workspace, town.ana, a_campaign())
    before = town.listed()
    open_hub(town.ana, "Kick-off")
    town.ana.press("Attendee list")
    town.ana.wait_for_modal("Attendee list")
    town.ana.fill("What to do", "Replace the list")
    town.ana.fill("Attendee list", ("new.csv", "\n".join(["Email", *NEW_LIST]).encode()))
    town.dies_of(town.ana.submit)
    for point in ("list.before_stage", "list.staged"):
        town.dies_of(lambda point=point: town.stage.launch_bot(DIE_AT=point, DIE_AFTER="1"))
    assert town.listed() == before
    town.live("change.before_commit")
    told = town.ana.wait_for_message("Your list was read", timeout=20)
    for point, listed in (("change.after_commit", before), ("", NEW_LIST)):
        town.ana.close()
        town.ana.press("Review changes", where=told)
        town.ana.wait_for_modal("Check the changes", timeout=10)
        town.dies_of(lambda: town.ana.press("Apply changes"))
        assert town.listed() == listed
        town.live(point)
    town.ana.close()
    town.ana.press("Review changes", where=told)
    town.ana.wait_for_modal("Not possible now", timeout=10)
    assert "applied these changes already" in town.ana.modal.plain()
    assert len(town.deeds(Deed.LIST_CHANGED)) == 1
    record_property("kills", town.kills)


@pytest.mark.crash
def test_an_approved_run_begins_once_whenever_the_bot_is_killed(town, record_property):
    run_id = town.start_planned()
    town.live("approval.before_commit")
    asked = town.kim.wait_for_message("Approve", "events", timeout=20)
    for point in ("approval.before_commit", "approval.after_commit", ""):
        town.dies_of(lambda: town.kim.press("Approve", where=asked))
        town.live(point)
    town.until(lambda: run_is_over(town.store, run_id))
    received = sorted(mail.recipients[0] for mail in town.stage.post.messages)
    assert received == sorted(states(town.store, run_id))
    assert [entry.by for entry in town.deeds(Deed.APPROVED)] == ["U0KIM"]
    record_property("kills", town.kills)


@pytest.mark.crash
def test_a_test_invite_counts_even_if_the_bot_is_killed_around_it(town, record_property):
    """What may have gone out is in the account's book, so that no limit is ever passed."""
    limit = {"SMTP_PER_DAY": "2"}
    town.live("trial.before_send", **limit)
    create_campaign(town.stage.workspace, town.ana, a_campaign())
    for spent, sent, point in ((1, 0, "trial.sent"), (2, 1, "")):
        town.dies_of(lambda: ask_for_a_test(town.ana))
        with town.store.engine.connect() as connection:
            assert len(connection.execute(select(spend.c.id)).all()) == spent
        assert len(town.stage.post) == sent
        town.live(point, **limit)
    ask_for_a_test(town.ana)
    town.ana.wait_for_modal("Test not sent", timeout=20)
    assert len(town.stage.post) == 1
    record_property("kills", town.kills)


def ask_for_a_test(ana):
    open_hub(ana, "Kick-off")
    ana.press("Send test invite to me")
    ana.wait_for_modal("Send test invite", timeout=10)
    ana.fill("Send to", "ana@example.org")
    ana.submit()


@pytest.mark.crash
@pytest.mark.parametrize("seed", range(2))
def test_hours_that_close_a_new_pace_and_a_new_list_in_mid_run_lose_nobody(town, seed, record_property):
    """Kills at any instant between them; whoever is taken off the list in time gets nothing."""
    chance = random.Random(seed)
    people, taken_off = 60, {f"guest{number}@example.org" for number in range(50, 55)}
    town.stage.post.faults.slow_down(0.01)
    run_id = start_run(town.store, people, per_batch=7).id
    changes = (
        (5, lambda: town.close_the_hours(run_id)),
        (0, lambda: town.open_the_hours(run_id)),
        (5, lambda: town.runs.change_pace(ANA, run_id, Pace(11, 2))),
        (5, lambda: town.take_off(taken_off)),
        (5, lambda: town.runs.change_pace(ANA, run_id, Pace(4, 1))),
    )
    for sent, change in changes:
        town.live()
        goal = len(town.stage.post) + (chance.randrange(2, 2 + sent) if sent else 0)
        town.until(lambda goal=goal: len(town.stage.post) >= goal)
        change()
        town.stage.bot_has_ended(chance.random() * 0.05)
        town.stage.kill_bot()
        town.kills += 1
    town.live()
    town.until(lambda: run_is_over(town.store, run_id))
    received = [mail.recipients[0] for mail in town.stage.post.messages]
    assert len(received) == len(set(received)), "somebody was invited twice"
    found = states(town.store, run_id)
    assert {who for who, state in found.items() if state == "skipped"} == taken_off
    assert not taken_off & set(received)
    unsure = {who for who, state in found.items() if state == "unsure"}
    assert len(unsure) <= town.kills
    assert set(found) - taken_off - unsure <= set(received)
    record_property("kills", town.kills)
