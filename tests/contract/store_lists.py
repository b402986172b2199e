"""What every store does with a list that was read for a campaign that exists."""

from collections.abc import Sequence
from dataclasses import replace

from campaigns.model import Attendee, Campaign, DeliveryState, Problem
from campaigns.roster import Roster
from campaigns.uploaded_list import Change, Difference, ListPurpose, Upload
from tests.contract.store_scene import Scene, form, minutes, person
from tests.fakes.clocks import NOON

S = DeliveryState
APPEND, REPLACE = ListPurpose.APPEND, ListPurpose.REPLACE
COLUMNS = ("email", "first_name")
NEAR, FAR = Problem(2, "a@", "No domain"), Problem(9, "b@", "No domain")


def people(*numbers: int) -> list[Attendee]:
    return [person(number) for number in numbers]


def staged(
    scene: Scene,
    campaign: Campaign,
    attendees: Sequence[Attendee],
    purpose: ListPurpose = REPLACE,
    *,
    columns: tuple[str, ...] = COLUMNS,
    problems: Sequence[Problem] = (),
    duplicates: int = 0,
    submission: str = "press",
) -> Upload:
    with scene.store.writing() as work:
        upload = work.uploads.add(
            form(work.accounts.get(campaign.account_id)),
            workspace="T1",
            user="U1",
            view_id="",
            file={},
            submission=submission,
            now=NOON,
            purpose=purpose,
            target=campaign.id,
        )
        roster = Roster(columns, list(attendees), list(problems), duplicates)
        assert work.lists.stage(upload.id, roster, NOON) is True
    return upload


def difference(scene: Scene, upload: Upload, samples: int = 3) -> Difference | None:
    with scene.store.reading() as work:
        return work.lists.difference(upload, samples=samples)


def apply(scene: Scene, upload: Upload, at=NOON) -> bool:
    with scene.store.writing() as work:
        return work.lists.apply(upload, at)


def drop(scene: Scene, upload: Upload) -> bool:
    with scene.store.writing() as work:
        return work.lists.drop(upload.id, NOON)


def numbers(found: Difference) -> tuple[int, int, int, int]:
    return found.added, found.removed, found.changed, found.unchanged


def keys(scene: Scene, campaign: Campaign) -> list[str]:
    return [one.key.partition("@")[0] for one in scene.attendees(campaign)]


class StagedListsContract:
    def test_an_upload_knows_what_its_list_is_for(self, scene):
        campaign = scene.campaign(1)
        upload = staged(scene, campaign, people(1), APPEND)
        assert (upload.purpose, upload.target, upload.campaign_id) == (APPEND, campaign.id, None)
        with scene.store.reading() as work:
            assert work.uploads.get(upload.id) == upload

    def test_a_list_that_waits_changes_nothing(self, scene):
        campaign = scene.campaign(2)
        staged(scene, campaign, people(8, 9))
        assert scene.reread(campaign) == campaign
        assert keys(scene, campaign) == ["p1", "p2"]

    def test_a_list_is_staged_once_also_after_it_was_applied(self, scene):
        campaign = scene.campaign(2)
        upload = staged(scene, campaign, people(1))
        for _ in range(2):
            with scene.store.writing() as work:
                assert work.lists.stage(upload.id, Roster(COLUMNS, people(7, 8), []), NOON) is False
            apply(scene, upload)
        assert keys(scene, campaign) == ["p1"]

    def test_the_difference_counts_who_comes_goes_changes_and_stays(self, scene):
        campaign = scene.campaign(5)
        new = [replace(person(2), name="Zoë"), *people(3, 4, 6, 7)]
        upload = staged(scene, campaign, new, problems=[FAR, NEAR], duplicates=4)
        found = difference(scene, upload)
        assert numbers(found) == (2, 2, 1, 2)
        assert (found.purpose, found.problems, found.duplicates) == (REPLACE, (NEAR, FAR), 4)
        assert found.added_samples == tuple(Change(one.address, one.name, {}, {}) for one in people(6, 7))
        assert found.removed_samples == tuple(Change(one.address, one.name, {}, {}) for one in people(1, 5))
        assert found.changed_samples == (
            Change("p2@example.org", "Zoë", {"name": "Person 2"}, {"name": "Zoë"}),
        )

    def test_an_empty_cell_of_a_list_that_is_appended_changes_nothing(self, scene):
        campaign = scene.campaign(2)
        bare = replace(person(1), name="", fields={"first_name": "", "team": ""})
        upload = staged(
            scene, campaign, [bare, person(3)], APPEND, columns=(*COLUMNS, "team"), submission="bare"
        )
        assert numbers(difference(scene, upload)) == (1, 0, 0, 1)
        apply(scene, upload)
        first = scene.attendees(campaign)[0]
        assert (first.name, first.fields["first_name"]) == (person(1).name, "P1")

    def test_an_empty_cell_of_a_list_that_replaces_empties_the_column(self, scene):
        campaign = scene.campaign(1)
        upload = staged(scene, campaign, [replace(person(1), fields={"first_name": ""})])
        assert numbers(difference(scene, upload)) == (0, 0, 1, 0)
        apply(scene, upload)
        assert scene.attendees(campaign)[0].fields == {"first_name": ""}

    def test_samples_are_the_first_by_line_and_no_more_than_asked_for(self, scene):
        campaign = scene.campaign(9)
        changed = [replace(person(n), name="New", line=100 - n) for n in (1, 2, 3)]
        added = [replace(person(n), line=100 - n) for n in (21, 22, 23)]
        found = difference(scene, staged(scene, campaign, [*changed, *added]), samples=2)
        assert numbers(found) == (3, 6, 3, 0)
        assert [one.address for one in found.changed_samples] == ["p3@example.org", "p2@example.org"]
        assert [one.address for one in found.added_samples] == ["p23@example.org", "p22@example.org"]
        assert [one.address for one in found.removed_samples] == ["p4@example.org", "p5@example.org"]

    def test_columns_in_another_order_and_empty_ones_change_nobody(self, scene):
        campaign = scene.campaign(0)
        ana = replace(person(1), fields={"first_name": "Ana", "company": "X"})
        apply(scene, staged(scene, campaign, [ana], columns=(*COLUMNS, "company")))
        again = replace(ana, fields={"note": "", "company": "X", "first_name": "Ana"})
        columns = ("email", "note", "company", "first_name")
        upload = staged(scene, campaign, [again], columns=columns, submission="two")
        assert numbers(difference(scene, upload)) == (0, 0, 0, 1)

    def test_a_column_that_goes_is_a_change_for_those_who_had_a_value(self, scene):
        campaign = scene.campaign(1)
        upload = staged(
            scene, campaign, [replace(person(1), fields={"team": "Red"})], columns=("email", "team")
        )
        found = difference(scene, upload)
        assert numbers(found) == (0, 0, 1, 0)
        (change,) = found.changed_samples
        assert change.before == {"first_name": "P1", "team": ""}
        assert change.after == {"first_name": "", "team": "Red"}

    def test_of_those_removed_it_counts_who_holds_an_invite(self, scene):
        campaign = scene.campaign(4)
        run = scene.start(campaign)
        scene.open(run)
        scene.outcomes(run, S.SENT, S.FAILED, S.SENT)
        found = difference(scene, staged(scene, campaign, people(3)))
        assert (found.removed, found.removed_holding) == (3, 1)

    def test_a_list_that_is_appended_takes_nobody_off_and_leaves_what_it_says_nothing_of(self, scene):
        campaign = scene.campaign(3)
        bare = replace(person(1), name="", fields={})
        renamed = replace(person(2), name="", fields={"first_name": "Bea"})
        upload = staged(scene, campaign, [bare, renamed, person(9)], APPEND, columns=("email",))
        found = difference(scene, upload)
        assert numbers(found) == (1, 0, 1, 1)
        assert found.changed_samples == (
            Change("p2@example.org", "Person 2", {"first_name": "P2"}, {"first_name": "Bea"}),
        )

    def test_the_difference_is_to_the_list_as_it_is_now(self, scene):
        campaign = scene.campaign(2)
        first = staged(scene, campaign, people(1, 2, 3))
        second = staged(scene, campaign, people(1, 2, 3), submission="two")
        assert numbers(difference(scene, second)) == (1, 0, 0, 2)
        apply(scene, first)
        assert numbers(difference(scene, second)) == (0, 0, 0, 3)

    def test_a_list_that_was_dropped_or_applied_has_no_difference_any_more(self, scene):
        campaign = scene.campaign(2)
        dropped = staged(scene, campaign, people(1))
        applied = staged(scene, campaign, people(2), submission="two")
        assert [drop(scene, dropped), drop(scene, dropped), apply(scene, dropped)] == [True, False, False]
        assert [apply(scene, applied), drop(scene, applied), apply(scene, applied)] == [True, False, False]
        assert [difference(scene, upload) for upload in (dropped, applied)] == [None, None]
        assert keys(scene, campaign) == ["p2"]

    def test_old_lists_are_dropped_and_only_they(self, scene):
        campaign = scene.campaign(1)
        old, applied = (
            staged(scene, campaign, people(2)),
            staged(scene, campaign, people(3), submission="two"),
        )
        apply(scene, applied)
        with scene.store.writing() as work:
            assert work.lists.prune(NOON) == 0
            assert work.lists.prune(minutes(1)) == 1
            assert work.lists.prune(minutes(1)) == 0
        assert apply(scene, old) is False
        assert keys(scene, campaign) == ["p3"]
