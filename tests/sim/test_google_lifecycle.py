"""Invite, update, answer, cancel at Google Calendar, in any order: the ledger says what stands there."""

import tempfile

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from campaigns.model import Kind
from tests.fakes.calendar_scene import CalendarScene
from tests.sim.google_life import TROUBLES, GoogleLife
from tests.sim.life import ANSWERS, KINDS, PEOPLE

SETTINGS = settings(
    max_examples=20,
    stateful_step_count=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
addresses = st.integers(1, PEOPLE).map(lambda number: f"p{number:03}@example.org")
kinds = st.sampled_from(KINDS)
days = st.sampled_from([0, 0, 1, -1])
edits = st.lists(days, max_size=2)
words = st.sampled_from(["", "dear", "friend"])
troubles = st.lists(st.sampled_from(TROUBLES), min_size=1, max_size=3)
buttons = st.sampled_from(["pause", "resume", "stop"])
numbers = st.sets(st.integers(1, PEOPLE), min_size=1)


class GoogleLives(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="sendinvites-google-life-")
        self.scene = CalendarScene().__enter__()
        self.life = None

    @initialize(troubles=troubles)
    def open(self, troubles):
        self.life = GoogleLife(self.folder.name, self.scene)
        self.life.start(Kind.INVITE, None)
        self.life.carry(troubles)

    @rule(kind=kinds, edits=edits, troubles=troubles)
    def begin_in_trouble(self, kind, edits, troubles):
        """What was lost waits for another try, and until then anything may happen."""
        for days in edits:
            self.life.edit(days)
        self.life.start(kind, None)
        self.life.carry(troubles)

    @rule(kind=kinds, edits=edits)
    def carry_out(self, kind, edits):
        """A whole run on a good day."""
        for days in edits:
            self.life.edit(days)
        self.life.start(kind, None)
        self.life.let_it_run()

    @rule(troubles=troubles)
    def carry(self, troubles):
        self.life.wait()
        self.life.carry(troubles)

    @rule(troubles=troubles, crash_after=st.integers(0, 12))
    def carry_until_the_power_fails(self, troubles, crash_after):
        self.life.wait()
        self.life.carry(troubles, crash_after)

    @rule(days=days)
    def edit(self, days):
        self.life.edit(days)

    @rule(numbers=numbers, word=words)
    def change_the_list(self, numbers, word):
        self.life.put_on_the_list(sorted(numbers), word)

    @rule(answered=st.sets(addresses, min_size=1), said=st.sampled_from(ANSWERS))
    def answer_and_be_heard(self, answered, said):
        for address in sorted(answered):
            self.life.answer(address, said)
        self.life.look()

    @rule(button=buttons)
    def press(self, button):
        self.life.press(button)

    @rule()
    def send_again(self):
        self.life.send_again()

    @rule()
    def let_it_run(self):
        self.life.let_it_run()

    @rule()
    def look(self):
        self.life.look()

    @invariant()
    def the_ledger_says_what_google_says(self):
        if self.life:
            self.life.check()

    def teardown(self):
        try:
            if self.life:
                self.life.settle_everything()
        finally:
            if self.life:
                self.life.close()
            self.scene.__exit__(None, None, None)
            self.folder.cleanup()


def test_no_life_of_an_invite_lets_the_ledger_and_google_disagree():
    run_state_machine_as_test(GoogleLives, settings=SETTINGS)
