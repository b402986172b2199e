"""Access to an account is lost while several runs send from it: told once, and nobody is missed or twice."""

from collections import Counter
from datetime import timedelta

import pytest

from campaigns.account import Credential, How
from campaigns.errors import NoAccess
from campaigns.model import Reason, RunState
from campaigns.notices import NoticeKind
from campaigns.renewal import regain_access
from tests.fakes.campaigns import ADMIN
from tests.fakes.clocks import NOON
from tests.sim.town import DAY, Town

REFUSED = NoAccess("The account's access has expired", hint="Renew it.")
PLACES = [
    ("C1", "UANN", "ann@example.org"),
    ("C1", "UBOB", "BOB@example.org"),
    ("C2", "UBOB", "bob@example.org"),
]
TARGETS = {
    ("slack", "C1"),
    ("slack", "C2"),
    ("direct", "UANN"),
    ("direct", "UBOB"),
    ("direct", "UKEEPER"),
    ("mail", "ann@example.org"),
    ("mail", "bob@example.org"),
}


def set_up(**how):
    """Three runs under way in two channels, of two people, one of whom is written to at one address twice."""
    town = Town(pause=lambda: timedelta(seconds=1), connected_by="UKEEPER", **how)
    with town.store.writing() as work:
        work.accounts.keep_credential(town.account_id, Credential(How.PASSWORD, "old"), None)
    runs = [
        town.start(town.campaign(12, title=f"Gala {number}", owner=who, mailbox=to), 4, 10, channel=channel)
        for number, (channel, who, to) in enumerate(PLACES)
    ]
    return town, runs


def expire(town):
    """From now on the provider refuses, at the door and at every letter."""
    town.provider.entry = lambda: REFUSED
    town.provider.refuse = lambda _: REFUSED


def renew(town, *, resume=True):
    """As the connect page does."""
    town.provider.entry = lambda: None
    town.provider.refuse = lambda _: None
    with town.store.writing() as work:
        account = work.accounts.keep_credential(town.account_id, Credential(How.PASSWORD, "new"), None)
        return regain_access(work, account, town.clock.now(), resume=resume)


def targets(town):
    told = [one.payload for one in town.notices(NoticeKind.ACCESS_LOST)]
    media = [str(one.medium) for one in town.notices(NoticeKind.ACCESS_LOST)]
    names = [one.get("channel") or one.get("user") or one.get("to", "").casefold() for one in told]
    return Counter(zip(media, names, strict=True))


def states(town, runs):
    return [(town.run(run.id).state, town.run(run.id).reason) for run in runs]


def everybody_once(town, runs):
    letters = Counter((letter.key.split("/")[0], letter.recipient) for _, letter in town.provider.taken)
    assert set(letters.values()) == {1}
    assert len(letters) == sum(run.total for run in runs)
    assert {town.counts(run.id).sent for run in runs} == {run.total for run in runs}


@pytest.mark.parametrize("after", [0, 1, 3, 4, 5, 11, 13, 35])
def test_access_that_ends_after_any_invite_is_told_once_and_costs_nobody_anything(after):
    town, runs = set_up()

    def refuse(letter):
        if len(town.provider.taken) >= after:
            expire(town)
            return REFUSED
        return None

    town.provider.refuse = refuse
    town.carry(until=NOON + DAY)
    assert all(count == 1 for count in targets(town).values())
    assert set(targets(town)) <= TARGETS
    paused = [run for run in runs if town.run(run.id).state is RunState.PAUSED]
    assert paused
    assert {town.run(run.id).reason for run in paused} == {Reason.ACCESS}
    assert not town.notices(NoticeKind.PAUSED)
    went_on = renew(town)
    assert [run.id for run in went_on] == [run.id for run in paused]
    town.carry(until=NOON + 3 * DAY)
    everybody_once(town, runs)
    assert len(town.notices(NoticeKind.RESUMED)) == len(paused)
    assert len(town.notices(NoticeKind.ACCESS_BACK)) == len({town.run(run.id).channel for run in paused})


def test_every_target_hears_of_it_once_with_what_is_theirs():
    town, runs = set_up()
    town.provider.refuse = lambda _: REFUSED
    town.carry(until=NOON + DAY)
    assert targets(town) == Counter(TARGETS)
    assert states(town, runs) == [(RunState.PAUSED, Reason.ACCESS)] * 3
    told = {one.payload.get("user"): one.payload for one in town.notices(NoticeKind.ACCESS_LOST)}
    assert (told["UANN"]["runs"], told["UANN"]["waiting"], told["UANN"]["titles"]) == ("1", "12", "Gala 0")
    assert (told["UBOB"]["runs"], told["UBOB"]["waiting"]) == ("2", "24")
    assert told["UKEEPER"]["titles"] == "Gala 0\nGala 1\nGala 2"
    assert town.provider.seen[1:] == []


def test_a_day_of_hourly_looks_adds_no_alert():
    town, _ = set_up()
    expire(town)
    for _ in range(24 * 4):
        town.watch.look_at_all()
        town.carry(until=town.clock.now() + timedelta(minutes=15))
    assert targets(town) == Counter(TARGETS)
    assert town.provider.seen == []


def test_with_the_setting_off_nothing_goes_on_without_a_person():
    town, runs = set_up(resumes=False)
    expire(town)
    town.carry(until=NOON + DAY)
    assert renew(town, resume=False) == []
    for _ in range(8):
        town.watch.look_at_all()
        town.carry(until=town.clock.now() + timedelta(hours=1))
    assert states(town, runs) == [(RunState.PAUSED, Reason.ACCESS)] * 3
    assert len(town.notices(NoticeKind.ACCESS_BACK)) == 2
    for run in runs:
        town.runs.resume(ADMIN, run.id)
    town.carry(until=NOON + 4 * DAY)
    everybody_once(town, runs)
