"""What every store does when a list is applied to a campaign that exists."""

from dataclasses import replace

from campaigns.model import DeliveryState, Kind, Problem, RunState
from campaigns.ports import Selection, Whom
from campaigns.uploaded_list import ListPurpose
from tests.contract.store_lists import apply, difference, keys, numbers, people, staged
from tests.contract.store_scene import at_once, form, minutes, person
from tests.fakes.clocks import NOON

S = DeliveryState
APPEND, REPLACE = ListPurpose.APPEND, ListPurpose.REPLACE
NEAR, FAR = Problem(2, "a@", "No domain"), Problem(9, "b@", "No domain")


class AppliedListsContract:
    def test_the_new_list_stands_and_new_people_come_after_the_old(self, scene):
        campaign = scene.campaign(3)
        changed = replace(person(3), name="Zoë", line=40, address="P3@example.org")
        upload = staged(scene, campaign, [person(8), changed, person(1), person(7)])
        assert apply(scene, upload) is True
        first, third, eighth, seventh = scene.attendees(campaign)
        assert [one.key[:2] for one in (first, third, eighth, seventh)] == ["p1", "p3", "p8", "p7"]
        assert replace(third, id=0) == changed
        assert scene.reread(campaign) == replace(campaign, attendees=4)
        with scene.store.reading() as work:
            assert work.campaigns.attendee_at(campaign.id, 1) == third
            assert work.campaigns.attendee_at(campaign.id, 4) is None

    def test_a_list_that_is_the_same_changes_nothing(self, scene):
        campaign = scene.campaign(3)
        before = scene.attendees(campaign)
        assert apply(scene, staged(scene, campaign, people(1, 2, 3))) is True
        assert scene.attendees(campaign) == before
        assert scene.reread(campaign) == campaign

    def test_an_appended_list_adds_people_and_columns_and_takes_nothing_away(self, scene):
        campaign = scene.campaign(2)
        bare = replace(person(1), name="", line=30, fields={"team": "Red"})
        new = replace(person(9), name="", fields={"team": "Blue"})
        apply(scene, staged(scene, campaign, [bare, new], APPEND, columns=("email", "team")))
        first, second, ninth = (replace(one, id=0) for one in scene.attendees(campaign))
        assert first == replace(person(1), line=30, fields={"first_name": "P1", "team": "Red"})
        assert (second, ninth) == (person(2), new)
        assert scene.reread(campaign).columns == ("email", "first_name", "team")

    def test_a_replaced_list_has_its_own_columns_for_everybody(self, scene):
        """Also for those who have nothing in them, and so are not counted as changed."""
        campaign = scene.campaign(1)
        for column in ("first_name", "team"):
            one = replace(person(1), fields={column: ""})
            upload = staged(scene, campaign, [one], columns=("email", column), submission=column)
            apply(scene, upload)
        assert scene.attendees(campaign)[0].fields == {"team": ""}
        assert scene.reread(campaign).columns == ("email", "team")

    def test_problems_are_those_of_the_new_list_or_of_both(self, scene):
        campaign = scene.campaign(1, problems=[Problem(5, "c@", "No domain")])
        seen = []
        for purpose, problem in ((APPEND, FAR), (REPLACE, NEAR)):
            upload = staged(scene, campaign, people(1), purpose, problems=[problem], submission=purpose)
            apply(scene, upload)
            with scene.store.reading() as work:
                seen.append([one.line for one in work.campaigns.problems(campaign.id)])
        assert seen == [[5, 9], [2]]

    def test_who_is_taken_off_is_selected_no_more_and_keeps_the_past(self, scene):
        campaign = scene.campaign(3)
        run = scene.start(campaign)
        scene.open(run)
        scene.outcomes(run, S.SENT, S.FAILED)
        scene.move(run, RunState.STOPPED)
        apply(scene, staged(scene, campaign, people(9)))
        assert scene.selected(campaign, Selection(Kind.INVITE)) == 1
        assert scene.selected(campaign, Selection(Kind.INVITE, run.id, S.FAILED)) == 0
        scene.revise(campaign, "Later")
        assert scene.whom(campaign, Selection(Kind.UPDATE)) == Whom(invites=1, cancels=1)
        with scene.store.reading() as work:
            counts = work.runs.progress(run.id).counts
            assert (counts.sent, counts.failed, counts.total) == (1, 1, 3)
            assert [failure.address for failure in work.runs.failures(run.id)] == ["p2@example.org"]

    def test_who_comes_back_keeps_what_they_hold(self, scene):
        campaign = scene.campaign(3)
        run = scene.start(campaign)
        scene.open(run)
        scene.outcomes(run, S.SENT)
        before = scene.attendees(campaign)
        apply(scene, staged(scene, campaign, people(3)))
        upload = staged(scene, campaign, people(1), APPEND, submission="two")
        assert numbers(difference(scene, upload)) == (1, 0, 0, 0)
        apply(scene, upload)
        assert scene.attendees(campaign) == [before[0], before[2]]
        assert scene.reread(campaign).attendees == 2
        assert scene.selected(campaign, Selection(Kind.INVITE)) == 1
        scene.revise(campaign, "Later")
        assert scene.whom(campaign, Selection(Kind.UPDATE)) == Whom(invites=1, updates=1)

    def test_queued_invites_of_who_is_taken_off_are_skipped_with_the_reason(self, scene):
        campaign, other = scene.campaign(4), scene.campaign(4)
        run, bystander = scene.start(campaign), scene.start(other)
        scene.open(run, size=2)
        scene.outcomes(run, S.SENT)
        apply(scene, staged(scene, campaign, people(4)), minutes(7))
        with scene.store.reading() as work:
            counts = work.runs.progress(run.id).counts
            assert (counts.sent, counts.skipped, counts.queued, counts.total) == (1, 2, 1, 4)
            assert work.runs.progress(bystander.id).counts.queued == 4
        assert scene.claim(run) == []
        scene.end(run)
        with scene.store.writing() as work:
            work.batches.arm_next(run.id, 2, NOON)
        assert scene.open(run, 2) == 1
        assert [one.attendee.key for one in scene.claim(run, seq=2)] == ["p4@example.org"]

    def test_an_invite_that_comes_back_to_the_queue_of_who_was_taken_off_is_never_claimed(self, scene):
        campaign = scene.campaign(3)
        run = scene.start(campaign)
        scene.open(run)
        (on_the_wire,) = scene.claim(run, 1)
        apply(scene, staged(scene, campaign, people(2, 3)))
        assert scene.settle(on_the_wire, S.QUEUED) is True
        assert [one.attendee.key for one in scene.claim(run, 1)] == ["p2@example.org"]
        with scene.store.reading() as work:
            counts = work.runs.progress(run.id).counts
            assert (counts.skipped, counts.sending, counts.queued) == (1, 1, 1)

    def test_who_was_in_doubt_stays_in_doubt_when_taken_off(self, scene):
        campaign = scene.campaign(2)
        run = scene.start(campaign)
        scene.open(run)
        scene.outcomes(run, S.UNSURE, S.SENT)
        scene.move(run, RunState.STOPPED)
        again = scene.start(campaign, Selection(Kind.INVITE, run.id, S.UNSURE))
        apply(scene, staged(scene, campaign, people(2)))
        with scene.store.reading() as work:
            assert work.runs.progress(again.id).counts.unsure == 1
            assert work.runs.causes(again.id) == [("Taken off the list", "", 1, 0)]

    def test_pressed_twice_at_the_same_moment_it_is_applied_once(self, scene):
        campaign = scene.campaign(2)
        upload = staged(scene, campaign, people(2, 3))
        assert sorted(at_once(*[lambda: apply(scene, upload)] * 2)) == [False, True]
        assert keys(scene, campaign) == ["p2", "p3"]

    def test_two_lists_applied_at_the_same_moment_are_applied_one_after_the_other(self, scene):
        """They are long, so that the one is still at it when the other comes to the same people."""
        campaign = scene.campaign(1)
        both = people(*range(1, 2_001))
        uploads = [staged(scene, campaign, both, APPEND, submission=press) for press in ("one", "two")]
        assert at_once(*[lambda upload=upload: apply(scene, upload) for upload in uploads]) == [True, True]
        assert len(scene.attendees(campaign)) == 2_000
        assert scene.reread(campaign).attendees == 2_000

    def test_a_long_list_is_replaced_as_a_whole(self, scene):
        campaign = scene.campaign(10_000)
        new = [replace(person(n), name="New") if n % 2 else person(n) for n in range(5_001, 15_001)]
        upload = staged(scene, campaign, new)
        assert numbers(difference(scene, upload)) == (5_000, 5_000, 2_500, 2_500)
        assert apply(scene, upload) is True
        assert scene.reread(campaign).attendees == 10_000
        listed = scene.attendees(campaign)
        assert [one.line for one in listed] == list(range(5_002, 15_002))
        assert sum(one.name == "New" for one in listed) == 5_000

    def test_a_copy_is_of_those_on_the_list_now(self, scene):
        campaign = scene.campaign(3)
        apply(scene, staged(scene, campaign, people(1, 3, 5)))
        with scene.store.writing() as work:
            source = work.campaigns.get(campaign.id)
            wanted = form(work.accounts.get(campaign.account_id))
            copied = work.campaigns.copy(source, wanted, owner="U1", now=NOON)
        assert copied.attendees == 3
        assert keys(scene, copied) == ["p1", "p3", "p5"]
        assert numbers(difference(scene, staged(scene, copied, people(1, 3, 5), submission="two"))) == (
            0,
            0,
            0,
            3,
        )
