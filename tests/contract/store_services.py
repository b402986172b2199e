"""What every store does with email services: their state, what opens them, and what a person may change."""

from dataclasses import replace

import pytest

from campaigns.account import (
    Account,
    AccountSettings,
    AccountState,
    Credential,
    How,
    KnownQuota,
    QuotaKey,
)
from campaigns.account_port import Owed
from campaigns.errors import NotFound
from tests.contract.store_scene import at_once, minutes
from tests.fakes.clocks import NOON

READY, NEEDS_RENEWAL, DISCONNECTED = AccountState
OLGA = Account(
    0,
    "gmail",
    "olga@example.org",
    "Gmail of Olga",
    per_minute=20,
    per_day=500,
    workspace="T1",
    connected_by="UOLGA",
    reserve=50,
)
TOKEN = Credential(
    How.CONSENT,
    "refresh",
    provider="google",
    user="olga@example.org",
    scopes=("send", "email"),
    holder="tenant/olga",
)
PASSWORD = Credential(
    How.PASSWORD, "pässword", user="olga", host="mail.example.org", port=587, security="starttls"
)

WITH_KEY = replace(PASSWORD, quota_key=QuotaKey("AKIAEXAMPLE", "sécret"))
QUOTA = KnownQuota(50_000, 14, 1_240, minutes(5))


def connect(scene, account: Account = OLGA, credential: Credential | None = TOKEN) -> Account:
    with scene.store.writing() as work:
        kept = work.accounts.upsert(account)
        return kept if credential is None else work.accounts.keep_credential(kept.id, credential, minutes(60))


def of(scene, account: Account) -> Account:
    with scene.store.reading() as work:
        return work.accounts.get(account.id)


def opens(scene, account: Account) -> Credential | None:
    with scene.store.reading() as work:
        return work.accounts.credential(account.id)


def move(scene, account: Account, to: AccountState) -> bool:
    with scene.store.writing() as work:
        return work.accounts.move(account.id, to)


def disconnect_and_owe(scene, account: Account, at=NOON) -> None:
    with scene.store.writing() as work:
        work.accounts.forget_credential(account.id, owed_since=at)


def owed(scene) -> list[Owed]:
    with scene.store.reading() as work:
        return work.accounts.owed()


def keep_and_fail(work, account: Account) -> None:
    work.accounts.keep_credential(account.id, PASSWORD, NOON)
    work.accounts.get(77)


class ServicesContract:
    def test_an_account_comes_back_as_it_was_given(self, scene):
        given = replace(
            OLGA, connections=3, token_ends_at=minutes(9), brake_refusals=7, brake_percent=40, is_shared=True
        )
        kept = connect(scene, given, None)
        assert kept == replace(given, id=kept.id)
        assert of(scene, kept) == kept

    def test_the_same_address_in_another_workspace_is_another_account(self, scene):
        mine, theirs = connect(scene), connect(scene, replace(OLGA, workspace="T2"))
        assert mine.id != theirs.id
        assert connect(scene).id == mine.id

    def test_the_same_address_in_another_case_is_the_same_account(self, scene):
        mine = connect(scene, replace(OLGA, address="Olga@Example.org"), None)
        assert mine.address == "olga@example.org"
        assert connect(scene).id == connect(scene, replace(OLGA, address="OLGA@example.org")).id == mine.id
        with scene.store.reading() as work:
            assert len(work.accounts.all()) == 1

    def test_who_connects_again_keeps_the_limits_that_were_set(self, scene):
        connect(scene)
        again = connect(
            scene, replace(OLGA, label="New", per_day=9_999, reserve=0, connected_by="UBEA"), None
        )
        assert (again.label, again.connected_by, again.per_day, again.reserve) == ("New", "UBEA", 500, 50)
        assert (again.version, again.token_ends_at) == (1, None)

    def test_the_settings_decide_the_limits_of_their_account(self, scene):
        of_settings = replace(OLGA, workspace="", connected_by="")
        connect(scene, of_settings, None)
        again = connect(scene, replace(of_settings, per_day=9, reserve=1, brake_percent=80), None)
        assert (again.per_day, again.reserve, again.brake_percent) == (9, 1, 80)

    def test_a_workspace_sees_its_own_and_those_of_the_settings(self, scene):
        of_settings, mine = scene.account(), connect(scene)
        connect(scene, replace(OLGA, workspace="T2"))
        gone = connect(scene, replace(OLGA, kind="smtp"))
        move(scene, gone, DISCONNECTED)
        with scene.store.reading() as work:
            found = work.accounts.of_workspace("T1")
        assert [(one.id, one.state) for one in found] == [
            (of_settings.id, READY),
            (mine.id, READY),
            (gone.id, DISCONNECTED),
        ]

    def test_only_the_accounts_of_the_settings_retire(self, scene):
        old, new, connected = scene.account(), scene.account("other@example.org"), connect(scene)
        with scene.store.writing() as work:
            work.accounts.retire_others(new.id)
        assert [of(scene, one).state for one in (old, new, connected)] == [DISCONNECTED, READY, READY]
        with scene.store.writing() as work:
            work.accounts.retire_others(None)
        assert [of(scene, one).state for one in (old, new, connected)] == [DISCONNECTED, DISCONNECTED, READY]

    def test_a_state_is_entered_once(self, scene):
        mine = connect(scene)
        assert sorted(at_once(*[lambda: move(scene, mine, NEEDS_RENEWAL)] * 3)) == [False, False, True]
        assert of(scene, mine).state is NEEDS_RENEWAL
        assert move(scene, mine, READY)
        assert not move(scene, replace(mine, id=77), NEEDS_RENEWAL)

    def test_no_step_leads_back_from_disconnected_but_a_new_credential(self, scene):
        mine = connect(scene)
        assert move(scene, mine, DISCONNECTED)
        assert [move(scene, mine, to) for to in AccountState] == [False, False, False]
        assert opens(scene, mine) is None
        assert connect(scene).state is READY
        assert opens(scene, mine) == TOKEN

    def test_a_person_changes_the_limits_and_nothing_else(self, scene):
        mine = connect(scene)
        settings = AccountSettings(
            per_minute=None, per_day=100, reserve=10, brake_refusals=3, brake_percent=50, is_shared=True
        )
        with scene.store.writing() as work:
            changed = work.accounts.change_settings(mine.id, settings)
        assert changed == of(scene, mine)
        assert changed == replace(
            mine,
            per_minute=None,
            per_day=100,
            reserve=10,
            brake_refusals=3,
            brake_percent=50,
            is_shared=True,
        )

    def test_the_bots_calendar_is_noted_once(self, scene):
        mine = connect(scene)

        def note(calendar):
            with scene.store.writing() as work:
                return work.accounts.keep_calendar(mine.id, calendar)

        first, second = at_once(lambda: note("one"), lambda: note("two"))
        assert first == second == of(scene, mine).calendar_id
        assert first in {"one", "two"}
        assert connect(scene).calendar_id == first

    @pytest.mark.parametrize(
        "quota",
        [
            QUOTA,
            KnownQuota(None, None, 0, NOON),
            KnownQuota(trouble="Nobody answers."),
            replace(QUOTA, trouble="x"),
        ],
        ids=str,
    )
    def test_what_the_provider_says_is_kept_in_place_of_what_it_said_before(self, scene, quota):
        mine = connect(scene, credential=WITH_KEY)
        assert mine.quota is None
        for said in (QUOTA, quota):
            with scene.store.writing() as work:
                work.accounts.keep_quota(mine.id, said)
        assert of(scene, mine) == replace(mine, quota=quota)

    def test_who_connects_again_with_a_key_keeps_what_was_said_and_without_one_does_not(self, scene):
        mine = connect(scene, credential=WITH_KEY)
        with scene.store.writing() as work:
            work.accounts.keep_quota(mine.id, QUOTA)
        assert connect(scene, credential=WITH_KEY).quota == QUOTA
        assert connect(scene, credential=PASSWORD).quota is None
        assert of(scene, mine).quota is None

    def test_an_account_is_closed_until_the_latest_time_that_was_named(self, scene):
        mine = connect(scene)
        assert (mine.closed_until, mine.closed_cause) == (None, "")
        for until, cause in ((minutes(5), "Hourly limit"), (minutes(60), "Daily limit"), (minutes(7), "")):
            with scene.store.writing() as work:
                work.accounts.close(mine.id, until, cause)
        closed = replace(mine, closed_until=minutes(60), closed_cause="Daily limit")
        assert of(scene, mine) == closed
        assert connect(scene) == replace(closed, version=2)  # the provider counts on
        with scene.store.writing() as work:
            work.accounts.reopen(mine.id)
        assert of(scene, mine) == replace(mine, version=2)

    @pytest.mark.parametrize(
        "deed", ["change_settings", "keep_credential", "forget_credential", "keep_calendar", "keep_quota"]
    )
    def test_an_account_that_is_not_there_cannot_be_changed(self, scene, deed):
        arguments = {
            "change_settings": [AccountSettings(1, 1, 0, 5, 25, is_shared=False)],
            "keep_credential": [TOKEN, None],
            "forget_credential": [],
            "keep_calendar": ["one"],
            "keep_quota": [QUOTA],
        }[deed]
        with pytest.raises(NotFound, match="account"), scene.store.writing() as work:
            getattr(work.accounts, deed)(77, *arguments)


class CredentialsContract:
    @pytest.mark.parametrize("credential", [TOKEN, PASSWORD, WITH_KEY], ids=lambda credential: credential.how)
    def test_a_credential_comes_back_as_it_was_given(self, scene, credential):
        assert opens(scene, connect(scene, credential=credential)) == credential

    def test_the_account_of_the_settings_has_none(self, scene):
        assert opens(scene, scene.account()) is None

    def test_a_renewed_account_is_the_next_version_and_ready_again(self, scene):
        mine = connect(scene)
        assert (mine.version, mine.state, mine.token_ends_at) == (1, READY, minutes(60))
        move(scene, mine, NEEDS_RENEWAL)
        with scene.store.writing() as work:
            renewed = work.accounts.keep_credential(mine.id, PASSWORD, None)
        assert renewed == replace(mine, version=2, token_ends_at=None) == of(scene, mine)
        assert opens(scene, mine) == PASSWORD

    def test_versions_are_not_given_twice(self, scene):
        mine = connect(scene)
        renewals = at_once(*[lambda: connect(scene)] * 3)
        assert sorted(renewed.version for renewed in renewals) == [2, 3, 4]
        with scene.store.writing() as work:
            work.accounts.forget_credential(mine.id)
        assert of(scene, mine).version == 5
        assert connect(scene).version == 6

    def test_a_rotated_secret_stays_the_same_version_and_the_same_state(self, scene):
        mine = connect(scene)
        move(scene, mine, NEEDS_RENEWAL)
        with scene.store.writing() as work:
            assert work.accounts.rotate_secret(mine.id, 1, "newer", minutes(90))
        assert opens(scene, mine) == replace(TOKEN, secret="newer")
        assert of(scene, mine) == replace(mine, state=NEEDS_RENEWAL, token_ends_at=minutes(90))

    def test_a_secret_of_an_older_version_is_dropped(self, scene):
        mine = connect(scene)
        connect(scene, credential=PASSWORD)
        with scene.store.writing() as work:
            assert not work.accounts.rotate_secret(mine.id, 1, "late", minutes(90))
            assert not work.accounts.rotate_secret(77, 1, "nobody's", None)
        assert opens(scene, mine) == PASSWORD
        assert of(scene, mine).token_ends_at == minutes(60)

    def test_what_is_owed_to_its_provider_opens_nothing_and_is_kept_until_it_is_settled(self, scene):
        mine = connect(scene)
        disconnect_and_owe(scene, mine)
        assert (of(scene, mine).state, opens(scene, mine)) == (DISCONNECTED, None)
        assert owed(scene) == [Owed(mine.id, TOKEN, NOON)]
        with scene.store.writing() as work:
            assert not work.accounts.rotate_secret(mine.id, mine.version, "newer", None)
            work.accounts.settle_owed(Owed(mine.id, TOKEN, NOON))
        assert owed(scene) == []

    def test_nothing_is_owed_of_an_account_that_is_connected_again(self, scene):
        mine = connect(scene)
        disconnect_and_owe(scene, mine)
        connect(scene)
        assert owed(scene) == []
        with scene.store.writing() as work:
            work.accounts.settle_owed(Owed(mine.id, TOKEN, NOON))
        assert opens(scene, mine) == TOKEN

    def test_settling_an_older_debt_leaves_the_newer(self, scene):
        mine = connect(scene)
        disconnect_and_owe(scene, mine)
        (older,) = owed(scene)
        connect(scene)
        disconnect_and_owe(scene, mine, minutes(1))
        with scene.store.writing() as work:
            work.accounts.settle_owed(older)
        assert owed(scene) == [Owed(mine.id, TOKEN, minutes(1))]

    def test_what_is_owed_is_sealed_anew_with_the_others(self, scene):
        disconnect_and_owe(scene, connect(scene))
        with scene.store.writing() as work:
            assert work.accounts.reseal() == 1
        assert owed(scene)[0].credential == TOKEN

    def test_a_secret_that_comes_after_the_account_was_disconnected_is_dropped(self, scene):
        mine = connect(scene)
        with scene.store.writing() as work:
            work.accounts.forget_credential(mine.id)
            assert not work.accounts.rotate_secret(mine.id, 1, "late", minutes(90))
        assert opens(scene, mine) is None

    def test_a_forgotten_credential_is_gone_and_the_account_stays(self, scene):
        mine = connect(scene)
        with scene.store.writing() as work:
            work.accounts.forget_credential(mine.id)
        assert opens(scene, mine) is None
        assert of(scene, mine) == replace(mine, state=DISCONNECTED, token_ends_at=None, version=2)
        with scene.store.writing() as work:
            work.accounts.forget_credential(mine.id)
        assert opens(scene, mine) is None
        assert of(scene, mine).state is DISCONNECTED

    def test_with_the_credential_goes_what_its_provider_said(self, scene):
        mine = connect(scene, credential=WITH_KEY)
        with scene.store.writing() as work:
            work.accounts.keep_quota(mine.id, QUOTA)
            work.accounts.forget_credential(mine.id)
        assert of(scene, mine).quota is None
        assert opens(scene, mine) is None

    def test_a_calendar_outlives_its_credential_and_gives_way_to_one_made_instead_of_it(self, scene):
        mine = connect(scene)
        with scene.store.writing() as work:
            work.accounts.keep_calendar(mine.id, "old")
            work.accounts.forget_credential(mine.id)
        assert connect(scene).calendar_id == "old"
        for made, instead_of, counts in (("b", "", "old"), ("c", "old", "c"), ("d", "old", "c")):
            with scene.store.writing() as work:
                assert work.accounts.keep_calendar(mine.id, made, instead_of=instead_of) == counts

    def test_a_credential_taken_back_with_its_transaction_was_never_kept(self, scene):
        mine = connect(scene)
        with pytest.raises(NotFound), scene.store.writing() as work:
            keep_and_fail(work, mine)
        assert (opens(scene, mine), of(scene, mine)) == (TOKEN, mine)
