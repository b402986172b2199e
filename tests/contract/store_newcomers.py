"""Who came onto a list to be taken in, and what every store does with them."""

from dataclasses import replace

import pytest

from campaigns.account_port import Suppressed
from campaigns.model import DEFAULT_ROUTING, DeliveryState, Kind, MailProgress, RunState
from campaigns.ports import CampaignSettings, Uninvited, Whom
from tests.contract.store_ledger import INVITE, UPDATE, carried, ended
from tests.contract.store_lists import APPEND, apply, people, staged
from tests.contract.store_scene import at_once, form, person
from tests.fakes.clocks import NOON

S = DeliveryState
NEWCOMERS = replace(INVITE, newcomers=True)


class NewcomersContract:
    """People added to a list, and taken into a run that is on."""

    def add(self, scene, campaign, *new):
        with scene.store.writing() as work:
            return work.campaigns.add_people(campaign.id, new)

    def taking_in(self, scene, count, *, takes_in=True):
        campaign = scene.campaign(count)
        wanted = CampaignSettings("a@example.org", MailProgress.OFF, (), DEFAULT_ROUTING, takes_in=takes_in)
        with scene.store.writing() as work:
            return work.campaigns.change_settings(campaign.id, wanted)

    def uninvited(self, scene, campaign):
        with scene.store.reading() as work:
            return work.campaigns.uninvited(work.campaigns.get(campaign.id))

    def take_off(self, scene, campaign, *stay):
        """Everybody but those who stay."""
        apply(scene, staged(scene, campaign, people(*stay), submission=f"only {stay} stay"))

    def take_in(self, scene, run):
        with scene.store.writing() as work:
            return work.runs.take_in(run.id, NOON)

    def test_new_people_come_after_the_old_and_nobody_else_changes(self, scene):
        campaign = scene.campaign(2)
        before = scene.attendees(campaign)
        renamed = replace(person(1), name="Somebody else")
        twice = replace(person(8), name="The second line")
        added = self.add(scene, campaign, renamed, person(8), person(7), twice)
        after = scene.attendees(campaign)
        assert added == after[2:]
        assert after[:2] == before
        assert [replace(one, id=0) for one in after[2:]] == [person(8), person(7)]
        assert scene.reread(campaign).attendees == 4
        assert self.add(scene, campaign, person(7)) == []
        assert self.add(scene, campaign) == []
        assert scene.reread(campaign).attendees == 4

    def test_who_was_taken_off_comes_back_with_what_they_hold(self, scene):
        campaign = scene.campaign(2)
        carried(scene, campaign)
        apply(scene, staged(scene, campaign, people(2)))
        added = self.add(scene, campaign, person(3), replace(person(1), fields={"team": "Red"}))
        first, _, third = scene.attendees(campaign)
        assert added == [first, third]
        assert first.fields == {"first_name": "P1", "team": "Red"}
        assert scene.whom(campaign, UPDATE) == Whom(invites=1, updates=1)
        assert scene.reread(campaign).attendees == 3

    def test_thousands_are_added_at_once(self, scene):
        campaign = scene.campaign(3)
        assert len(self.add(scene, campaign, *people(*range(1, 1_204)))) == 1_200
        assert scene.reread(campaign).attendees == 1_203

    def test_two_who_add_the_same_person_add_them_once(self, scene):
        campaign = scene.campaign(1)
        added = at_once(*[lambda: self.add(scene, campaign, person(5), person(6))] * 3)
        assert sorted(map(len, added)) == [0, 0, 2]

    def test_an_empty_list_can_grow(self, scene):
        campaign = scene.campaign(1)
        apply(scene, staged(scene, campaign, people(1)))
        assert len(self.add(scene, campaign, person(2))) == 1

    def test_newcomers_join_the_run_that_is_on_in_its_next_batch(self, scene):
        campaign = self.taking_in(scene, 2)
        run = scene.start(campaign, size=2)
        scene.open(run, size=2)
        self.add(scene, campaign, person(8), person(9))
        with scene.store.writing() as work:
            work.suppressions.add(campaign.workspace, Suppressed(person(9).key, "Asked", NOON))
        assert (self.take_in(scene, run), self.take_in(scene, run)) == (1, 0)
        with scene.store.reading() as work:
            assert work.runs.get(run.id).total == 3
            assert work.runs.progress(run.id).waiting == 1
        assert len(scene.claim(run)) == 2
        scene.end(run)
        with scene.store.writing() as work:
            work.batches.arm_next(run.id, 2, NOON)
        scene.open(run, 2)
        (joined,) = scene.claim(run, seq=2)
        assert (joined.attendee.key, joined.deed) == (person(8).key, Kind.INVITE)

    def test_nobody_joins_a_run_that_is_over(self, scene):
        campaign = self.taking_in(scene, 1)
        run = scene.start(campaign)
        scene.move(run, RunState.STOPPED)
        self.add(scene, campaign, person(8))
        assert self.take_in(scene, run) == 0
        with scene.store.reading() as work:
            assert work.runs.get(run.id).total == 1

    def test_an_update_run_takes_in_whom_an_update_is_for(self, scene):
        campaign = self.taking_in(scene, 2)
        carried(scene, campaign)
        scene.revise(campaign, "Newer")
        run = scene.start(campaign, UPDATE)
        self.add(scene, campaign, person(8))
        assert self.take_in(scene, run) == 1
        scene.open(run)
        assert [one.deed for one in scene.claim(run)] == [Kind.UPDATE, Kind.UPDATE, Kind.INVITE]

    @pytest.mark.parametrize("come", ["added", "listed"])
    @pytest.mark.parametrize("takes_in", [True, False])
    def test_who_comes_while_people_are_taken_in_is_a_newcomer_also_when_back(self, scene, come, takes_in):
        campaign = self.taking_in(scene, 3, takes_in=takes_in)
        carried(scene, campaign, INVITE, S.FAILED, S.FAILED, S.FAILED)
        self.take_off(scene, campaign, 1, 2)
        assert scene.selected(campaign, NEWCOMERS) == 0
        if come == "added":
            self.add(scene, campaign, person(2), person(3), person(8))
        else:
            known = replace(person(1), name="Written otherwise")
            apply(scene, staged(scene, campaign, [known, *people(2, 3, 8)], APPEND))
        assert scene.selected(campaign, INVITE) == 4
        assert scene.selected(campaign, NEWCOMERS) == (2 if takes_in else 0)
        assert self.uninvited(scene, campaign) == Uninvited(to_invite=2 if takes_in else 0)

    def test_who_is_queued_in_a_run_is_no_newcomer_any_more(self, scene):
        """Whom it leaves when it is stopped waits for a person."""
        campaign = self.taking_in(scene, 1)
        carried(scene, campaign)
        self.add(scene, campaign, person(8))
        run = scene.start(campaign, NEWCOMERS)
        self.add(scene, campaign, person(9))
        assert scene.selected(campaign, NEWCOMERS) == 1
        assert self.take_in(scene, run) == 1
        scene.move(run, RunState.STOPPED)
        assert (scene.selected(campaign, NEWCOMERS), scene.selected(campaign, INVITE)) == (0, 2)

    def test_nobody_but_newcomers_joins_a_run(self, scene):
        campaign = self.taking_in(scene, 3)
        run = scene.start(campaign)
        scene.open(run)
        scene.outcomes(run, S.SENT, S.FAILED, S.FAILED)
        ended(scene, run)
        self.add(scene, campaign, person(8))
        run = scene.start(campaign, NEWCOMERS)
        self.add(scene, campaign, person(9))
        assert (self.take_in(scene, run), self.take_in(scene, run)) == (1, 0)
        with scene.store.reading() as work:
            assert work.runs.get(run.id).total == 2

    @pytest.mark.parametrize("kind", [INVITE, UPDATE])
    def test_who_was_skipped_as_taken_off_is_queued_again_in_the_same_run(self, scene, kind):
        campaign = self.taking_in(scene, 3)
        carried(scene, campaign, INVITE, S.SENT, S.SENT, S.FAILED)
        scene.revise(campaign, "Newer")
        run = scene.start(campaign, kind)
        self.take_off(scene, campaign, 1, 2)
        self.add(scene, campaign, person(3), person(8))
        with scene.store.reading() as work:
            assert work.runs.joining(run.id) == 1
        assert (self.take_in(scene, run), self.take_in(scene, run)) == (2, 0)
        with scene.store.reading() as work:
            before = 1 if kind == INVITE else 3
            assert work.runs.get(run.id).total == before + 1
            assert list(work.runs.failures(run.id)) == []
            assert work.runs.waiting(run.id).invites == 2
            assert work.runs.progress(run.id).counts.skipped == 0
        scene.open(run)
        told = {letter.attendee.key[:2]: letter.deed for letter in scene.claim(run)}
        assert (told["p3"], told["p8"]) == (Kind.INVITE, Kind.INVITE)

    def test_who_was_reached_or_not_in_a_run_that_is_on_waits_for_its_end(self, scene):
        """Nobody has two deliveries in one run, and what has happened in it stays."""
        campaign = self.taking_in(scene, 2)
        carried(scene, campaign)
        self.take_off(scene, campaign, 1, 8)
        run = scene.start(campaign, UPDATE)
        scene.open(run)
        told = {letter.deed: letter for letter in scene.claim(run)}
        scene.settle(told[Kind.CANCEL], S.SENT)
        scene.settle(told[Kind.INVITE], S.FAILED)
        self.take_off(scene, campaign, 1)
        self.add(scene, campaign, person(2), person(8), person(9))
        assert (self.take_in(scene, run), self.take_in(scene, run)) == (1, 0)
        assert self.uninvited(scene, campaign) == Uninvited(to_invite=2)
        with scene.store.reading() as work:
            counts = work.runs.progress(run.id).counts
        assert (counts.sent, counts.failed, counts.queued) == (1, 1, 1)

    def test_who_was_skipped_for_another_reason_waits_for_its_end_too(self, scene):
        campaign = self.taking_in(scene, 2)
        run = scene.start(campaign)
        with scene.store.writing() as work:
            assert work.runs.skip_person(run.id, person(2).key, "Asked", NOON)
        self.take_off(scene, campaign, 1)
        self.add(scene, campaign, person(2))
        assert self.take_in(scene, run) == 0
        assert self.uninvited(scene, campaign) == Uninvited(to_invite=1)

    def test_of_whom_nobody_knows_what_they_hold_is_told_apart(self, scene):
        campaign = self.taking_in(scene, 5)
        run = scene.start(campaign)
        scene.open(run)
        wire, unsure, *_ = scene.claim(run, 2)
        scene.settle(unsure, S.UNSURE)
        rest = scene.claim(run)
        scene.settle(rest[0], S.SENT)
        scene.settle(rest[1], S.FAILED)
        scene.settle(rest[2], S.SENT)
        self.take_off(scene, campaign)
        assert self.uninvited(scene, campaign) == Uninvited()
        self.add(scene, campaign, *people(1, 2, 3, 4, 5, 8))
        with scene.store.writing() as work:
            work.suppressions.add(campaign.workspace, Suppressed(person(8).key, "Asked", NOON))
        assert self.uninvited(scene, campaign) == Uninvited(to_invite=1, on_the_wire=1, in_doubt=1)
        scene.settle(wire, S.SENT)
        assert self.uninvited(scene, campaign) == Uninvited(to_invite=1, in_doubt=1)

    def test_who_may_have_been_told_that_it_is_off_is_in_doubt(self, scene):
        campaign = self.taking_in(scene, 2)
        carried(scene, campaign)
        self.take_off(scene, campaign, 1)
        run = scene.start(campaign, UPDATE)
        scene.open(run)
        (letter,) = scene.claim(run)
        assert letter.deed is Kind.CANCEL
        self.add(scene, campaign, person(2))
        assert self.uninvited(scene, campaign) == Uninvited(on_the_wire=1)
        scene.settle(letter, S.UNSURE)
        assert self.uninvited(scene, campaign) == Uninvited(in_doubt=1)

    def test_a_copied_list_has_no_newcomers(self, scene):
        campaign = self.taking_in(scene, 1)
        self.add(scene, campaign, person(8))
        with scene.store.writing() as work:
            source = work.campaigns.get(campaign.id)
            anew = form(work.accounts.get(source.account_id))
            copy = work.campaigns.copy(source, anew, owner="U2", now=NOON)
        assert (scene.selected(campaign, NEWCOMERS), scene.selected(copy, NEWCOMERS)) == (1, 0)
