"""What every store does with people who are not to be invited: by workspace, and by campaign."""

from dataclasses import replace

import pytest

from campaigns.account_port import Suppressed, Why
from campaigns.errors import NotFound
from campaigns.model import DeliveryState, Kind
from campaigns.ports import Selection
from tests.contract.store_lists import apply, people, staged
from tests.contract.store_posted import sent
from tests.contract.store_scene import at_once, minutes, person
from tests.fakes.clocks import NOON


class SuppressionsContract:
    ANA = Suppressed("ana@example.org", "Asked not to be invited", NOON)

    def add(self, scene, entry, workspace="T1") -> bool:
        with scene.store.writing() as work:
            return work.suppressions.add(workspace, entry)

    def test_a_person_is_put_on_the_list_once(self, scene):
        later = replace(self.ANA, cause="Asked again", at=minutes(5))
        assert [self.add(scene, self.ANA), self.add(scene, later)] == [True, False]
        with scene.store.reading() as work:
            assert work.suppressions.find("T1", self.ANA.key) == self.ANA

    def test_who_asks_twice_at_the_same_moment_is_on_the_list_once(self, scene):
        added = at_once(*[lambda: self.add(scene, self.ANA)] * 3)
        assert sorted(added) == [False, False, True]

    def test_each_workspace_has_its_own_list(self, scene):
        self.add(scene, self.ANA)
        with scene.store.reading() as work:
            assert work.suppressions.find("T2", self.ANA.key) is None
            assert list(work.suppressions.all("T2")) == []
        assert self.add(scene, self.ANA, "T2")

    def test_who_is_taken_off_may_be_invited_again(self, scene):
        self.add(scene, self.ANA)
        self.add(scene, self.ANA, "T2")
        with scene.store.writing() as work:
            assert [work.suppressions.remove("T1", self.ANA.key) for _ in range(2)] == [True, False]
        with scene.store.reading() as work:
            assert work.suppressions.find("T1", self.ANA.key) is None
            assert work.suppressions.find("T2", self.ANA.key) == self.ANA

    def test_the_latest_come_first(self, scene):
        late, early, also_early = (
            Suppressed(f"{name}@example.org", "", minutes(at)) for name, at in (("l", 2), ("a", 1), ("b", 1))
        )
        for entry in (also_early, late, early):
            self.add(scene, entry)
        with scene.store.reading() as work:
            assert list(work.suppressions.all("T1")) == [late, early, also_early]

    def test_an_entry_comes_back_as_it_was_given(self, scene):
        entries = [
            Suppressed(f"{why}@example.org", f"because {why}", minutes(number), why, f"U{number}")
            for number, why in enumerate(Why)
        ]
        for entry in entries:
            self.add(scene, entry)
        with scene.store.reading() as work:
            assert list(work.suppressions.all("T1")) == entries[::-1]
            assert [work.suppressions.find("T1", entry.key) for entry in entries] == entries

    @pytest.mark.parametrize("but_cancels", [False, True])
    def test_what_waits_for_a_person_is_skipped_and_a_cancellation_may_be_left(self, scene, but_cancels):
        campaign, _ = sent(scene, 4)
        apply(scene, staged(scene, campaign, people(1, 2, 3)))
        scene.revise(campaign, "Newer")
        run = scene.start(campaign, Selection(Kind.UPDATE))

        def skip(number):
            with scene.store.writing() as work:
                key = f"p{number}@example.org"
                return work.runs.skip_person(run.id, key, "Why", NOON, but_cancels=but_cancels)

        assert [skip(number) for number in (1, 1, 4, 9)] == [True, False, not but_cancels, False]
        with scene.store.reading() as work:
            counts = work.runs.progress(run.id).counts
        assert (counts.queued, counts.skipped) == ((3, 1) if but_cancels else (2, 2))
        scene.open(run)
        left = {one.attendee.key: one.deed for one in scene.claim(run)}
        taken_off = {"p4@example.org": Kind.CANCEL} if but_cancels else {}
        assert left == {"p2@example.org": Kind.UPDATE, "p3@example.org": Kind.UPDATE} | taken_off

    def test_whoever_may_hold_it_stays_in_doubt_when_skipped(self, scene):
        campaign, _ = sent(scene, 2, DeliveryState.UNSURE)
        scene.revise(campaign, "Newer")
        run = scene.start(campaign, Selection(Kind.UPDATE))
        with scene.store.writing() as work:
            assert work.runs.skip_person(run.id, "p1@example.org", "Why", NOON, but_cancels=True)
        with scene.store.reading() as work:
            counts = work.runs.progress(run.id).counts
        assert (counts.queued, counts.unsure, counts.skipped) == (1, 1, 0)


class ExclusionsContract:
    """The never-invite list of one campaign."""

    ANA = Suppressed("ana@example.org", "On the never-invite list", NOON, Why.BY_HAND, "UOWNER")
    WIDE = replace(ANA, cause="Asked not to be invited", why=Why.UNSUBSCRIBED, by="")

    def add(self, scene, campaign, entry=ANA) -> bool:
        with scene.store.writing() as work:
            return work.suppressions.add_to_campaign(campaign.id, entry)

    def find_for(self, scene, campaign, key=ANA.key):
        with scene.store.reading() as work:
            return work.suppressions.find_for(campaign.id, key)

    def test_a_person_is_put_on_a_campaigns_list_once(self, scene):
        campaign = scene.campaign()
        later = replace(self.ANA, cause="again", at=minutes(5))
        assert [self.add(scene, campaign), self.add(scene, campaign, later)] == [True, False]
        with scene.store.reading() as work:
            assert list(work.suppressions.of_campaign(campaign.id)) == [self.ANA]

    def test_of_many_people_those_on_a_list_are_told(self, scene):
        campaign, other, elsewhere = scene.campaign(), scene.campaign(), scene.campaign(workspace="T2")
        with scene.store.writing() as work:
            for workspace, name in (("T1", "wide"), ("T1", "nobody"), ("T1", "both"), ("T2", "far")):
                work.suppressions.add(workspace, replace(self.WIDE, key=f"{name}@example.org"))
        for of, name in ((campaign, "own"), (campaign, "both"), (other, "others")):
            self.add(scene, of, replace(self.ANA, key=f"{name}@example.org"))
        names = ("wide", "own", "both", "others", "far")
        asked = [*(person(n).key for n in range(1_200)), *(f"{name}@example.org" for name in names)]
        with scene.store.reading() as work:
            told = [
                {key.partition("@")[0] for key in work.suppressions.among(asked, workspace, campaign_id)}
                for workspace, campaign_id in (("T1", None), ("T1", campaign.id), ("T2", elsewhere.id))
            ]
            assert work.suppressions.among([], "T1", campaign.id) == set()
        assert told == [{"wide", "both"}, {"wide", "own", "both"}, {"far"}]

    def test_of_many_people_those_on_a_longer_list_are_told(self, scene):
        keys = [person(number).key for number in range(1_100)]
        with scene.store.writing() as work:
            for key in keys[:600]:
                work.suppressions.add("T1", replace(self.WIDE, key=key))
            assert work.suppressions.among(keys[90:], "T1") == set(keys[90:600])
            assert work.suppressions.among(keys[550:], "T1") == set(keys[550:600])
            assert work.suppressions.among(keys[599:601], "T1") == {keys[599]}

    def test_two_at_the_same_moment_are_one_entry(self, scene):
        campaign = scene.campaign()
        added = at_once(*[lambda: self.add(scene, campaign)] * 3)
        assert sorted(added) == [False, False, True]

    def test_it_is_of_that_campaign_only(self, scene):
        campaign, other = scene.campaign(), scene.campaign()
        self.add(scene, campaign)
        assert self.find_for(scene, campaign) == self.ANA
        assert self.find_for(scene, other) is None
        assert self.find_for(scene, campaign, "bea@example.org") is None

    def test_the_list_of_the_workspace_counts_for_all_its_campaigns_and_no_others(self, scene):
        campaign, elsewhere = scene.campaign(), scene.campaign(workspace="T2")
        with scene.store.writing() as work:
            work.suppressions.add("T1", self.WIDE)
        assert self.find_for(scene, campaign) == self.WIDE
        assert self.find_for(scene, elsewhere) is None

    def test_the_campaigns_own_entry_is_told_first(self, scene):
        campaign = scene.campaign()
        for at in (minutes(-5), minutes(5)):
            with scene.store.writing() as work:
                work.suppressions.remove("T1", self.ANA.key)
                work.suppressions.add("T1", replace(self.WIDE, at=at))
            self.add(scene, campaign)
            assert self.find_for(scene, campaign) == self.ANA

    def test_who_is_taken_off_stays_on_the_other_lists(self, scene):
        campaign, other = scene.campaign(), scene.campaign()
        for one in (campaign, other):
            self.add(scene, one)
        with scene.store.writing() as work:
            work.suppressions.add("T1", self.WIDE)
            removed = [work.suppressions.remove_from_campaign(campaign.id, self.ANA.key) for _ in range(2)]
        assert removed == [True, False]
        assert self.find_for(scene, campaign) == self.WIDE
        assert self.find_for(scene, other) == self.ANA

    def test_the_latest_come_first(self, scene):
        campaign = scene.campaign()
        late, early, also_early = (
            replace(self.ANA, key=f"{name}@example.org", at=minutes(at))
            for name, at in (("l", 2), ("a", 1), ("b", 1))
        )
        for entry in (also_early, late, early):
            self.add(scene, campaign, entry)
        with scene.store.reading() as work:
            assert list(work.suppressions.of_campaign(campaign.id)) == [late, early, also_early]

    def test_each_list_is_counted_by_itself(self, scene):
        campaign, elsewhere = scene.campaign(), scene.campaign(workspace="T2")
        self.add(scene, campaign)
        self.add(scene, campaign, replace(self.ANA, key="bea@example.org"))
        with scene.store.writing() as work:
            work.suppressions.add("T1", self.WIDE)
        with scene.store.reading() as work:
            count = work.suppressions.count
            assert [count("T1"), count("T2"), count("T1", campaign.id)] == [1, 0, 2]
            assert [count("T2", campaign.id), count("T2", elsewhere.id), count("T1", 999)] == [0, 0, 0]

    def test_an_entry_taken_back_with_its_transaction_is_not_there(self, scene):
        campaign = scene.campaign()
        with pytest.raises(NotFound), scene.store.writing() as work:
            _add_and_fail(work, campaign, self.ANA)
        assert self.find_for(scene, campaign) is None


def _add_and_fail(work, campaign, entry):
    work.suppressions.add_to_campaign(campaign.id, entry)
    work.campaigns.get(999)
