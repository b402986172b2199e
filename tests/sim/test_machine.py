"""The buttons and the faults as rules; Hypothesis looks for the shortest story that breaks a promise."""

import tempfile

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.sim.world import HOURS, JUMPS, STARTS, World

SETTINGS = settings(
    max_examples=25,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
sizes, gaps = st.sampled_from([1, 2, None]), st.sampled_from([0, 5])
limits = st.sampled_from([None, 1, 2, 5])
hours, starts = st.sampled_from(list(HOURS)), st.sampled_from(list(STARTS))
troubles = st.lists(st.sampled_from(sorted(set(World.TROUBLES))), max_size=6)


class Runs(RuleBasedStateMachine):
    """Store, courier and batch queue of one process, two campaigns, one account."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="sendinvites-sim-")
        self.world = None

    @initialize(
        per_minute=limits,
        per_day=limits,
        above=st.sampled_from([None, 2]),
        per_batch=sizes,
        gap=gaps,
        hours=hours,
    )
    def open(self, per_minute, per_day, above, per_batch, gap, hours):
        self.world = World(
            self.folder.name, per_minute=per_minute, per_day=per_day, people=(5, 2), approval_above=above
        )
        self.world.start(self.world.campaigns[0], per_batch, gap, hours=hours)

    @rule(which=st.sampled_from([0, 1]), per_batch=sizes, gap=gaps, hours=hours, starts=starts)
    def start(self, which, per_batch, gap, hours, starts):
        self.world.start(self.world.campaigns[which], per_batch, gap, hours=hours, starts=starts)

    @rule(troubles=troubles)
    def carry(self, troubles):
        self.world.carry(troubles)

    @rule(troubles=troubles, crash_after=st.integers(0, 25))
    def carry_until_the_power_fails(self, troubles, crash_after):
        self.world.carry(troubles, crash_after)

    @rule(how_far=st.sampled_from(list(JUMPS)))
    def jump(self, how_far):
        self.world.jump(how_far)

    @rule()
    def wait_for_what_is_due(self):
        self.world.wait_for_what_is_due()

    @rule()
    def chore(self):
        self.world.chore()

    @rule(which=st.sampled_from([0, 1]), first=st.integers(1, 4), more=st.integers(0, 4))
    def replace_list(self, which, first, more):
        self.world.replace_list(self.world.campaigns[which], range(first, first + more + 1))

    @rule(which=st.sampled_from([0, 1]))
    def revise(self, which):
        self.world.revise(self.world.campaigns[which])

    @precondition(lambda self: self.world and self.world.begun)
    @rule(button=st.sampled_from(["pause", "resume", "stop", "approve", "decline"]), draw=st.data())
    def press(self, button, draw):
        self.world.press(button, draw.draw(st.sampled_from(self.world.begun)))

    @precondition(lambda self: self.world and self.world.begun)
    @rule(per_batch=sizes, gap=gaps, draw=st.data())
    def change_pace(self, per_batch, gap, draw):
        self.world.change_pace(draw.draw(st.sampled_from(self.world.begun)), per_batch, gap)

    @precondition(lambda self: self.world and self.world.begun)
    @rule(again=st.sampled_from(["retry_failed", "send_again"]), draw=st.data())
    def once_more(self, again, draw):
        getattr(self.world, again)(draw.draw(st.sampled_from(self.world.newest_runs())))

    @invariant()
    def every_promise_holds(self):
        if self.world:
            self.world.check()

    def teardown(self):
        try:
            if self.world:
                self.world.settle_everything()
        finally:
            if self.world:
                self.world.close()
            self.folder.cleanup()


def test_no_story_of_buttons_faults_and_crashes_breaks_a_promise():
    run_state_machine_as_test(Runs, settings=SETTINGS)
