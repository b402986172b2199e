from dataclasses import replace

import pytest

from campaigns.account import Account, AccountState
from campaigns.account_access import (
    may_keep,
    may_send,
    may_use,
    require_connect,
    require_keeper,
    require_send,
    require_use,
)
from campaigns.errors import NotAllowed, NotFound, StateError
from campaigns.model import Campaign, MailProgress, Organizer
from campaigns.roles import Actor
from tests.fakes.campaigns import SUMMIT
from tests.fakes.clocks import NOON

OLGA, PAUL = Actor("T1", "UOLGA"), Actor("T1", "UPAUL")
ADMIN = Actor("T1", "UADMIN", is_admin=True)
NAMESAKE, THEIR_ADMIN = Actor("T2", "UOLGA"), Actor("T2", "UADMIN", is_admin=True)
GUEST = Actor("T1", "UGUEST", is_guest=True)

OWN = Account(1, "gmail", "olga@acme.example.com", "Olga", workspace="T1", connected_by="UOLGA")
SHARED = replace(OWN, is_shared=True)
CAMPAIGN = Campaign(
    1,
    "T1",
    "UOLGA",
    1,
    Organizer("Olga", "olga@acme.example.com"),
    SUMMIT,
    0,
    NOON,
    "seed",
    "o@example.org",
    MailProgress.OFF,
    ("email",),
    1,
    NOON,
)
OF_SETTINGS = replace(OWN, workspace="", connected_by="")


@pytest.mark.parametrize(
    ("account", "users"),
    [
        (OWN, {OLGA}),
        (SHARED, {OLGA, PAUL, ADMIN, GUEST}),
        (OF_SETTINGS, {OLGA, PAUL, ADMIN, GUEST, NAMESAKE}),
    ],
)
def test_who_may_send_from_it(account, users):
    for actor in (OLGA, PAUL, ADMIN, GUEST, NAMESAKE):
        assert may_use(actor, account) is (actor in users)


@pytest.mark.parametrize(
    ("account", "keepers"), [(OWN, {OLGA, ADMIN}), (SHARED, {OLGA, ADMIN}), (OF_SETTINGS, set())]
)
def test_who_looks_after_it(account, keepers):
    for actor in (OLGA, PAUL, ADMIN, GUEST, NAMESAKE, THEIR_ADMIN):
        assert may_keep(actor, account) is (actor in keepers)


def test_anothers_account_is_as_good_as_none():
    require_use(OLGA, OWN)
    for actor, account in ((PAUL, OWN), (OLGA, replace(OWN, state=AccountState.DISCONNECTED))):
        with pytest.raises(NotFound):
            require_use(actor, account)


def test_the_refusal_names_who_could():
    require_keeper(ADMIN, OWN)
    with pytest.raises(NotAllowed, match="<@UOLGA>"):
        require_keeper(PAUL, OWN)
    with pytest.raises(NotFound):
        require_keeper(THEIR_ADMIN, OWN)
    with pytest.raises(NotAllowed, match="settings"):
        require_keeper(ADMIN, OF_SETTINGS)


def test_guests_and_people_outside_the_group_connect_nothing():
    require_connect(OLGA)
    for actor in (
        GUEST,
        replace(GUEST, in_group=True),
        replace(GUEST, is_admin=True),
        replace(OLGA, in_group=False),
    ):
        with pytest.raises(NotAllowed):
            require_connect(actor)


@pytest.mark.parametrize(
    ("account", "owners"),
    [(OWN, {OLGA}), (SHARED, {OLGA, PAUL}), (OF_SETTINGS, {OLGA, PAUL, NAMESAKE, THEIR_ADMIN})],
)
def test_a_campaign_sends_from_what_its_owner_may_send_from_whoever_presses(account, owners):
    for owner in (OLGA, PAUL, NAMESAKE, THEIR_ADMIN):
        campaign = replace(CAMPAIGN, workspace=owner.workspace, owner=owner.user)
        assert may_send(campaign, account) is (owner in owners)
        if owner not in owners:
            with pytest.raises(StateError, match="Ask <@UOLGA> to share it again"):
                require_send(campaign, account)
