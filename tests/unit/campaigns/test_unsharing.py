"""Colleagues' runs on an account that its keeper does not share any more."""

from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.account import Account, AccountSettings
from campaigns.accounts_desk import AccountsDesk
from campaigns.adding import Adding, Rows
from campaigns.errors import StateError
from campaigns.history import Deed
from campaigns.model import Kind, MailProgress, Medium, Reason, RunState
from campaigns.notices import NoticeKind
from campaigns.ports import CampaignSettings, Selection
from campaigns.roles import Actor
from campaigns.taking_in import TakingIn
from campaigns.timing import Pace
from campaigns.unsharing import WouldPause
from tests.fakes.campaigns import ADMIN, OWNER, form_for, roster_of

KEEPER = Actor("T1", "UKEEPER")
HERS = "ana@example.org"


@pytest.fixture
def account(house):
    draft = Account(0, "smtp", HERS, "Ana", workspace="T1", connected_by=KEEPER.user, is_shared=True)
    with house.store.writing() as work:
        return work.accounts.upsert(draft)


@pytest.fixture
def desk(house):
    return AccountsDesk(house.store, house.clock, house.alarm, consents={}, watch=None)


def settings(*, is_shared):
    return AccountSettings(None, None, 0, 5, 25, is_shared=is_shared)


def started(house, account, owner=OWNER):
    with house.store.writing() as work:
        campaign = work.campaigns.add(
            form_for(account.id),
            workspace="T1",
            owner=owner.user,
            roster=roster_of(4),
            missing_values=0,
            now=house.clock.now(),
        )
    return house.runs.start(
        owner,
        campaign.id,
        Selection(Kind.INVITE),
        Pace(2, 5),
        channel="C1",
        submission=f"s{campaign.id}",
    )


def run_of(house, run):
    with house.store.reading() as work:
        return work.runs.get(run.id)


def told_of_pauses(house):
    with house.store.reading() as work:
        due = work.notices.due(house.clock.now() + timedelta(days=1), 100)
    return [one for one in due if one.kind is NoticeKind.PAUSED]


def test_stopping_to_share_asks_first_and_says_how_many_would_pause(house, desk, account):
    theirs, own = [started(house, account) for _ in range(2)], started(house, account, KEEPER)
    with pytest.raises(WouldPause) as asked:
        desk.change_settings(KEEPER, account.id, settings(is_shared=False))
    assert asked.value.runs == 2
    assert desk.view(KEEPER, account.id).account.is_shared
    assert {run_of(house, run).state for run in (*theirs, own)} == {RunState.RUNNING}


def test_with_a_yes_what_colleagues_have_on_pauses_and_they_are_told_why_and_what_to_do(house, desk, account):
    theirs, own = started(house, account), started(house, account, KEEPER)
    desk.change_settings(ADMIN, account.id, settings(is_shared=False), may_pause=True)
    paused = run_of(house, theirs)
    assert (paused.state, paused.reason, paused.acted_by) == (RunState.PAUSED, Reason.PERSON, ADMIN.user)
    assert paused.detail.startswith(f"{HERS} is not shared with this campaign's owner any more. Ask for it")
    assert run_of(house, own).state is RunState.RUNNING
    told = told_of_pauses(house)
    assert {one.run_id for one in told} == {theirs.id}
    assert Medium.MAIL in {one.medium for one in told}
    assert "Email services" in told[0].payload["hint"]
    with house.store.reading() as work:
        assert work.history.of_campaign(theirs.campaign_id, limit=1)[0].deed is Deed.PAUSED


def test_nothing_more_leaves_until_it_is_shared_again(house, desk, account):
    run = started(house, account)
    desk.change_settings(KEEPER, account.id, settings(is_shared=False), may_pause=True)
    house.courier.send_chunk(run.id, 1)
    with pytest.raises(StateError, match=f"Ask <@{KEEPER.user}>"):
        house.runs.resume(OWNER, run.id)
    assert house.mailer.tried == []
    desk.change_settings(KEEPER, account.id, settings(is_shared=True))
    house.runs.resume(OWNER, run.id)
    house.courier.send_chunk(run.id, 1)
    assert len(house.mailer.tried) == 2


@pytest.mark.parametrize("reason", [Reason.QUOTA, Reason.ACCESS])
def test_what_would_go_on_by_itself_waits_for_a_person_too(house, desk, account, reason):
    run, now = started(house, account), house.clock.now()
    with house.store.writing() as work:
        work.runs.move(run.id, RunState.PAUSED, now=now, reason=reason, resume_at=now)
    with pytest.raises(WouldPause):
        desk.change_settings(KEEPER, account.id, settings(is_shared=False))
    desk.change_settings(KEEPER, account.id, settings(is_shared=False), may_pause=True)
    assert house.queue.claim_due(now + timedelta(days=2)) == []
    paused = run_of(house, run)
    assert (paused.state, paused.reason, paused.resume_at) == (RunState.PAUSED, Reason.PERSON, None)


def test_what_a_person_has_paused_stays_as_it_is(house, desk, account):
    run = started(house, account)
    house.runs.pause(OWNER, run.id)
    desk.change_settings(KEEPER, account.id, settings(is_shared=False))
    assert run_of(house, run).acted_by == OWNER.user
    assert told_of_pauses(house) == []


def test_other_changes_ask_nothing(house, desk, account):
    started(house, account)
    desk.change_settings(KEEPER, account.id, replace(settings(is_shared=True), per_day=300))
    assert desk.view(KEEPER, account.id).account.per_day == 300


def test_who_is_added_later_is_not_invited_from_it_and_the_owner_hears_why(house, desk, account):
    campaign = house.campaign(2, account_id=account.id)
    kept = CampaignSettings(campaign.alert_address, MailProgress.OFF, (), campaign.routing, takes_in=True)
    with house.store.writing() as work:
        work.campaigns.change_settings(campaign.id, kept)
    house.start(campaign)
    house.drain()
    desk.change_settings(KEEPER, account.id, settings(is_shared=False))
    adding = Adding(house.store, house.clock, house.alarm, TakingIn())
    done = adding.add(campaign.id, Rows([{"email": "new@example.org"}]))
    assert (done.added, done.taken_in.run) == (1, None)
    assert HERS in done.taken_in.refusal.message
    assert [one.payload["user"] for one in house.notices(NoticeKind.NOT_TAKEN_IN)] == [OWNER.user]
