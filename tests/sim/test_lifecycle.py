"""Invite, update, answer, cancel, invite again, in any order: what the ledger says is what inboxes say."""

import tempfile

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from campaigns.model import Kind
from tests.sim.life import ANSWERS, KINDS, PEOPLE, TROUBLES, Life

SETTINGS = settings(
    max_examples=50,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
addresses = st.integers(1, PEOPLE).map(lambda number: f"p{number:03}@example.org")
days = st.sampled_from([0, 0, 1, -1])
edits = st.lists(days, max_size=2)
back = st.sampled_from([0, 0, 1, 2])
words = st.sampled_from(["", "dear", "friend"])
corrections = st.none() | words
troubles = st.lists(st.sampled_from(TROUBLES), max_size=5)


class Lives(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="sendinvites-life-")
        self.life = None

    @initialize()
    def open(self):
        self.life = Life(self.folder.name)
        self.life.start(Kind.INVITE, None)

    @rule(kind=st.sampled_from(KINDS), per_batch=st.sampled_from([1, 2, None]))
    def start(self, kind, per_batch):
        self.life.start(kind, per_batch)

    def correct(self, word):
        """The list has another word for everybody."""
        if word is not None:
            self.life.put_on_the_list(range(1, PEOPLE + 1), word)

    @rule(kind=st.sampled_from(KINDS), edits=edits, word=corrections)
    def carry_out(self, kind, edits, word):
        """A whole run on a good day."""
        self.correct(word)
        for days in edits:
            self.life.edit(days)
        self.life.start(kind, None)
        self.life.let_it_run()

    @rule(crash_after=st.integers(0, 12), edits=edits, word=corrections, refused=st.sets(addresses))
    def carry_out_in_spite_of_a_power_failure(self, crash_after, edits, word, refused):
        """What may have gone is sent again, by then perhaps as another letter, and some of it comes back."""
        self.life.start(Kind.INVITE, None)
        self.life.carry((), crash_after)
        self.correct(word)
        self.life.let_it_run()
        for days in edits:
            self.life.edit(days)
        self.life.send_again()
        self.life.let_it_run()
        for address in sorted(refused):
            self.life.bounce(address)
        self.life.look()

    @rule(troubles=troubles, word=corrections, again=words)
    def carry_through_trouble_while_the_list_is_corrected(self, troubles, word, again):
        self.life.start(Kind.INVITE, None)
        self.life.carry(troubles)
        self.correct(word)
        self.life.let_it_run()
        self.correct(again)
        self.life.send_again()
        self.life.let_it_run()

    @rule(answered=st.sets(addresses), edits=edits, refused=st.sets(addresses))
    def update_who_has_answered(self, answered, edits, refused):
        for address in sorted(answered):
            self.life.answer(address, ANSWERS[0])
        self.life.look()
        for days in edits:
            self.life.edit(days)
        self.life.start(Kind.UPDATE, None)
        self.life.let_it_run()
        for address in sorted(refused):
            self.life.bounce(address)
        self.life.look()

    @rule(troubles=troubles)
    def carry(self, troubles):
        self.life.carry(troubles)

    @rule(troubles=troubles, crash_after=st.integers(0, 12))
    def carry_until_the_power_fails(self, troubles, crash_after):
        self.life.carry(troubles, crash_after)

    @rule(days=days)
    def edit(self, days):
        self.life.edit(days)

    @rule(numbers=st.sets(st.integers(1, PEOPLE), min_size=1), word=words)
    def change_the_list(self, numbers, word):
        self.life.put_on_the_list(sorted(numbers), word)

    @rule(address=addresses, said=st.sampled_from(ANSWERS), back=back)
    def answer(self, address, said, back):
        self.life.answer(address, said, back)

    @rule(address=addresses, back=back)
    def bounce(self, address, back):
        self.life.bounce(address, back)

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
