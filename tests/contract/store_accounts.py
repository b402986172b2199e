"""What every store does with accounts, campaigns and uploads."""

from dataclasses import replace

import pytest

from campaigns.account import Account
from campaigns.errors import NotFound
from campaigns.model import DeliveryState, Kind, Problem
from campaigns.ports import ListQuery, Selection, Whom
from campaigns.uploaded_list import Upload
from tests.contract.store_scene import LEASE, SUMMIT, at_once, form, minutes, person
from tests.fakes.clocks import NOON


class AccountsContract:
    def test_an_account_is_known_by_its_kind_and_address(self, scene):
        first = scene.account(per_minute=30)
        again = scene.account(per_day=500, connections=4)
        other = scene.account("other@example.org")
        with scene.store.reading() as work:
            assert work.accounts.all() == [again, other]
            assert work.accounts.get(first.id) == again
        assert again == replace(first, per_minute=None, per_day=500, connections=4)

    def test_the_others_retire_and_come_back_when_they_are_set_up_again(self, scene):
        old, new = scene.account(), scene.account("other@example.org")
        with scene.store.writing() as work:
            work.accounts.retire_others(new.id)
            assert [account.is_current for account in work.accounts.all()] == [False, True]
        assert scene.account().is_current
        assert scene.account().id == old.id

    def test_an_account_that_is_not_there_is_not_found(self, scene):
        with scene.store.reading() as work, pytest.raises(NotFound, match="account"):
            work.accounts.get(77)

    def test_a_window_counts_what_came_strictly_after_its_beginning(self, scene):
        mine, other = scene.account(), scene.account("other@example.org")
        with scene.store.writing() as work:
            for minute in (3, 1, 2, 2):
                work.accounts.spend(mine.id, minutes(minute))
            work.accounts.spend(other.id, minutes(2))
            counts = [work.accounts.spent_since(mine.id, minutes(m)) for m in (0, 1, 1.5, 2, 3, 9)]
        assert counts == [4, 3, 3, 1, 0, 0]

    def test_spends_are_told_one_by_one_oldest_first(self, scene):
        mine, other = scene.account(), scene.account("other@example.org")
        with scene.store.writing() as work:
            for minute in (3, 1, 2, 2):
                work.accounts.spend(mine.id, minutes(minute))
            work.accounts.spend(other.id, minutes(2))
            told = [work.accounts.spends(mine.id, minutes(m)) for m in (1, 3)]
        assert told == [[minutes(2), minutes(2), minutes(3)], []]

    def test_the_nth_newest_spend_is_found_or_none(self, scene):
        mine = scene.account()
        with scene.store.writing() as work:
            for minute in (3, 1, 2):
                work.accounts.spend(mine.id, minutes(minute))
            newest = [work.accounts.nth_newest_spend(mine.id, n) for n in (1, 2, 3, 4)]
        assert newest == [minutes(3), minutes(2), minutes(1), None]

    def test_old_spends_are_forgotten_and_only_they(self, scene):
        mine = scene.account()
        with scene.store.writing() as work:
            for minute in (1, 2, 3):
                work.accounts.spend(mine.id, minutes(minute))
        with scene.store.writing() as work:
            assert work.accounts.prune_spends(minutes(2)) == 1
            assert work.accounts.spent_since(mine.id, NOON) == 2

    def test_in_flight_are_the_accounts_claimed_deliveries(self, scene):
        mine, other = scene.account(), scene.account("other@example.org")
        run = scene.started(3, account=mine)
        first, _ = scene.claim(run, 2)
        scene.claim(scene.started(1, account=other))
        scene.settle(first, DeliveryState.SENT)
        with scene.store.reading() as work:
            assert work.accounts.in_flight(mine.id) == 1
            assert work.accounts.in_flight(other.id) == 1

    def test_who_counts_an_allowance_under_the_lock_counts_alone(self, scene):
        mine = scene.account()

        def spend_the_last_one():
            with scene.store.writing() as work:
                work.accounts.lock(mine.id)
                if work.accounts.spent_since(mine.id, NOON) == 0:
                    work.accounts.spend(mine.id, minutes(1))
                    return True
                return False

        assert sorted(at_once(*[spend_the_last_one] * 4)) == [False, False, False, True]


class CampaignsContract:
    def test_a_campaign_comes_back_as_it_was_given(self, scene):
        account = scene.account()
        added = scene.campaign(2, account=account)
        with scene.store.reading() as work:
            assert work.campaigns.get(added.id) == added
            assert list(work.campaigns.attendees(added.id)) == [
                replace(person(1), id=1),
                replace(person(2), id=2),
            ]
            assert work.campaigns.missing_values(added.id) == 1
        assert (added.event, added.account_id, added.attendees) == (SUMMIT, account.id, 2)
        assert (added.revision, added.revised_at, added.created_at) == (0, NOON, NOON)
        assert (added.workspace, added.owner, added.columns) == ("T1", "UOWNER", ("email", "first_name"))

    def test_each_campaign_has_a_seed_of_its_own(self, scene):
        assert len(scene.campaign().seed) >= 32
        assert scene.campaign().seed != scene.campaign().seed

    def test_the_campaign_of_another_workspace_does_not_exist(self, scene):
        theirs = scene.campaign(workspace="T2")
        with scene.store.reading() as work:
            for campaign_id, workspace in ((theirs.id, "T1"), (theirs.id + 1, "T2"), (theirs.id + 1, None)):
                with pytest.raises(NotFound):
                    work.campaigns.get(campaign_id, workspace)
            assert work.campaigns.get(theirs.id, "T2") == theirs
            assert work.campaigns.count("T1", ListQuery()) == 0
            assert work.campaigns.summaries("T1", ListQuery()) == []

    def test_problems_are_listed_by_line(self, scene):
        late, early = Problem(7, "x@", "No domain"), Problem(2, "Ana", "Trimmed", blocks=False)
        campaign = scene.campaign(problems=[late, early])
        with scene.store.reading() as work:
            assert work.campaigns.problems(campaign.id) == [early, late]

    def test_a_revision_raises_the_sequence_and_keeps_the_earlier_ones(self, scene):
        campaign = scene.campaign()
        revised = scene.revise(campaign, "Summit, new hall", at=minutes(5))
        assert (revised.revision, revised.revised_at) == (1, minutes(5))
        assert revised.event.title == "Summit, new hall"
        with scene.store.reading() as work:
            assert work.campaigns.get(campaign.id) == revised
            assert work.campaigns.revision(campaign.id, 0).event == SUMMIT
            newest = work.campaigns.revision(campaign.id, 1)
            assert (newest.number, newest.event, newest.revised_at) == (1, revised.event, minutes(5))
            assert work.campaigns.missing_values(campaign.id) == 0

    def test_summaries_come_newest_first_and_by_page(self, scene):
        ids = [scene.campaign(1).id for _ in range(5)]
        with scene.store.reading() as work:
            queries = [ListQuery(offset=start, limit=2) for start in (0, 2, 4, 6)]
            pages = [work.campaigns.summaries("T1", query) for query in queries]
            assert work.campaigns.count("T1", ListQuery()) == 5
        assert [[line.campaign.id for line in page] for page in pages] == [
            ids[4:2:-1],
            ids[2:0:-1],
            ids[:1],
            [],
        ]

    def test_a_summary_shows_the_latest_run_and_when_it_goes_on(self, scene):
        campaign = scene.campaign(2)
        with scene.store.reading() as work:
            assert work.campaigns.summary(campaign).run is None
        run = scene.start(campaign)
        with scene.store.reading() as work:
            line = work.campaigns.summary(campaign)
            assert (line.run, line.counts.queued, line.next_at) == (run, 2, NOON)
        scene.open(run)
        with scene.store.reading() as work:
            assert work.campaigns.summary(campaign).next_at is None

    def test_an_invite_run_is_for_those_who_hold_nothing_and_are_not_in_doubt(self, scene):
        campaign = scene.campaign(4)
        run = scene.start(campaign)
        scene.open(run)
        scene.outcomes(run, DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.UNSURE)
        assert scene.selected(campaign, Selection(Kind.INVITE)) == 2

    def test_an_update_run_is_also_for_those_who_hold_nothing(self, scene):
        campaign = scene.campaign(4)
        run = scene.start(campaign)
        scene.open(run)
        scene.outcomes(run, DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.UNSURE)
        assert scene.whom(campaign, Selection(Kind.UPDATE)) == Whom(invites=2)
        scene.revise(campaign, "Later")
        assert scene.whom(campaign, Selection(Kind.UPDATE)) == Whom(invites=2, updates=2)

    def test_a_run_over_an_earlier_one_is_for_those_in_that_state(self, scene):
        campaign = scene.campaign(4)
        run = scene.start(campaign)
        scene.open(run)
        failed = DeliveryState.FAILED
        scene.outcomes(run, DeliveryState.SENT, failed, failed)
        assert scene.selected(campaign, Selection(Kind.INVITE, run.id, failed)) == 2
        assert scene.selected(campaign, Selection(Kind.INVITE, run.id, DeliveryState.UNSURE)) == 0
        other = scene.campaign(4)
        assert scene.selected(other, Selection(Kind.INVITE, run.id, failed)) == 0

    def test_who_was_settled_at_a_revision_holds_that_one_and_not_a_later_one(self, scene):
        campaign = scene.campaign(1)
        run = scene.start(campaign)
        scene.open(run)
        (claimed,) = scene.claim(run)
        scene.revise(campaign, "Edited while the invite was on its way")
        scene.settle(claimed, DeliveryState.SENT)
        assert scene.selected(campaign, Selection(Kind.UPDATE)) == 1


class UploadsContract:
    def add(self, scene, submission="view 1") -> Upload:
        account = scene.account()
        with scene.store.writing() as work:
            return work.uploads.add(
                form(account),
                workspace="T1",
                user="U1",
                view_id="V1",
                file={"id": "F1", "size": 12},
                submission=submission,
                now=NOON,
            )

    def test_an_upload_comes_back_as_it_was_given(self, scene):
        upload = self.add(scene)
        with scene.store.reading() as work:
            assert work.uploads.get(upload.id) == upload
        assert upload.form == form(Account(1, "smtp", "", ""))
        assert (upload.workspace, upload.user, upload.view_id) == ("T1", "U1", "V1")
        assert upload.file == {"id": "F1", "size": 12}

    def test_the_same_submission_twice_is_the_same_upload(self, scene):
        assert self.add(scene) == self.add(scene)
        assert self.add(scene, "view 2") != self.add(scene)

    def test_the_same_submission_at_the_same_moment_is_the_same_upload(self, scene):
        first, second = at_once(*[lambda: self.add(scene)] * 2)
        assert isinstance(first, Upload)
        assert first == second

    def test_an_upload_is_finished_once(self, scene):
        upload, other = self.add(scene), self.add(scene, "view 2")
        campaign = scene.campaign()
        with scene.store.writing() as work:
            assert work.uploads.finish(upload.id, campaign_id=campaign.id, now=NOON) is True
            assert work.uploads.finish(upload.id, campaign_id=None, now=NOON + LEASE) is False
            assert work.uploads.finish(99, campaign_id=None, now=NOON) is False
        with scene.store.reading() as work:
            assert work.uploads.get(upload.id).campaign_id == campaign.id
            assert work.uploads.unfinished() == [other]
            with pytest.raises(NotFound):
                work.uploads.get(99)
