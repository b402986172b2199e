"""What people do with the never-invite lists, on every store."""

import csv
import io

import pytest

from campaigns.account import Account
from campaigns.account_port import Suppressed, Why
from campaigns.errors import InputError, NotAllowed, NotFound
from campaigns.history import Deed
from campaigns.model import Kind, RunState
from campaigns.never_inviting import MOST_AT_ONCE, NeverInviting, Place
from campaigns.ports import NewRun, Selection
from campaigns.roles import Actor
from campaigns.timing import Pace
from tests.fakes.campaigns import OWNER, QuietAlarm, form_for, roster_of
from tests.fakes.clocks import NOON, HandClock
from tests.unit.campaigns.lives import SECOND, THIRD, invited

ADMIN = Actor(OWNER.workspace, "UADMIN", is_admin=True)
OTHER = Actor(OWNER.workspace, "UOTHER")
GUEST = Actor(OWNER.workspace, "UGUEST", is_guest=True)


class Scene:
    def __init__(self, store):
        self.store, self.clock = store, HandClock()
        self.lists = NeverInviting(store, self.clock, QuietAlarm())
        with store.writing() as work:
            account = work.accounts.upsert(Account(0, "smtp", "out@example.org", "Out"))
            self.campaign = work.campaigns.add(
                form_for(account.id),
                workspace=OWNER.workspace,
                owner=OWNER.user,
                roster=roster_of(3),
                missing_values=0,
                now=NOON,
            )
            self.people = list(work.campaigns.attendees(self.campaign.id))
        self.id = self.campaign.id

    def start(self):
        with self.store.writing() as work:
            new = NewRun(Selection(Kind.INVITE), Pace(2, 10), OWNER.user, "C1", "submission-1")
            return work.runs.start(self.campaign, new, NOON)

    def counts(self, run):
        with self.store.reading() as work:
            return work.runs.progress(run.id).counts

    def addresses(self, actor, campaign_id, **place):
        page = self.lists.page(actor, Place(campaign_id, **place), 20)
        return [entry.key for entry in page.entries]

    def history(self):
        with self.store.reading() as work:
            return work.history.of_campaign(self.id, limit=20)

    def suppress(self, key, why):
        with self.store.writing() as work:
            work.suppressions.add(OWNER.workspace, Suppressed(key, "", NOON, why))


@pytest.fixture
def scene(store):
    return Scene(store)


def test_pasted_addresses_are_read_however_they_are_set_apart(scene):
    pasted = "Ana <ANA@Acme.com>; bea@acme.com, cruz@acme.com\n\ndan@acme.com\nana@acme.com"
    done = scene.lists.add(ADMIN, None, pasted)
    assert (done.added, done.known) == (4, 0)
    expected = [f"{name}@acme.com" for name in ("ana", "bea", "cruz", "dan")]
    assert sorted(scene.addresses(ADMIN, None)) == expected
    again = scene.lists.add(ADMIN, None, "ana@acme.com,eve@acme.com")
    assert (again.added, again.known) == (1, 1)


def test_an_entry_says_who_made_it_and_when(scene):
    scene.lists.add(ADMIN, None, "ana@acme.com")
    [entry] = scene.lists.page(ADMIN, Place(), 20).entries
    assert (entry.why, entry.by, entry.at) == (Why.BY_HAND, "UADMIN", NOON)


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        ("", "at least one"),
        ("  \n ", "at least one"),
        ("ana@acme.com\nbea", "“bea”: This is not an e-mail address"),
        ("ana@acme.com\nbea@acme", "“bea@acme”"),
        ("\n".join(f"p{n}@acme.com" for n in range(MOST_AT_ONCE + 1)), f"at most {MOST_AT_ONCE}"),
    ],
)
def test_what_cannot_be_read_is_named_and_nobody_is_added(scene, pasted, said):
    with pytest.raises(InputError) as refused:
        scene.lists.add(ADMIN, None, pasted)
    assert said in refused.value.fields["addresses"]
    assert scene.addresses(ADMIN, None) == []


def test_each_wrong_address_has_its_own_error(scene):
    with pytest.raises(InputError) as refused:
        scene.lists.add(ADMIN, None, "\n".join(["bea", "cruz@", "ana@acme.com", *("d", "e", "f", "g")]))
    said = refused.value.fields["addresses"]
    assert "“bea”" in said
    assert "“cruz@”" in said
    assert "ana" not in said
    assert "And 1 more." in said


def test_what_is_queued_for_them_is_taken_back_everywhere(scene):
    run = scene.start()
    done = scene.lists.add(ADMIN, None, f"{scene.people[0].address}\n{scene.people[1].address}")
    assert done.skipped == 2
    assert (scene.counts(run).queued, scene.counts(run).skipped) == (1, 2)


def test_an_update_that_is_queued_for_them_is_taken_back_as_well(house):
    campaign = invited(house, 3)
    house.revise(campaign, title="Newer")
    run = house.start(campaign, 1, 60, kind=Kind.UPDATE)
    house.carry_due()
    lists = NeverInviting(house.store, house.clock, house.alarm)
    assert lists.add(ADMIN, None, f"{SECOND}\n{THIRD}").skipped == 2
    assert (house.counts(run).queued, house.counts(run).skipped) == (0, 2)
    house.drain()
    assert house.run(run).state is RunState.FINISHED
    assert not {SECOND, THIRD} & set(house.mailer.recipients)


def test_the_list_of_a_campaign_is_its_own_and_its_history_tells_of_it(scene):
    scene.lists.add(OWNER, scene.id, "ana@acme.com, bea@acme.com")
    assert len(scene.addresses(OWNER, scene.id)) == 2
    assert scene.addresses(ADMIN, None) == []
    scene.lists.remove(OWNER, scene.id, "ana@acme.com")
    told = [(line.deed, line.by, dict(line.facts)) for line in scene.history()]
    assert told == [
        (Deed.NEVER_INVITE, OWNER.user, {"removed": "1"}),
        (Deed.NEVER_INVITE, OWNER.user, {"added": "2"}),
    ]


def test_adding_nobody_new_is_no_news(scene):
    scene.lists.add(OWNER, scene.id, "ana@acme.com")
    scene.lists.add(OWNER, scene.id, "ana@acme.com")
    assert len(scene.history()) == 1


def test_who_is_removed_from_a_campaigns_list_may_still_be_on_the_wider_one(scene):
    scene.lists.add(OWNER, scene.id, "ana@acme.com")
    assert scene.lists.remove(OWNER, scene.id, "ana@acme.com").still is None
    scene.lists.add(OWNER, scene.id, "ana@acme.com")
    scene.suppress("ana@acme.com", Why.UNSUBSCRIBED)
    assert scene.lists.remove(OWNER, scene.id, "ana@acme.com").still.why is Why.UNSUBSCRIBED


def test_removing_somebody_of_the_wider_list_from_a_campaigns_is_refused(scene):
    scene.suppress("ana@acme.com", Why.UNSUBSCRIBED)
    with pytest.raises(NotFound):
        scene.lists.remove(OWNER, scene.id, "ana@acme.com")
    assert scene.addresses(ADMIN, None) == ["ana@acme.com"]


@pytest.mark.parametrize("why", [Why.UNSUBSCRIBED, Why.COMPLAINED])
def test_only_an_admin_lifts_what_people_asked_for_themselves(scene, why):
    entry = Suppressed("ana@acme.com", "", NOON, why)
    with scene.store.writing() as work:
        work.suppressions.add_to_campaign(scene.id, entry)
    with pytest.raises(NotAllowed):
        scene.lists.remove(OWNER, scene.id, entry.key)
    assert scene.addresses(OWNER, scene.id) == [entry.key]
    assert scene.lists.remove(ADMIN, scene.id, entry.key).entry == entry
    assert scene.addresses(OWNER, scene.id) == []


def test_a_second_remove_gets_the_truth(scene):
    scene.lists.add(ADMIN, None, "ana@acme.com")
    scene.lists.remove(ADMIN, None, "ana@acme.com")
    with pytest.raises(NotFound, match="not on the list any more"):
        scene.lists.remove(ADMIN, None, "ana@acme.com")


def test_pages_and_search_show_the_same_people(scene):
    scene.lists.add(ADMIN, None, "\n".join(f"p{n}@acme.com" for n in range(7)))
    first = scene.lists.page(ADMIN, Place(), 5)
    last = scene.lists.page(ADMIN, Place(offset=5), 5)
    assert (len(first.entries), len(last.entries), first.total, last.total) == (5, 2, 7, 7)
    assert {*first.entries} & {*last.entries} == set()
    found = scene.lists.page(ADMIN, Place(wanted="P3@"), 5)
    assert ([one.key for one in found.entries], found.total) == (["p3@acme.com"], 1)


def test_the_file_is_safe_for_spreadsheets_and_says_why(scene):
    scene.suppress("=cmd@acme.com", Why.BOUNCED)
    scene.lists.add(ADMIN, None, "ana@acme.com")
    campaign, file = scene.lists.export(OTHER, None)
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert campaign is None
    assert rows[0] == ["Email", "Why", "Since", "Added by"]
    assert ["'=cmd@acme.com", "Their address bounced", "2026-08-03 12:00 UTC", ""] in [
        [*row[:2], "2026-08-03 12:00 UTC", row[3]] for row in rows
    ]
    assert ["ana@acme.com", "Added by hand", "UADMIN"] in [[*row[:2], row[3]] for row in rows]


def test_admins_keep_the_list_of_the_workspace_and_who_makes_campaigns_may_look(scene):
    scene.lists.add(ADMIN, None, "ana@acme.com")
    page = scene.lists.page(OTHER, Place(), 20)
    assert (page.total, page.may_edit) == (1, False)
    for refused in (
        lambda: scene.lists.add(OTHER, None, "bea@acme.com"),
        lambda: scene.lists.remove(OTHER, None, "ana@acme.com"),
        lambda: scene.lists.page(GUEST, Place(), 20),
        lambda: scene.lists.export(GUEST, None),
        lambda: scene.lists.page(OTHER, Place(scene.id), 20),
        lambda: scene.lists.add(OTHER, scene.id, "bea@acme.com"),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert scene.addresses(ADMIN, None) == ["ana@acme.com"]


def test_another_workspace_has_a_list_of_its_own(scene):
    stranger = Actor("T2", "UADMIN", is_admin=True)
    scene.lists.add(ADMIN, None, "ana@acme.com")
    assert scene.addresses(stranger, None) == []
    with pytest.raises(NotFound):
        scene.lists.remove(stranger, None, "ana@acme.com")
    with pytest.raises(NotFound):
        scene.lists.page(stranger, Place(scene.id), 20)
