"""What every store does with the provider's word on an unsure delivery, and of an account."""

from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.account_port import Suppressed, Why
from campaigns.model import Attendee, Delivery, DeliveryState, Kind, RunState
from campaigns.ports import Misses, Selection
from campaigns.recurrence import Frequency, Recurrence
from campaigns.roster import Roster
from tests.contract.store_lists import apply, people, staged
from tests.contract.store_posted import sent
from tests.contract.store_scene import SUMMIT, at_once, form, minutes, roster
from tests.fakes.clocks import NOON

S = DeliveryState


def unsure(scene, run, *, after=0, limit=100) -> list[Delivery]:
    with scene.store.reading() as work:
        return work.deliveries.unsure(run.id, after=after, limit=limit)


def answer(scene, delivery, to, *, reference="", cause="", at=NOON) -> bool:
    with scene.store.writing() as work:
        return work.deliveries.answer_unsure(delivery, to, reference=reference, cause=cause, now=at)


def counts(scene, run):
    with scene.store.reading() as work:
        return work.runs.progress(run.id).counts


class AnswersContract:
    def test_unsure_deliveries_are_told_by_id_as_they_were_claimed(self, scene):
        run = scene.started(4)
        claimed = scene.outcomes(run, S.UNSURE, S.SENT, S.UNSURE, S.UNSURE)
        told = unsure(scene, run)
        assert told == [replace(claimed[place], state=S.UNSURE) for place in (0, 2, 3)]
        assert unsure(scene, run, limit=2) == told[:2]
        assert unsure(scene, run, after=told[1].id) == told[2:]
        assert unsure(scene, scene.started(1)) == []

    def test_who_was_never_tried_is_not_asked_about(self, scene):
        """An update for somebody in doubt, stopped before its first try, leaves the doubt as it was."""
        campaign = scene.campaign(1)
        run = scene.start(campaign)
        scene.open(run)
        scene.outcomes(run, S.UNSURE)
        scene.end(run)
        scene.move(run, RunState.FINISHED)
        scene.revise(campaign, "Newer")
        update = scene.start(campaign, Selection(Kind.UPDATE))
        with scene.store.writing() as work:
            work.runs.skip_queued(update.id, "Stopped", NOON)
        assert counts(scene, update).unsure == 1
        assert unsure(scene, update) == []

    def test_one_that_had_arrived_is_sent_and_its_person_holds_it(self, scene):
        campaign = scene.campaign(1)
        run = scene.start(campaign)
        scene.open(run)
        scene.outcomes(run, S.UNSURE)
        (asked,) = unsure(scene, run)
        assert answer(scene, asked, S.SENT, reference="event 7", at=minutes(3))
        assert counts(scene, run).sent == 1
        with scene.store.reading() as work:
            assert [(one.at, one.count) for one in work.runs.sent_over_time(run.id, stretches=1)] == [
                (minutes(3), 1)
            ]
            assert work.runs.causes(run.id) == []
        assert scene.selected(campaign, Selection(Kind.INVITE)) == 0
        scene.revise(campaign, "Newer")
        assert scene.selected(campaign, Selection(Kind.UPDATE)) == 1

    def test_one_that_had_not_is_tried_again_in_its_batch(self, scene):
        run = scene.started(2)
        scene.outcomes(run, S.UNSURE, S.SENT)
        (asked,) = unsure(scene, run)
        assert answer(scene, asked, S.QUEUED, at=minutes(1))
        (again,) = scene.claim(run, at=minutes(1))
        assert (again.id, again.attempt, again.tries) == (asked.id, 2, 2)
        assert again.first_claimed_at == asked.first_claimed_at

    def test_one_of_an_ended_batch_is_tried_again_in_the_next(self, scene):
        run = scene.start(scene.campaign(3), size=2)
        scene.open(run, 1, 2)
        scene.outcomes(run, S.UNSURE, S.SENT)
        scene.end(run)
        with scene.store.writing() as work:
            work.batches.arm_next(run.id, 2, minutes(60))
        (asked,) = unsure(scene, run)
        assert answer(scene, asked, S.QUEUED)
        assert scene.open(run, 2, 2, at=minutes(60)) == 2
        assert [claimed.id for claimed in scene.claim(run, seq=2, at=minutes(60))] == [asked.id, asked.id + 2]

    @pytest.mark.parametrize("over", [RunState.FINISHED, RunState.STOPPED])
    def test_nothing_is_queued_where_nothing_will_be_sent(self, scene, over):
        run = scene.started(1)
        scene.outcomes(run, S.UNSURE)
        (asked,) = unsure(scene, run)
        if over is RunState.FINISHED:
            scene.end(run)
        scene.move(run, over)
        assert not answer(scene, asked, S.QUEUED)
        assert counts(scene, run).unsure == 1
        assert answer(scene, asked, S.SENT)

    def test_nothing_is_queued_once_the_last_batch_has_ended(self, scene):
        run = scene.started(1)
        scene.outcomes(run, S.UNSURE)
        scene.end(run)
        (asked,) = unsure(scene, run)
        assert not answer(scene, asked, S.QUEUED)

    def test_an_answer_counts_once(self, scene):
        run = scene.started(1)
        scene.outcomes(run, S.UNSURE)
        (asked,) = unsure(scene, run)
        answers = at_once(*[lambda: answer(scene, asked, S.QUEUED)] * 3)
        assert sorted(answers) == [False, False, True]
        assert not answer(scene, asked, S.SENT)

    def test_an_answer_to_an_older_try_is_dropped(self, scene):
        run = scene.started(1)
        scene.outcomes(run, S.UNSURE)
        (asked,) = unsure(scene, run)
        answer(scene, asked, S.QUEUED)
        scene.outcomes(run, S.UNSURE)
        assert not answer(scene, asked, S.SENT)
        assert counts(scene, run).unsure == 1

    def test_who_is_known_not_to_hold_it_is_in_doubt_no_more(self, scene):
        campaign = scene.campaign(1)
        run = scene.start(campaign)
        scene.open(run)
        scene.outcomes(run, S.UNSURE)
        answer(scene, unsure(scene, run)[0], S.QUEUED)
        with scene.store.writing() as work:
            work.runs.skip_queued(run.id, "Stopped", NOON)
        assert (counts(scene, run).skipped, counts(scene, run).unsure) == (1, 0)
        assert scene.selected(campaign, Selection(Kind.INVITE)) == 1

    def test_a_doubt_about_another_run_stays(self, scene):
        campaign = scene.campaign(1)
        invite = scene.start(campaign)
        scene.open(invite)
        scene.outcomes(invite, S.UNSURE)
        scene.end(invite)
        scene.move(invite, RunState.FINISHED)
        scene.revise(campaign, "Newer")
        update = scene.start(campaign, Selection(Kind.UPDATE))
        scene.open(update)
        scene.outcomes(update, S.UNSURE)
        assert answer(scene, unsure(scene, update)[0], S.QUEUED)
        assert scene.selected(campaign, Selection(Kind.INVITE)) == 0

    def test_what_of_the_latest_outcomes_went_wrong_in_whichever_batch(self, scene):
        run, other = scene.start(scene.campaign(7), size=3), scene.started(2)
        scene.outcomes(other, S.FAILED)
        for seq, states in ((1, (S.FAILED, S.SENT, S.UNSURE)), (2, (S.SKIPPED, S.FAILED, S.QUEUED))):
            scene.open(run, seq, 3)
            for nth, state in enumerate(states):
                at = minutes(10 * seq + nth)
                (claimed,) = scene.claim(run, 1, seq=seq, at=at)
                scene.settle(claimed, state, at=at)
            if seq == 1:
                scene.end(run)
                with scene.store.writing() as work:
                    work.batches.arm_next(run.id, 2, minutes(20))
        with scene.store.reading() as work:
            seen = [work.deliveries.misses(run.id, most) for most in (9, 3, 1)]
        latest = (minutes(21), minutes(12))
        assert seen == [
            Misses(4, 2, 1, (*latest, minutes(10))),
            Misses(3, 1, 1, latest),
            Misses(1, 1, 0, latest[:1]),
        ]
        assert [seen[0].bad_since(minutes(at)) for at in (9, 10, 12, 21)] == [3, 2, 1, 0]


class InHandContract:
    """What is asked of an account: which campaigns send from it, which of its runs are on, and to whom."""

    def test_an_accounts_campaigns_come_newest_first_without_the_archived(self, scene):
        mine, other = scene.account(), scene.account("other@example.org")
        first, away, last = (scene.campaign(1, account=mine) for _ in range(3))
        scene.campaign(1, account=other)
        with scene.store.writing() as work:
            work.campaigns.archive(away.id, NOON)
            assert work.campaigns.of_account(mine.id) == [last, first]

    def test_events_of_which_people_were_told_come_oldest_first_until_they_are_over(self, scene):
        mine, other = scene.account(), scene.account("other@example.org")
        weekly = replace(SUMMIT, title="Weekly", recurrence=Recurrence(Frequency.WEEKLY, count=2))
        later = replace(SUMMIT, title="Later", ends_at=SUMMIT.ends_at + timedelta(days=9))
        listed = [(minutes(9), later), (minutes(3), weekly), (minutes(5), SUMMIT), (minutes(5), later)]
        made = [self.campaign_at(scene, mine, at, event) for at, event in listed]
        away, _, elsewhere = (
            self.campaign_at(scene, account, NOON, later) for account in (mine, mine, other)
        )
        for campaign in (*made, away, elsewhere):
            scene.move(scene.start(campaign), RunState.STOPPED)
        scene.start(made[0])
        with scene.store.writing() as work:
            work.campaigns.archive(away.id, NOON)

        def told(ends_after, account=mine):
            with scene.store.reading() as work:
                return list(work.campaigns.events_told(account.id, ends_after=ends_after))

        oldest_first = [listed[1], listed[2], listed[3], listed[0]]
        assert told(NOON) == oldest_first
        assert told(SUMMIT.ends_at - timedelta(seconds=1)) == oldest_first
        assert told(SUMMIT.ends_at) == [listed[1], listed[3], listed[0]]
        assert told(later.ends_at) == [listed[1]]
        assert told(NOON, other) == [(NOON, later)]

    def test_it_is_the_newest_version_of_the_event(self, scene):
        run = scene.start(scene.campaign())
        with scene.store.writing() as work:
            campaign = work.campaigns.get(run.campaign_id)
            moved = replace(campaign.event, ends_at=campaign.event.ends_at + timedelta(days=9))
            work.campaigns.revise(campaign.id, moved, missing_values=0, now=minutes(3))
            told = work.campaigns.events_told(campaign.account_id, ends_after=campaign.event.ends_at)
            assert list(told) == [(campaign.created_at, moved)]

    def campaign_at(self, scene, account, at, event):
        with scene.store.writing() as work:
            return work.campaigns.add(
                replace(form(account), event=event),
                workspace="T1",
                owner="UOWNER",
                roster=roster(1),
                missing_values=0,
                now=at,
            )

    def test_an_accounts_runs_are_found_by_state(self, scene):
        mine, other = scene.account(), scene.account("other@example.org")
        running, paused, stopped = (scene.started(1, account=mine) for _ in range(3))
        scene.started(1, account=other)
        scene.move(paused, RunState.PAUSED, "access")
        scene.move(stopped, RunState.STOPPED)
        with scene.store.reading() as work:
            both = work.runs.of_account(mine.id, [RunState.PAUSED, RunState.RUNNING])
            assert [run.id for run in both] == [running.id, paused.id]
            assert work.runs.of_account(mine.id, [RunState.STOPPED]) == [work.runs.get(stopped.id)]
            assert work.runs.of_account(mine.id, []) == []

    def test_people_are_counted_by_their_domain(self, scene):
        keys = ["a@example.org", "b@example.org", "c@mail.example.org", "d@notexample.org", "e@axb.org"]
        listed = [Attendee(key, key, line=line) for line, key in enumerate(keys, 2)]
        account = scene.account()
        with scene.store.writing() as work:
            campaign = work.campaigns.add(
                form(account),
                workspace="T1",
                owner="UOWNER",
                roster=Roster(("email",), listed, []),
                missing_values=0,
                now=NOON,
            )
            asked = (["example.org"], ["example.org", "mail.example.org"], ["axb.org"], ["a_b.org"], [])
            everybody = Selection(Kind.INVITE)
            counted = [
                sum(work.campaigns.at_domains(campaign, everybody, domains).values()) for domains in asked
            ]
        assert counted == [2, 3, 1, 0, 0]

    def test_who_was_taken_off_the_list_is_not_counted(self, scene):
        campaign = scene.campaign(2)
        apply(scene, staged(scene, campaign, people(2)))
        with scene.store.reading() as work:
            counted = work.campaigns.at_domains(campaign, Selection(Kind.INVITE), ["example.org"])
        assert counted == {"example.org": 1}

    def test_only_those_are_counted_by_their_domain_whom_the_run_is_for(self, scene):
        """Who was invited, and who is on a never-invite list, gets nothing of it."""
        campaign, _ = sent(scene, 3)
        outsiders = [Attendee(key, key, line=9) for key in ("a@else.example", "b@else.example")]
        asked = (Selection(Kind.INVITE), Selection(Kind.REMIND), Selection(Kind.CANCEL))
        with scene.store.writing() as work:
            work.campaigns.add_people(campaign.id, outsiders)
            work.suppressions.add(campaign.workspace, Suppressed("b@else.example", "x", NOON, Why.BY_HAND))
            of = work.campaigns.get(campaign.id)
            domains = ["example.org", "else.example"]
            counted = [work.campaigns.at_domains(of, selection, domains) for selection in asked]
        assert [tuple(at[domain] for domain in domains) for at in counted] == [(0, 1), (3, 0), (3, 0)]
