"""People who are added row by row, on every store."""

from contextlib import contextmanager
from dataclasses import replace

import pytest

from campaigns.account import Account
from campaigns.account_port import Suppressed, Why
from campaigns.adding import MOST_ROWS, Adding, Rows
from campaigns.errors import InputError, NotFound, StateError
from campaigns.forms import form_of
from campaigns.history import Deed, NewEntry
from campaigns.roster import NothingUsable
from campaigns.taking_in import TakingIn
from campaigns.uploaded_list import ListPurpose
from tests.fakes.campaigns import OWNER, SUMMIT, QuietAlarm, form_for, roster_of
from tests.fakes.clocks import NOON, HandClock

ANA = {"email": "ana@acme.com", "first_name": "Ana"}
BEA = {"email": "bea@acme.com", "first_name": "Bea"}


class Scene:
    """A list of three people with the columns email and first_name; its texts ask for the first name."""

    def __init__(self, store):
        self.store, self.alarm = store, QuietAlarm()
        self.adding = Adding(store, HandClock(), self.alarm, TakingIn())
        with store.writing() as work:
            account = work.accounts.upsert(Account(0, "smtp", "out@example.org", "Out"))
            event = replace(SUMMIT, greeting="Hello {{first_name}}")
            self.id = work.campaigns.add(
                form_for(account.id, event=event),
                workspace=OWNER.workspace,
                owner=OWNER.user,
                roster=roster_of(3),
                missing_values=0,
                now=NOON,
            ).id

    def add(self, *rows, submission=""):
        return self.adding.add(self.id, Rows(rows, submission))

    def people(self):
        with self.store.reading() as work:
            return list(work.campaigns.attendees(self.id))

    def history(self):
        with self.store.reading() as work:
            return work.history.of_campaign(self.id, limit=20)

    def missing_values(self):
        with self.store.reading() as work:
            return work.campaigns.missing_values(self.id)


@pytest.fixture
def scene(store):
    return Scene(store)


def test_new_people_come_to_the_end_of_the_list_with_their_columns(scene):
    done = scene.add(ANA, BEA)
    assert (done.added, done.known, done.campaign.attendees) == (2, 0, 5)
    assert [(one.key, dict(one.fields)) for one in scene.people()[3:]] == [
        ("ana@acme.com", {"first_name": "Ana"}),
        ("bea@acme.com", {"first_name": "Bea"}),
    ]
    assert scene.alarm.rung == 1


def test_who_is_on_the_list_stays_as_they_are(scene):
    before = scene.people()
    done = scene.add({"email": before[0].address.upper(), "first_name": "Somebody else"})
    assert (done.added, done.known) == (0, 1)
    assert scene.people() == before
    assert scene.history() == []


def test_the_rules_are_those_of_an_uploaded_list(scene):
    done = scene.add(
        ANA,
        {"email": "ANA@acme.com"},
        {"email": "nobody"},
        {"email": "olga@example.org"},
        {"email": ""},
        {"email": "Cruz Diaz <cruz@acme.com>"},
    )
    assert done.added == 2
    assert done.duplicates == 1
    assert {(one.line, one.reason) for one in done.problems if one.blocks} == {
        (3, "This is not an e-mail address: it has no @ sign."),
        (5, "There is no e-mail address in this line."),
    }
    assert any("This is the organizer" in one.reason for one in done.problems)
    assert scene.people()[-1].name == "Cruz Diaz"


def test_the_first_name_is_taken_from_a_whole_name(scene):
    scene.add({"email": "ana@acme.com", "name": "Dr. Ana López"})
    [ana] = scene.people()[3:]
    assert (ana.name, dict(ana.fields)) == ("Dr. Ana López", {"first_name": "Ana"})


def test_columns_that_the_list_has_not_are_left_out_and_named(scene):
    done = scene.add({**ANA, "Company Name": "Acme", "shoe size": "41"})
    assert done.left_out == ("company_name", "shoe_size")
    assert dict(scene.people()[-1].fields) == {"first_name": "Ana"}


@pytest.mark.parametrize("other", ["contact_email", "business_email", "attendee_email", "Email", "address"])
@pytest.mark.parametrize("wrong", [0, 1, 2])
def test_the_attendee_is_who_stands_under_email_and_nobody_else(scene, other, wrong):
    """Whatever else is called like it, in whatever order, and however many of the addresses are wrong."""
    mails = ["nobody"] * wrong + ["ana@acme.com"]
    rows = [{other: f"boss{n}@acme.com", "email": mail} for n, mail in enumerate(mails)]
    done = scene.add(*rows, {"email": "bea@acme.com", other: "boss@acme.com"})
    assert [one.key for one in scene.people()[3:]] == ["ana@acme.com", "bea@acme.com"]
    assert [one.line for one in done.problems if one.blocks] == list(range(1, wrong + 1))


def test_who_comes_back_keeps_what_the_call_says_nothing_of(scene):
    """Another row of the call names the column."""
    with scene.store.writing() as work:
        upload = work.uploads.add(
            form_of(work.campaigns.get(scene.id)),
            workspace=OWNER.workspace,
            user=OWNER.user,
            view_id="",
            file={},
            submission="without the first",
            now=NOON,
            purpose=ListPurpose.REPLACE,
            target=scene.id,
        )
        work.lists.stage(upload.id, replace(roster_of(3), attendees=roster_of(3).attendees[1:]), NOON)
        work.lists.apply(upload, NOON)
    first = roster_of(3).attendees[0]
    assert scene.add({"email": first.address}, ANA).added == 2
    assert scene.people()[0].fields == first.fields


def test_values_that_the_texts_ask_for_and_nobody_gave_are_counted(scene):
    scene.add(ANA, {"email": "bea@acme.com"})
    assert scene.missing_values() == 1


class Without:
    """Something that lacks a few of its parts, or has other ones."""

    def __init__(self, whole, *lacking, **others):
        self._whole, self._lacking, self._others = whole, lacking, others

    def __getattr__(self, name):
        if name in self._lacking:
            raise AssertionError(f"{name} walks over a whole list")
        return self._others[name] if name in self._others else getattr(self._whole, name)


class Unwalked:
    """A store none of whose lists can be read from beginning to end."""

    def __init__(self, store):
        self._store = store

    @contextmanager
    def writing(self):
        with self._store.writing() as work:
            campaigns = Without(work.campaigns, "attendees")
            suppressions = Without(work.suppressions, "all", "of_campaign")
            yield Without(work, campaigns=campaigns, suppressions=suppressions)


def test_somebody_is_added_without_a_walk_over_a_list(scene):
    """Each may hold 50,000 people, and meanwhile nobody else can write to a SQLite file."""
    scene.add({"email": "ana@acme.com"})
    with scene.store.writing() as work:
        work.suppressions.add(OWNER.workspace, Suppressed("bea@acme.com", "", NOON, Why.UNSUBSCRIBED))
    scene.adding = Adding(Unwalked(scene.store), HandClock(), QuietAlarm(), TakingIn())
    done = scene.add(ANA, BEA, {"email": "cruz@acme.com"})
    assert (done.added, done.known, done.suppressed) == (2, 1, 1)
    assert done.campaign.attendees == len(scene.people()) == 6
    assert scene.missing_values() == 2


def test_the_history_says_that_a_program_did_it(scene):
    scene.add(ANA, BEA)
    [line] = scene.history()
    assert (line.deed, line.by, line.facts["added"]) == (Deed.LIST_CHANGED, "The API", "2")


@pytest.mark.parametrize("rows", [[], [{"email": "nobody"}], [{"email": ""}], [{"name": "Ana"}]])
def test_nothing_usable_changes_nothing(scene, rows):
    with pytest.raises(InputError):
        scene.add(*rows)
    assert len(scene.people()) == 3
    assert scene.history() == []


def test_every_problem_of_a_refused_call_is_told(scene):
    with pytest.raises(NothingUsable) as refused:
        scene.add({"email": "one"}, {"email": "two@"})
    assert [one.line for one in refused.value.problems] == [1, 2]


def test_a_call_has_a_bound(scene):
    rows = [{"email": f"p{n}@acme.com"} for n in range(MOST_ROWS + 1)]
    with pytest.raises(InputError, match="more than 1,000"):
        scene.add(*rows)
    assert scene.add(*rows[:-1]).added == MOST_ROWS


def test_a_list_has_a_bound_too(scene):
    scene.adding = Adding(scene.store, HandClock(), QuietAlarm(), TakingIn(), longest_list=4)
    assert scene.add(ANA).added == 1
    with pytest.raises(StateError, match="more than 4 people"):
        scene.add(BEA, submission="late")
    assert len(scene.people()) == 4
    scene.adding = Adding(scene.store, HandClock(), QuietAlarm(), TakingIn())
    assert scene.add(BEA, submission="late").added == 1


def test_the_same_call_under_the_same_name_is_done_once(scene):
    first = scene.add(ANA, {"email": "p001@example.org"}, submission="key-1")
    again = scene.add(ANA, {"email": "p001@example.org"}, submission="key-1")
    assert (first.added, first.known, first.is_repeat) == (1, 1, False)
    assert (again.added, again.known, again.is_repeat) == (1, 1, True)
    assert len(scene.history()) == 1


def test_the_same_call_has_its_first_answer_however_long_ago_it_was(memory_store):
    """What it asks the store for is in the contract of every store."""
    scene = Scene(memory_store)
    first = scene.add(ANA, {"email": "p001@example.org"}, submission="key-1")
    with scene.store.writing() as work:
        for _ in range(10_001):
            work.history.record(NewEntry(scene.id, Deed.LIST_CHANGED, "The API"), NOON)
    again = scene.add(ANA, {"email": "p001@example.org"}, submission="key-1")
    assert (again.added, again.known, again.is_repeat) == (first.added, first.known, True) == (1, 1, True)


def test_a_name_stands_for_the_rows_it_was_used_with(scene):
    scene.add(ANA, submission="key-1")
    with pytest.raises(StateError, match="used before for other attendees"):
        scene.add(BEA, submission="key-1")
    assert len(scene.people()) == 4


def test_the_same_name_in_another_campaign_is_another_call(scene):
    other = Scene(scene.store)
    assert scene.add(ANA, submission="key-1").added == 1
    assert other.add(ANA, submission="key-1").added == 1


def test_who_is_on_a_never_invite_list_is_counted(scene):
    with scene.store.writing() as work:
        work.suppressions.add(OWNER.workspace, Suppressed("ana@acme.com", "", NOON, Why.UNSUBSCRIBED))
        work.suppressions.add_to_campaign(scene.id, Suppressed("bea@acme.com", "", NOON, Why.BY_HAND, "U1"))
    assert scene.add(ANA, BEA, {"email": "cruz@acme.com"}).suppressed == 2
    assert scene.adding.look(scene.id).to_invite == 4


def test_a_campaign_that_there_is_not_is_not_found(scene):
    with pytest.raises(NotFound):
        scene.adding.look(999)
    with pytest.raises(NotFound):
        scene.adding.add(999, Rows([ANA]))


def test_an_unfinished_upload_is_never_left_behind(scene):
    """The importer takes up what a stopped process left, and of a call there is no file to read."""
    scene.add(ANA, submission="key-1")
    scene.add(ANA, submission="key-2")
    with scene.store.reading() as work:
        assert work.uploads.unfinished() == []
