"""Whom every store chooses for a run of each kind, and who joins one later."""

from dataclasses import replace

import pytest

from campaigns.account_port import Suppressed, Why
from campaigns.answer import Answer, Said
from campaigns.errors import StateError
from campaigns.model import DEFAULT_ROUTING, DeliveryState, Kind, MailProgress, RunState
from campaigns.ports import Behind, CampaignSettings, ListQuery, Selection, Whom
from campaigns.recurrence import Frequency, Recurrence
from tests.contract.store_ledger import CANCEL, INVITE, REMIND, UPDATE, called_off, carried
from tests.contract.store_lists import apply, people, staged
from tests.contract.store_scene import LEASE, form, minutes, person
from tests.fakes.clocks import NOON

S = DeliveryState


class SelectionContract:
    def test_an_update_invites_updates_and_takes_back(self, scene):
        campaign = self.invited(scene, people(2, 3, 8))
        scene.revise(campaign, "Newer")
        assert scene.whom(campaign, UPDATE) == Whom(invites=1, updates=2, cancels=1)
        assert scene.selected(campaign, UPDATE) == 4
        run = scene.start(campaign, UPDATE)
        scene.open(run)
        deeds = {one.attendee.key[:2]: one.deed for one in scene.claim(run)}
        assert deeds == {"p1": Kind.CANCEL, "p2": Kind.UPDATE, "p3": Kind.UPDATE, "p8": Kind.INVITE}
        assert run.total == 4

    def test_a_cancel_goes_to_everybody_who_holds_it_or_may(self, scene):
        campaign = scene.campaign(4)
        carried(scene, campaign, INVITE, S.SENT, S.FAILED, S.UNSURE, S.SENT)
        apply(scene, staged(scene, campaign, people(1, 2, 3, 8)))
        called_off(scene, campaign)
        assert scene.whom(campaign, CANCEL) == Whom(cancels=3)
        told = {letter.attendee.key[:2] for letter in carried(scene, campaign, CANCEL)}
        assert told == {"p1", "p3", "p4"}
        assert scene.selected(campaign, CANCEL) == 0

    def test_a_reminder_goes_to_holders_on_the_list_who_have_not_answered(self, scene):
        campaign = self.invited(scene, people(2, 3, 8))
        second, _, _ = scene.attendees(campaign)
        with scene.store.writing() as work:
            work.answers.record(second.id, Answer(Said.DECLINED, 0, NOON))
        assert scene.whom(campaign, REMIND) == Whom(reminders=1)
        (letter,) = carried(scene, campaign, REMIND)
        assert (letter.attendee.key, letter.deed, letter.sequence) == (person(3).key, Kind.REMIND, 1)

    @pytest.mark.parametrize("is_of_campaign", [True, False])
    @pytest.mark.parametrize("why", list(Why))
    def test_who_is_never_to_be_invited_is_chosen_for_nothing_but_a_cancel(self, scene, why, is_of_campaign):
        """And not even for that, who cannot be reached or called our mails spam."""
        campaign, bystander = self.invited(scene, people(2, 3, 8)), scene.campaign(9)
        for number in (1, 2, 8):
            self.never(scene, campaign, number, why, is_of_campaign=is_of_campaign)
        reached = 0 if why in {Why.BOUNCED, Why.COMPLAINED} else 1
        out = 1 - reached
        assert scene.whom(campaign, INVITE) == Whom(left_out=1)
        assert scene.whom(campaign, REMIND) == Whom(reminders=1, left_out=1)
        assert scene.whom(campaign, CANCEL) == Whom(cancels=1 + 2 * reached, left_out=2 * out)
        scene.revise(campaign, "Newer")
        assert scene.whom(campaign, UPDATE) == Whom(updates=1, cancels=reached, left_out=2 + out)
        assert scene.start(campaign, UPDATE).total == 1 + reached
        assert scene.selected(bystander, INVITE) == (9 if is_of_campaign else 6)

    def test_who_is_on_the_never_invite_list_of_another_workspace_is_invited(self, scene):
        campaign = scene.campaign(2)
        with scene.store.writing() as work:
            work.suppressions.add("T2", Suppressed(person(1).key, "Asked", NOON))
        assert scene.selected(campaign, INVITE) == 2

    def test_who_may_have_the_event_or_not_is_counted_while_on_the_list(self, scene):
        """Not who holds an earlier version for sure, nor who was taken off."""
        campaign = scene.campaign(4)
        carried(scene, campaign, INVITE, S.SENT, S.UNSURE, S.UNSURE, S.FAILED)
        scene.revise(campaign, "Newer")
        carried(scene, campaign, UPDATE, S.UNSURE, S.UNSURE, S.UNSURE, S.FAILED)
        assert self.in_doubt(scene, campaign) == 2
        apply(scene, staged(scene, campaign, people(1, 2, 4)))
        assert self.in_doubt(scene, campaign) == 1
        assert self.in_doubt(scene, scene.campaign(1)) == 0

    def in_doubt(self, scene, campaign):
        with scene.store.reading() as work:
            return work.campaigns.in_doubt(work.campaigns.get(campaign.id))

    def test_the_unsure_on_a_never_invite_list_are_not_sent_to_again(self, scene):
        campaign = scene.campaign(2)
        run = scene.start(campaign)
        scene.open(run)
        scene.outcomes(run, S.UNSURE, S.UNSURE)
        scene.move(run, RunState.STOPPED)
        self.never(scene, campaign, 1, Why.BY_HAND, is_of_campaign=True)
        assert scene.selected(campaign, Selection(Kind.INVITE, run.id, S.UNSURE)) == 1

    def test_retrying_the_failed_looks_anew_at_what_they_hold(self, scene):
        campaign = self.invited(scene, people(2, 3, 8))
        scene.revise(campaign, "Newer")
        run = scene.start(campaign, UPDATE)
        scene.open(run)
        scene.outcomes(run, *[S.FAILED] * 4)
        scene.end(run)
        scene.move(run, RunState.FINISHED)
        apply(scene, staged(scene, campaign, people(1, 2, 8), submission="other people"))
        again = Selection(Kind.UPDATE, run.id, S.FAILED)
        assert scene.whom(campaign, again) == Whom(invites=1, updates=2, cancels=1)
        retry = scene.start(campaign, again)
        scene.open(retry)
        deeds = {one.attendee.key[:2]: one.deed for one in scene.claim(retry)}
        assert deeds == {"p1": Kind.UPDATE, "p2": Kind.UPDATE, "p3": Kind.CANCEL, "p8": Kind.INVITE}

    def test_who_has_a_letter_on_the_wire_gets_the_next_one_after_it(self, scene):
        campaign = scene.campaign(2)
        run = scene.start(campaign)
        scene.open(run)
        (letter,) = scene.claim(run, 1, at=minutes(3))
        scene.move(run, RunState.STOPPED)
        assert scene.whom(campaign, INVITE) == Whom(invites=1)
        scene.revise(campaign, "Newer")
        update = scene.start(campaign, UPDATE)
        assert update.total == 2
        assert scene.open(update, at=minutes(4)) == 1
        scene.settle(letter, S.SENT)
        scene.end(update)
        with scene.store.writing() as work:
            assert work.batches.earliest_waiting(update.id) == minutes(3) + LEASE
            work.batches.arm_next(update.id, 2, minutes(5))
        assert scene.open(update, 2, at=minutes(5)) == 1
        (after,) = scene.claim(update, seq=2, at=minutes(5))
        assert (after.attendee.key, after.deed, after.sequence) == (letter.attendee.key, Kind.UPDATE, 1)

    def test_whoever_had_it_taken_out_is_invited_again_and_behind_until_then(self, scene):
        campaign = self.invited(scene, people(1, 2, 3, 8))
        called_off(scene, campaign)
        carried(scene, campaign, CANCEL)
        scene.revise(campaign, "Held after all")
        assert scene.whom(campaign, UPDATE) == Whom(invites=4, again=3)
        assert scene.whom(campaign, INVITE) == Whom(invites=4, again=3)
        assert self.behind(scene, campaign) == Behind(off=3)
        self.never(scene, campaign, 1, Why.BY_HAND, is_of_campaign=True)
        self.never(scene, campaign, 2, Why.BY_HAND, is_of_campaign=False)
        assert self.behind(scene, campaign) == Behind(off=1)
        (again, first) = carried(scene, campaign, UPDATE)
        assert (again.cancelled_at, first.cancelled_at) == (1, None)
        assert self.behind(scene, campaign) == Behind()

    def test_whoever_holds_an_earlier_version_or_what_was_cancelled_is_counted(self, scene):
        campaign, other = self.invited(scene, people(2, 3, 8)), scene.campaign(2)
        carried(scene, other)
        assert self.behind(scene, campaign) == Behind()
        scene.revise(campaign, "Newer")
        scene.revise(other, "Newer too")
        assert self.behind(scene, campaign) == Behind(outdated=2)
        called_off(scene, campaign)
        assert self.behind(scene, campaign) == Behind(keeping=3)
        assert self.behind(scene, other) == Behind(outdated=2)

    def test_nobody_is_behind_while_a_run_is_on_that_tells_them(self, scene):
        campaign = self.invited(scene, people(1, 2, 3))
        scene.revise(campaign, "Newer")
        assert self.behind(scene, campaign) == Behind(outdated=3)
        scene.start(campaign, UPDATE)
        assert self.behind(scene, campaign) == Behind()

    def test_a_run_says_what_it_has_still_to_do(self, scene):
        campaign = self.invited(scene, people(2, 3, 8))
        scene.revise(campaign, "Newer")
        run = scene.start(campaign, UPDATE)
        scene.open(run)
        with scene.store.reading() as work:
            assert work.runs.waiting(run.id) == Whom(invites=1, updates=2, cancels=1)
        for letter in scene.claim(run, 3):
            scene.settle(letter, S.SENT)
        with scene.store.reading() as work:
            assert work.runs.waiting(run.id) == Whom(invites=1)

    def test_a_copied_list_holds_nothing(self, scene):
        campaign = self.invited(scene, people(1, 2, 3))
        with scene.store.writing() as work:
            source = work.campaigns.get(campaign.id)
            anew = form(work.accounts.get(source.account_id))
            copy = work.campaigns.copy(source, anew, owner="U2", now=NOON)
        assert (scene.selected(copy, INVITE), scene.selected(copy, CANCEL)) == (3, 0)

    def invited(self, scene, then):
        """A campaign whose three people hold the invite, and whose list is ``then``."""
        campaign = scene.campaign(3)
        carried(scene, campaign)
        apply(scene, staged(scene, campaign, then, submission="another list"))
        return campaign

    def behind(self, scene, campaign):
        """As the line of the Campaign List says it, on a page with others."""
        with scene.store.reading() as work:
            page = work.campaigns.summaries(campaign.workspace, ListQuery())
            (item,) = [one for one in page if one.campaign.id == campaign.id]
            assert work.campaigns.summary(item.campaign) == item
            return item.behind

    def never(self, scene, campaign, number, why, *, is_of_campaign):
        entry = Suppressed(person(number).key, "Said so", NOON, why)
        with scene.store.writing() as work:
            if is_of_campaign:
                work.suppressions.add_to_campaign(campaign.id, entry)
            else:
                work.suppressions.add(campaign.workspace, entry)


class CalledOffContract:
    def test_the_newest_revision_says_whether_the_event_takes_place(self, scene):
        campaign = scene.campaign(1)
        assert not campaign.is_cancelled
        off = called_off(scene, campaign)
        assert (off.is_cancelled, off.revision, off.event) == (True, 1, campaign.event)
        on_again = scene.revise(campaign, "After all")
        assert (on_again.is_cancelled, on_again.revision) == (False, 2)
        with scene.store.reading() as work:
            revisions = [work.campaigns.revision(campaign.id, number) for number in range(3)]
        assert [revision.is_cancelled for revision in revisions] == [False, True, False]

    def test_nobody_who_holds_nothing_is_in_a_cancel_run(self, scene):
        campaign = called_off(scene, scene.campaign(2))
        with pytest.raises(StateError, match="left to tell"):
            scene.start(campaign, CANCEL)

    def test_an_event_that_repeats_comes_back_as_it_was_given(self, scene):
        campaign = scene.campaign(1)
        weekly = Recurrence(Frequency.WEEKLY, 2, (1, 4), until=NOON.date(), except_on=(NOON.date(),))
        event = replace(campaign.event, is_all_day=True, recurrence=weekly, reminder_minutes=0)
        with scene.store.writing() as work:
            work.campaigns.revise(campaign.id, event, missing_values=0, now=NOON)
        assert scene.reread(campaign).event == event
        with scene.store.reading() as work:
            assert work.campaigns.revision(campaign.id, 1).event == event
            assert work.campaigns.revision(campaign.id, 0).event == campaign.event

    def test_whether_newcomers_are_taken_in_is_kept(self, scene):
        campaign = scene.campaign(1)
        assert not campaign.takes_in
        wanted = CampaignSettings("a@example.org", MailProgress.OFF, (), DEFAULT_ROUTING, takes_in=True)
        with scene.store.writing() as work:
            work.campaigns.change_settings(campaign.id, wanted)
        assert scene.reread(campaign).takes_in
