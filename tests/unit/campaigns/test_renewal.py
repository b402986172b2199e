"""One account's access, lost and found again, and whose word counts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.account import Account, AccountState, Credential, How
from campaigns.answer_port import Mailbox
from campaigns.errors import Busy, Misconfigured, NoAccess, StateError
from campaigns.model import Kind, Reason, RunState
from campaigns.notices import NoticeKind
from campaigns.renewal import lose_access, regain_access, require_ready
from campaigns.timing import Pace
from tests.fakes.campaigns import OWNER
from tests.fakes.clocks import NOON
from tests.sim.town import DAY, FAR, Town

MINUTE = timedelta(minutes=1)
REFUSED = NoAccess("Login refused", hint="Renew it.")


@pytest.fixture
def town():
    return Town()


def refuse(town, fault=REFUSED):
    town.provider.entry = lambda: fault
    town.provider.refuse = lambda _: fault


def lost(town):
    return [(str(one.medium), one.payload) for one in town.notices(NoticeKind.ACCESS_LOST)]


def of_settings(town):
    """The account of the settings, as a start of the bot notes it: ready."""
    with town.store.writing() as work:
        town.account_id = work.accounts.upsert(Account(0, "smtp", "out@example.org", "Outgoing")).id


def test_a_batch_is_not_opened_when_the_account_cannot_be_entered(town, caplog):
    town.provider.entry = lambda: REFUSED
    run = town.start(town.campaign(3))
    town.carry(until=NOON + DAY)
    assert [record.message for record in caplog.records].count("account_access_lost") == 1
    assert (town.run(run.id).state, town.run(run.id).reason) == (RunState.PAUSED, Reason.ACCESS)
    assert town.run(run.id).detail == "Renew it."
    assert town.provider.seen == []
    assert town.batches()[run.id, 1].opened_at is None


@pytest.mark.parametrize(
    "fault", [Busy("Away", whole_account=True), Misconfigured("Odd"), KeyError("surprise")]
)
def test_any_other_trouble_at_the_door_says_nothing_about_access(town, fault):
    town.provider.entry = lambda: fault
    run = town.start(town.campaign(3))
    town.carry(until=NOON + DAY)
    assert town.is_ready()
    assert town.counts(run.id).sent == 3
    town.watch.look_at_all()
    assert town.is_ready()
    assert lost(town) == []
    with pytest.raises(type(fault)):
        town.watch.enter(town.account_id)


def test_a_refusal_of_the_access_before_the_last_renewal_changes_nothing(town):
    run = town.start(town.campaign(3))
    before = town.account()
    with town.store.writing() as work:
        work.accounts.keep_credential(before.id, Credential(How.PASSWORD, "new"), None)
        lose_access(work, before, cause="Login refused", hint="", now=NOON)
    assert town.is_ready()
    assert town.run(run.id).state is RunState.RUNNING


def test_a_run_that_comes_later_is_told_to_those_only_who_have_not_heard(town):
    town.start(town.campaign(3), channel="C1")
    waits = town.start(town.campaign(3, owner="UBOB", mailbox="o@example.org"), channel="C2")
    town.runs.pause(replace(OWNER, user="UBOB"), waits.id)
    refuse(town)
    town.carry(until=NOON + MINUTE)
    assert [payload.get("channel") for medium, payload in lost(town) if medium == "slack"] == ["C1"]
    town.runs.resume(replace(OWNER, user="UBOB"), waits.id)
    town.carry(until=NOON + 2 * MINUTE)
    assert town.run(waits.id).reason is Reason.ACCESS
    assert [
        (medium, payload.get("channel") or payload.get("user")) for medium, payload in lost(town)[3:]
    ] == [
        ("slack", "C2"),
        ("direct", "UBOB"),
    ]


def test_with_nothing_waiting_who_connected_it_is_told_and_its_latest_campaign_by_mail():
    town = Town(connected_by="UKEEPER")
    town.campaign(3, mailbox="old@example.org")
    latest = town.campaign(3, mailbox="new@example.org")
    refuse(town)
    assert town.watch.look(town.account_id).state is AccountState.NEEDS_RENEWAL
    assert [(medium, payload.get("user") or payload.get("to")) for medium, payload in lost(town)] == [
        ("direct", "UKEEPER"),
        ("mail", "new@example.org"),
    ]
    assert {one.campaign_id for one in town.notices(NoticeKind.ACCESS_LOST)} == {latest.id}
    town.provider.entry = lambda: None
    assert town.watch.look(town.account_id).state is AccountState.READY
    (back,) = town.notices(NoticeKind.ACCESS_BACK)
    assert (str(back.medium), back.payload["user"], back.payload["runs"]) == ("direct", "UKEEPER", "0")


def test_a_person_who_presses_resume_is_taken_at_their_word_until_the_next_check(town):
    run = town.start(town.campaign(3))
    refuse(town)
    town.carry(until=NOON + MINUTE)
    town.runs.resume(OWNER, run.id)
    assert town.is_ready()
    town.carry(until=NOON + 2 * MINUTE)
    assert not town.is_ready()
    assert len(lost(town)) == 6  # a second loss is told again
    refuse(town, None)
    town.runs.resume(OWNER, run.id)
    town.carry(until=NOON + DAY)
    assert town.counts(run.id).sent == 3


def test_a_run_waits_for_its_disconnected_account_whatever_somebody_presses(town):
    """Let go on, it would stop at the next batch for another reason, and stay when the account is back."""
    run = town.start(town.campaign(3))
    refuse(town)
    town.carry(until=NOON + MINUTE)
    with town.store.writing() as work:
        account = work.accounts.get(town.account_id)
        work.accounts.move(account.id, AccountState.DISCONNECTED)
    with pytest.raises(StateError, match="not connected any more"):
        town.runs.resume(OWNER, run.id)
    assert (town.run(run.id).state, town.run(run.id).reason) == (RunState.PAUSED, Reason.ACCESS)
    refuse(town, None)
    with town.store.writing() as work:
        regain_access(work, work.accounts.upsert(account), town.clock.now(), resume=True)
    town.carry(until=NOON + DAY)
    assert town.counts(run.id).sent == 3


def test_with_the_access_comes_the_reading_of_answers(town):
    with town.store.writing() as work:
        work.mailboxes.keep(Mailbox(town.account_id, cursor="7", trouble="Refused", replies=2))
        regain_access(work, work.accounts.get(town.account_id), town.clock.now(), resume=True)
        assert work.mailboxes.get(town.account_id) == Mailbox(town.account_id, cursor="7", replies=2)


@pytest.mark.parametrize("resumes", [True, False])
def test_the_watch_brings_the_account_of_the_settings_back_after_a_restart(resumes):
    town = Town(resumes=resumes)
    of_settings(town)
    run = town.start(town.campaign(3))
    refuse(town)
    town.carry(until=NOON + MINUTE)
    assert not town.is_ready()
    of_settings(town)  # the bot is started again, with the old password still
    town.watch.look(town.account_id)
    assert not town.is_ready()
    assert len(lost(town)) == 3  # whoever waits has heard of it
    refuse(town, None)
    of_settings(town)
    town.watch.look(town.account_id)
    town.carry(until=NOON + DAY)
    assert town.run(run.id).state is (RunState.FINISHED if resumes else RunState.PAUSED)


def test_the_account_of_the_settings_is_looked_at_every_quarter_while_it_cannot_be_entered(town):
    of_settings(town)
    refuse(town)
    looks = []
    town.provider.entry = lambda: (looks.append(town.clock.now()), REFUSED)[1]
    for _ in range(61):
        town.watch.look_at_all()
        town.clock.minutes(1)
    mending = sorted(set(looks))
    assert [at - NOON for at in mending][:4] == [n * 15 * MINUTE for n in (0, 1, 2, 3)]


def test_one_odd_account_does_not_hide_the_others(town):
    of_settings(town)
    seen = []

    def entry():
        seen.append(1)
        if len(seen) == 1:
            raise KeyError("surprise")

    town.provider.entry = entry
    assert town.watch.look_at_all() == 2
    assert len(seen) == 2


def test_a_watch_that_is_stopped_looks_at_no_more(town):
    town.watch.stop()
    assert town.watch.look_at_all() == 0


def test_a_run_whose_event_is_over_waits_for_a_person(town):
    run = town.start(town.campaign(3))
    refuse(town)
    town.carry(until=NOON + MINUTE)
    town.clock.time = FAR + DAY
    refuse(town, None)
    for _ in range(3):
        assert town.watch.look(town.account_id).state is AccountState.READY
    assert town.run(run.id).state is RunState.PAUSED
    assert len(town.notices(NoticeKind.ACCESS_BACK)) == 1


def test_nothing_starts_from_an_account_that_is_not_ready(town):
    campaign = town.campaign(3)
    refuse(town)
    assert town.runs.test_account(OWNER, campaign.id).state is AccountState.NEEDS_RENEWAL
    assert town.start(campaign) is None
    refuse(town, None)
    assert town.runs.test_account(OWNER, campaign.id).state is AccountState.READY
    assert town.start(campaign) is not None


def test_a_service_that_cannot_say_now_says_nothing_about_the_account(town):
    campaign = town.campaign(3)
    refuse(town, Busy("The mail service is away"))
    with pytest.raises(Busy):
        town.runs.test_account(OWNER, campaign.id)
    assert town.start(campaign) is not None


@pytest.mark.parametrize("workspace", ["", "T1"])
@pytest.mark.parametrize("state", [AccountState.NEEDS_RENEWAL, AccountState.DISCONNECTED])
def test_who_may_not_start_is_told_what_to_do(workspace, state):
    account = Account(1, "smtp", "a@example.org", "A", workspace=workspace, state=state)
    with pytest.raises(StateError) as refused:
        require_ready(account)
    assert ("SMTP_URL" in refused.value.hint) == (workspace == "")
    require_ready(replace(account, state=AccountState.READY))


@pytest.mark.parametrize(
    ("ends_at", "outlives"), [(NOON + DAY, True), (NOON + 3 * DAY, False), (None, False)]
)
def test_a_preview_says_when_the_run_is_longer_than_the_access(ends_at, outlives):
    town = Town(token_ends_at=ends_at)
    campaign = town.campaign(3)
    preview = town.runs.preview(OWNER, campaign.id, Kind.INVITE, Pace(1, 24 * 60))
    assert preview.outlives_token is outlives
    assert preview.account == town.account()
