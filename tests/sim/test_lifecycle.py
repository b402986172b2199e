"""Invite, update, answer, cancel, invite again, in any order: what the ledger says is what inboxes say."""

import tempfile

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.sim.life import ANSWERS, KINDS, PEOPLE, TROUBLES, Life

SETTINGS = settings(
    max_examples=35,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
addresses = st.integers(1, PEOPLE).map(lambda number: f"p{number:03}@example.org")
troubles = st.lists(st.sampled_from(TROUBLES), max_size=5)


class Lives(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="sendinvites-life-")
        self.life = None

    @initialize()
    def open(self):
        self.life = Life(self.folder.name)
        self.life.start(KINDS[0], None)

    @rule(kind=st.sampled_from(KINDS), per_batch=st.sampled_from([1, 2, None]))
    def start(self, kind, per_batch):
        self.life.start(kind, per_batch)

    @rule(kind=st.sampled_from(KINDS), is_edited=st.booleans())
    def carry_out(self, kind, is_edited):
        """A whole run on a good day."""
        if is_edited:
            self.life.edit()
        self.life.start(kind, None)
        self.life.let_it_run()

    @rule(troubles=troubles)
    def carry(self, troubles):
        self.life.carry(troubles)

    @rule(troubles=troubles, crash_after=st.integers(0, 12))
    def carry_until_the_power_fails(self, troubles, crash_after):
        self.life.carry(troubles, crash_after)

    @rule()
    def edit(self):
        self.life.edit()

    @rule(numbers=st.sets(st.integers(1, PEOPLE), min_size=1), word=st.sampled_from(["", "dear", "friend"]))
    def change_the_list(self, numbers, word):
        self.life.put_on_the_list(sorted(numbers), word)

    @rule(address=addresses, said=st.sampled_from(ANSWERS))
    def answer(self, address, said):
        self.life.answer(address, said)

    @rule(address=addresses)
    def bounce(self, address):
        self.life.bounce(address)

    @rule(index=st.integers(0, 20))
    def an_old_mail_comes_again(self, index):
        self.life.again(index)

    @rule()
    def look(self):
        self.life.look()

    @rule(button=st.sampled_from(["pause", "resume", "stop"]))
    def press(self, button):
        self.life.press(button)

    @rule()
    def send_again(self):
        self.life.send_again()

    @rule()
    def retry_failed(self):
        self.life.retry_failed()

    @rule()
    def let_it_run(self):
        self.life.let_it_run()

    @rule()
    def wait(self):
        self.life.wait()

    @rule()
    def let_leases_end(self):
        self.life.let_leases_end()

    @invariant()
    def the_ledger_says_what_the_inboxes_say(self):
        if self.life:
            self.life.check()

    def teardown(self):
        try:
            if self.life:
                self.life.settle_everything()
        finally:
            if self.life:
                self.life.close()
            self.folder.cleanup()


def test_no_life_of_an_invite_lets_the_ledger_and_an_inbox_disagree():
    run_state_machine_as_test(Lives, settings=SETTINGS)
