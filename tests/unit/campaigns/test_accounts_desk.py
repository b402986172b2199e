from datetime import timedelta

import pytest

from campaigns.account import AccountSettings, AccountState, Service
from campaigns.accounts_desk import AccountsDesk
from campaigns.answer_port import Mailbox
from campaigns.conduct import RunService
from campaigns.errors import Busy, InputError, Misconfigured, NotAllowed, NotFound, StateError
from campaigns.model import Kind, Reason, RunState
from campaigns.parting import Parting
from campaigns.ports import Selection
from campaigns.timing import Pace
from tests.fakes.campaigns import form_for, roster_of
from tests.fakes.connect_scene import ADMIN, ELSEWHERE, GUEST, OLGA, PAUL, ConnectScene, shared

SHARED = AccountSettings(30, 300, 20, 4, 50, is_shared=True)


class FakeWatch:
    def __init__(self):
        self.looked, self.fault = [], None

    def enter(self, account_id):
        self.looked.append(account_id)
        if self.fault is not None:
            raise self.fault


@pytest.fixture
def scene():
    return ConnectScene()


@pytest.fixture
def watch():
    return FakeWatch()


@pytest.fixture
def desk(scene, watch):
    return AccountsDesk(scene.store, scene.clock, scene.alarm, consents=scene.consents, watch=watch)


@pytest.fixture
def running(scene):
    """A run of Olga's account that is on."""

    def running(account):
        with scene.store.writing() as work:
            campaign = work.campaigns.add(
                form_for(account.id),
                workspace="T1",
                owner="UOLGA",
                roster=roster_of(6),
                missing_values=0,
                now=scene.clock.now(),
            )
        runs = RunService(scene.store, scene.clock, scene.alarm)
        return runs.start(
            OLGA, campaign.id, Selection(Kind.INVITE), Pace(2, 5), channel="C1", submission=f"s{account.id}"
        )

    return running


def run_of(scene, run):
    with scene.store.reading() as work:
        return work.runs.get(run.id)


def seen(desk, actor):
    return [view.account.address for view in desk.views(actor)]


def test_people_see_what_they_may_send_from_and_admins_what_they_look_after(scene, desk):
    scene.account_of_settings()
    account = scene.connected()
    assert seen(desk, OLGA) == seen(desk, ADMIN) == ["out@acme.example.com", "olga@acme.example.com"]
    assert seen(desk, PAUL) == seen(desk, GUEST) == seen(desk, ELSEWHERE) == ["out@acme.example.com"]
    shared(scene, account)
    assert seen(desk, PAUL)[1:] == ["olga@acme.example.com"]
    assert seen(desk, ELSEWHERE)[1:] == []


def test_a_view_counts_what_was_spent_and_who_waits(scene, desk, running):
    account = scene.connected()
    running(account)
    now = scene.clock.now()
    with scene.store.writing() as work:
        for hours in (1, 23, 25):
            work.accounts.spend(account.id, now - timedelta(hours=hours))
    (view,) = desk.views(OLGA)
    assert (view.spent_today, view.runs_on, view.waiting, view.may_keep) == (2, 1, 6, True)


def test_a_view_says_until_when_the_provider_has_closed_the_account(scene, desk):
    account = scene.connected()
    until = scene.clock.now() + timedelta(hours=1)
    with scene.store.writing() as work:
        work.accounts.close(account.id, until, "Enough for today")
    assert [view.closed_until for view in desk.views(OLGA)] == [until]
    scene.clock.advance(timedelta(hours=1))
    assert [view.closed_until for view in desk.views(OLGA)] == [None]


def test_a_test_asks_the_provider_for_those_who_may_send_from_it(scene, desk, watch):
    account = scene.connected()
    assert desk.test(OLGA, account.id).account.id == account.id
    with pytest.raises(NotFound):
        desk.test(PAUL, account.id)
    with pytest.raises(NotFound):
        desk.test(ELSEWHERE, account.id)
    assert watch.looked == [account.id]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (
            Busy("The provider is away"),
            "did not answer just now: The provider is away. Nothing was changed; try again in a minute.",
        ),
        (
            Misconfigured("The calendar is gone", hint="Disconnect it."),
            "Nothing can be sent from this account: The calendar is gone. Disconnect it.",
        ),
    ],
)
def test_a_test_that_neither_entered_nor_was_refused_says_so(scene, desk, watch, fault, said):
    account, watch.fault = scene.connected(), fault
    with pytest.raises(StateError) as told:
        desk.test(OLGA, account.id)
    assert said in str(told.value)
    assert scene.accounts() == [account]


def test_its_keeper_changes_what_it_may_send_and_shares_it(scene, desk):
    account = scene.connected()
    view = desk.change_settings(OLGA, account.id, SHARED)
    assert (view.account.per_day, view.account.reserve, view.account.is_shared) == (300, 20, True)
    assert seen(desk, PAUL) == ["olga@acme.example.com"]
    with pytest.raises(NotAllowed):
        desk.change_settings(PAUL, account.id, SHARED)
    with pytest.raises(InputError):
        desk.change_settings(OLGA, account.id, AccountSettings(0, 300, 20, 4, 50, is_shared=True))


def test_nobody_changes_the_account_of_the_settings(scene, desk):
    account = scene.account_of_settings()
    for act in (
        lambda: desk.change_settings(ADMIN, account.id, SHARED),
        lambda: desk.disconnect(ADMIN, account.id),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_disconnecting_gives_the_access_back_and_pauses_what_runs(scene, desk, running):
    account = scene.connected()
    run = running(account)
    gone, parting = desk.disconnect(OLGA, account.id)
    assert (gone.state, parting) == (AccountState.DISCONNECTED, Parting.TAKEN_BACK)
    assert scene.credential(account) is None
    assert scene.consents["google"].revoked == ["canary-refresh-olga@acme.example.com"]
    paused = run_of(scene, run)
    assert (paused.state, paused.reason) == (RunState.PAUSED, Reason.ACCESS)
    assert desk.views(OLGA) == []
    with pytest.raises(StateError):
        desk.disconnect(OLGA, account.id)


@pytest.mark.parametrize(
    ("actor", "who"), [(OLGA, "the person who connected it"), (ADMIN, "a workspace admin")]
)
def test_the_alert_knows_who_disconnected_it(scene, desk, running, actor, who):
    account = scene.connected()
    running(account)
    desk.disconnect(actor, account.id)
    with scene.store.reading() as work:
        told = [
            one.payload for one in work.notices.due(scene.clock.now(), limit=20) if "address" in one.payload
        ]
    assert told
    assert {one["by"] for one in told} == {actor.user}
    assert {one["cause"] for one in told} == {f"The account was disconnected by {who}"}


def test_connected_again_the_runs_that_waited_go_on(scene, desk, running):
    account = scene.connected()
    run = running(account)
    desk.disconnect(OLGA, account.id)
    again = scene.connected()
    assert (again.id, again.state, again.version) == (account.id, AccountState.READY, 3)
    assert run_of(scene, run).state is RunState.RUNNING


def test_a_provider_that_does_not_answer_keeps_nobody_from_disconnecting(scene, desk):
    def busy(_):
        raise Busy("The provider did not answer")

    account = scene.connected()
    scene.consents["google"].revoke = busy
    gone, parting = desk.disconnect(ADMIN, account.id)
    assert (gone.state, parting) == (AccountState.DISCONNECTED, Parting.OWED)
    assert scene.credential(account) is None


def test_a_consent_that_another_account_lives_on_is_not_given_back(scene, desk):
    """Google would take back everything that this person has allowed the bot."""
    mailbox, calendar = scene.connected(), scene.connected(service=Service.GOOGLE_CALENDAR)
    _, parting = desk.disconnect(OLGA, mailbox.id)
    assert (parting, scene.consents["google"].revoked) == (Parting.SHARED, [])
    desk.disconnect(OLGA, calendar.id)
    assert len(scene.consents["google"].revoked) == 1


def test_only_its_keeper_disconnects(scene, desk):
    account = scene.connected()
    for actor, error in ((PAUL, NotAllowed), (GUEST, NotAllowed), (ELSEWHERE, NotFound)):
        with pytest.raises(error):
            desk.disconnect(actor, account.id)
    assert scene.credential(account) is not None


def reading(desk, account):
    return desk.view(OLGA, account.id).reading


def test_a_view_says_whether_answers_are_read_and_how_to_allow_it(scene, desk):
    account = scene.connected()
    assert not reading(desk, account).is_on
    assert "press Renew token and tick" in reading(desk, account).way
    allowed = scene.connected(service=Service.GOOGLE_CALENDAR)
    assert reading(desk, allowed).is_on


def test_a_view_says_what_came_and_what_keeps_it_from_being_read(scene, desk):
    account = scene.connected(service=Service.GOOGLE_CALENDAR)
    at = scene.clock.now()
    with scene.store.writing() as work:
        work.mailboxes.keep(Mailbox(account.id, "c", at, "It is locked", replies=3, bounces=2))
    seen_now = reading(desk, account)
    assert (seen_now.trouble, seen_now.looked_at, seen_now.replies, seen_now.bounces) == (
        "It is locked",
        at,
        3,
        2,
    )


@pytest.mark.parametrize("reads", [False, True])
def test_of_the_account_of_the_settings_the_settings_decide(scene, watch, reads):
    account = scene.account_of_settings()
    desk = AccountsDesk(
        scene.store,
        scene.clock,
        scene.alarm,
        consents=scene.consents,
        watch=watch,
        reads_of_settings=reads,
    )
    assert reading(desk, account).is_on == reads
    assert ("IMAP_URL" in reading(desk, account).way) == (not reads)
