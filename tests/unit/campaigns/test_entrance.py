"""What became of the unsure, where the provider can be asked; who must not be invited; and the brake."""

import pytest

from campaigns.account_port import Suppressed
from campaigns.courier import Courier
from campaigns.entrance import Entrance
from campaigns.errors import BadAddress, Busy, Unsure
from campaigns.faults import MAX_ATTEMPTS, is_failing, looks_at
from campaigns.hand_over import LEASE, Receipt
from campaigns.model import DeliveryState, Reason, RunState
from tests.contract.store_scene import Scene
from tests.fakes.campaigns import OWNER
from tests.fakes.clocks import NOON, HandClock
from tests.fakes.mailers import AT_ONCE, LostReply, OneMailer, PlainDesk, ScriptedMailer

FIRST, SECOND_ONE = "p001@example.org", "p002@example.org"


class AskedMailer(ScriptedMailer):
    """Implements ``campaigns.mailer_port.Inquirer`` too; ``deaf`` is what it raises instead of an answer."""

    deaf = None

    def find(self, letter):
        if self.deaf is not None:
            raise self.deaf
        held = [one.letter for one in self.accepted if one.letter == letter]
        return Receipt("found") if held else None


@pytest.fixture
def asked(house):
    house.mailer = AskedMailer(house.clock)
    house.courier = Courier(house.store, OneMailer(house.mailer), house.clock, house.desk, owner="test")
    return house


def test_the_unsure_are_asked_for_before_the_next_batch(asked):
    run = asked.start(asked.campaign(4), per_batch=2, gap=1)
    asked.mailer.script = [LostReply(Unsure("The reply was lost")), Unsure("The reply was lost")]
    asked.drain()
    assert set(asked.states(run).values()) == {DeliveryState.SENT}
    assert asked.mailer.letters_per_address == {f"p00{n}@example.org": 1 for n in range(1, 5)}
    assert asked.rows(run)[0].reference == "found"


@pytest.mark.parametrize("fault", [Busy("Away"), KeyError("surprise")])
def test_who_cannot_be_asked_for_stays_unsure(asked, fault):
    run = asked.start(asked.campaign(2), per_batch=1, gap=1)
    asked.mailer.script = [Unsure("The reply was lost")]
    asked.mailer.deaf = fault
    asked.drain()
    assert asked.states(run) == {FIRST: DeliveryState.UNSURE, SECOND_ONE: DeliveryState.SENT}


def test_who_stays_unsure_is_not_tried_for_ever(asked):
    run = asked.start(asked.campaign(30), per_batch=1, gap=1)
    asked.mailer.trouble[FIRST] = [Unsure("The reply was lost")] * 99
    asked.drain()
    assert asked.mailer.tried.count(FIRST) == MAX_ATTEMPTS
    assert asked.states(run)[FIRST] is DeliveryState.UNSURE
    assert asked.run(run).state is RunState.FINISHED


class ManyUnsure(Scene):
    """A run of so many people, of all of whom nobody knows; ``asked`` are those asked for, by number.

    ``knows`` says what the provider says of one of them: what it raises, or whether it holds the invite.
    """

    def __init__(self, store, people):
        super().__init__(store)
        self.run = self.started(people)
        self.outcomes(self.run, *[DeliveryState.UNSURE] * people)
        self.asked, self.knows = [], lambda _number: False
        self.clock, self.answer_takes = HandClock(), AT_ONCE
        mailer = ScriptedMailer(self.clock)
        mailer.find = self.find
        self.entrance = Entrance(store, OneMailer(mailer), self.clock, PlainDesk())

    def find(self, letter):
        number = int(letter.recipient.removeprefix("p").partition("@")[0])
        self.asked.append(number)
        self.clock.advance(self.answer_takes)
        said = self.knows(number)
        if isinstance(said, BaseException):
            raise said
        return Receipt("found") if said else None

    def enter(self):
        """The batch is carried once more; returns who was asked for."""
        self.asked.clear()
        with self.store.reading() as work:
            account = work.runs.standing(self.run.id).account
        assert self.entrance.admits(self.run.id, 1, account)
        return list(self.asked)

    def unsure(self):
        with self.store.reading() as work:
            return work.runs.progress(self.run.id).counts.unsure


def test_all_the_unsure_are_asked_for_however_many_the_first_of_them_stay_so(store):
    scene = ManyUnsure(store, 65)
    scene.knows = lambda number: KeyError("odd") if number <= 60 else True
    assert scene.enter() == list(range(1, 66))
    assert scene.unsure() == 60


def test_a_hundred_are_asked_for_before_a_batch_and_the_next_one_goes_on_there(store):
    scene = ManyUnsure(store, 130)
    scene.knows = lambda _number: KeyError("odd")
    assert scene.enter() == list(range(1, 101))
    assert scene.enter() == [*range(101, 131), *range(1, 71)]
    assert scene.enter() == [*range(71, 131), *range(1, 41)]


def test_a_slow_provider_holds_no_batch_longer_than_it_has_its_lease(store):
    scene = ManyUnsure(store, 9)
    scene.knows, scene.answer_takes = lambda _number: KeyError("odd"), LEASE / 8
    assert scene.enter() == [1, 2, 3]
    assert scene.enter() == [4, 5, 6]


def test_one_who_cannot_be_asked_for_does_not_hide_the_others(store):
    scene = ManyUnsure(store, 5)
    scene.knows = lambda number: Busy("Away") if number == 2 else True
    assert scene.enter() == [1, 2]
    assert scene.enter() == [3, 4, 5, 2]
    assert scene.enter() == [2]
    assert scene.unsure() == 1


def test_a_provider_that_cannot_be_asked_leaves_them_to_a_person(house):
    run = house.start(house.campaign(2), per_batch=1, gap=1)
    house.mailer.script = [Unsure("The reply was lost")]
    house.drain()
    assert house.states(run)[FIRST] is DeliveryState.UNSURE


def test_who_asked_not_to_be_invited_is_skipped_at_the_last_moment(house):
    run = house.start(house.campaign(3))
    with house.store.writing() as work:
        work.suppressions.add(OWNER.workspace, Suppressed(SECOND_ONE, "pressed", NOON))
    house.drain()
    assert house.states(run)[SECOND_ONE] is DeliveryState.SKIPPED
    assert house.mailer.tried == [FIRST, "p003@example.org"]
    assert house.run(run).state is RunState.FINISHED


def test_a_batch_of_which_too_much_fails_brakes_whatever_for_and_again_after_five_more(house):
    run = house.start(house.campaign(40), per_batch=20, gap=1)
    house.mailer.script = [BadAddress(f"No such mailbox {n}") for n in range(99)]
    house.drain()
    braked = house.run(run)
    assert (braked.state, braked.reason, house.counts(run).failed) == (RunState.PAUSED, Reason.FAULTS, 6)
    assert braked.detail.startswith("6 of the last 6 invites have failed. The latest: No such")
    house.clock.minutes(1)
    house.runs.resume(OWNER, run.id)
    house.clock.minutes(1)
    house.drain()
    assert house.counts(run).failed == 11


def test_the_account_says_when_to_brake(house):
    house.account(brake_refusals=2, brake_percent=100)
    run = house.start(house.campaign(9))
    house.mailer.script = [BadAddress("Spam suspected", policy=True)] * 9
    house.drain()
    assert house.counts(run).failed == 2
    assert house.run(run).detail.startswith("2 invites in a row were refused for the same reason")


@pytest.mark.parametrize(
    ("bad", "looked_at", "percent", "brakes"),
    [
        (4, 4, 25, False),
        (5, 9, 25, True),
        (5, 20, 25, False),
        (6, 20, 25, True),
        (20, 20, 100, False),
        (5, 200, 0, True),
        (50, 200, 25, False),
        (51, 200, 25, True),
        (52, 200, 25, True),
    ],
)
def test_the_share_that_brakes(bad, looked_at, percent, brakes):
    assert is_failing(bad, looked_at, percent) is brakes


@pytest.mark.parametrize(
    ("batch", "percent", "looked_at"),
    [
        (1, 25, 16),
        (4, 25, 16),
        (20, 25, 20),
        (150, 25, 150),
        (900, 25, 200),
        (4, 10, 40),
        (4, 75, 6),
        (4, 100, 4),
        (4, 1, 200),
        (4, 0, 200),
    ],
)
def test_the_brake_looks_back_over_a_batch_or_over_so_many_that_five_are_above_the_share(
    batch, percent, looked_at
):
    assert looks_at(batch, percent) == looked_at
