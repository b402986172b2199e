"""What every store does with the settings of a campaign, its place on the Campaign List, and copies."""

from dataclasses import replace

import pytest

from campaigns.errors import NotFound
from campaigns.model import DeliveryState, Kind, MailProgress, Medium, Problem, Routing
from campaigns.ports import CampaignSettings, ListQuery, Selection
from tests.contract.store_scene import form, minutes, person
from tests.fakes.clocks import NOON

QUIET = Routing(batches=(), finished=(Medium.DIRECT,), failures=(Medium.MAIL, Medium.SLACK))
SETTINGS = CampaignSettings("new@example.org", MailProgress.OFF, ("U1", "U2"), QUIET)


class SettingsContract:
    def test_the_settings_of_the_form_come_back_as_they_were_given(self, scene):
        wanted = replace(form(scene.account()), editors=("U7",), routing=QUIET)
        campaign = self.copied(scene, scene.campaign(), wanted)
        assert (campaign.editors, campaign.routing) == (("U7",), QUIET)
        assert scene.reread(campaign) == campaign

    def test_changed_settings_change_nothing_that_attendees_hold(self, scene):
        campaign = scene.campaign()
        with scene.store.writing() as work:
            changed = work.campaigns.change_settings(campaign.id, SETTINGS)
        assert changed == replace(
            campaign,
            alert_address="new@example.org",
            mail_progress=MailProgress.OFF,
            editors=("U1", "U2"),
            routing=QUIET,
        )
        assert scene.reread(campaign) == changed

    def test_settings_of_a_campaign_that_is_not_there_are_not_found(self, scene):
        with scene.store.writing() as work, pytest.raises(NotFound):
            work.campaigns.change_settings(99, SETTINGS)

    def test_a_campaign_is_put_away_once_and_brought_back_once(self, scene):
        campaign = scene.campaign()
        with scene.store.writing() as work:
            steps = [work.campaigns.archive(campaign.id, at) for at in (None, NOON, minutes(5), None, None)]
            assert work.campaigns.archive(99, NOON) is False
        assert steps == [False, True, False, True, False]
        with scene.store.writing() as work:
            work.campaigns.archive(campaign.id, minutes(9))
        assert scene.reread(campaign) == replace(campaign, archived_at=minutes(9))

    def test_how_many_values_are_missing_is_kept(self, scene):
        campaign = scene.campaign()
        with scene.store.writing() as work:
            work.campaigns.set_missing_values(campaign.id, 7)
            assert work.campaigns.missing_values(campaign.id) == 7

    def test_where_newcomers_wait_is_kept_until_nobody_does(self, scene):
        first, second, _ = scene.campaign(), scene.campaign(), scene.campaign()
        with scene.store.writing() as work:
            for campaign, count in ((second, 3), (first, 2)):
                work.campaigns.set_newcomers(campaign.id, count)
            assert work.campaigns.with_newcomers() == [first.id, second.id]
        assert scene.reread(second).newcomers == 3
        with scene.store.writing() as work:
            work.campaigns.set_newcomers(first.id, 0)
            assert work.campaigns.with_newcomers() == [second.id]

    def test_an_attendee_is_found_by_the_place_on_the_list(self, scene):
        campaign = scene.campaign(3)
        with scene.store.reading() as work:
            keys = [work.campaigns.attendee_at(campaign.id, index) for index in (0, 2, 3, -1)]
        assert [one and one.key for one in keys] == [person(1).key, person(3).key, None, None]

    def test_a_copy_has_the_list_and_nobody_of_it_was_invited(self, scene):
        source = scene.campaign(3, problems=[Problem(9, "x", "No address")])
        run = scene.start(source)
        scene.open(run)
        scene.outcomes(run, DeliveryState.SENT, DeliveryState.UNSURE)
        source = scene.revise(source, "Edited")
        copied = self.copied(scene, source, form(scene.account(), title="Again"), at=minutes(5))
        assert (copied.event.title, copied.owner, copied.workspace) == ("Again", "UCOPIER", "T1")
        assert (copied.revision, copied.created_at, copied.revised_at) == (0, minutes(5), minutes(5))
        assert (copied.attendees, copied.columns) == (3, source.columns)
        assert copied.seed != source.seed
        people = [replace(one, id=0) for one in scene.attendees(copied)]
        assert people == [person(1), person(2), person(3)]
        assert scene.selected(copied, Selection(Kind.INVITE)) == 3
        with scene.store.reading() as work:
            assert work.campaigns.problems(copied.id) == []
            assert work.runs.latest(copied.id) is None
        assert scene.reread(source) == source

    def copied(self, scene, source, wanted, at=NOON):
        with scene.store.writing() as work:
            return work.campaigns.copy(source, wanted, owner="UCOPIER", now=at)


class FindingContract:
    def found(self, scene, words="", workspace="T1", **more):
        query = ListQuery(words, **more)
        with scene.store.reading() as work:
            titles = [line.campaign.event.title for line in work.campaigns.summaries(workspace, query)]
            if not more:
                assert work.campaigns.count(workspace, query) == len(titles)
        return titles

    @pytest.mark.parametrize(
        ("title", "typed"),
        [
            ("Summer party", "PARTY summ"),
            ("ÉCOLE d'été", "école ÉTÉ"),
            ("Straßenfest", "STRASSEN"),
            ("ВСТРЕЧА выпускников", "встреча"),
            ("Cafe\N{COMBINING ACUTE ACCENT}", "café"),
            ("100% remote", "100%"),
            ("plan_b", "n_b"),
            ("a/b", "/"),
            (r"back\slash", "\\"),
            ("\N{PARTY POPPER} Launch", "\N{PARTY POPPER}"),
        ],
    )
    def test_a_title_is_found_by_parts_of_it_in_any_case(self, scene, title, typed):
        scene.campaign(1, title=title)
        scene.campaign(1, title="Planbx 1000 cafeteria aXb")
        assert self.found(scene, typed) == [title]

    def test_every_word_has_to_be_in_the_title(self, scene):
        for title in ("Red hall", "Blue hall", "Red room"):
            scene.campaign(1, title=title)
        assert self.found(scene, "hall") == ["Blue hall", "Red hall"]
        assert self.found(scene, " hall   RED ") == ["Red hall"]
        assert self.found(scene, "hall green") == []
        assert self.found(scene, "   ") == ["Red room", "Blue hall", "Red hall"]

    def test_a_campaign_is_found_by_its_number(self, scene):
        first = scene.campaign(1, title="First")
        scene.campaign(1, title=f"Class of {first.id}")
        scene.campaign(1, title="Third")
        assert self.found(scene, f"#{first.id}") == ["First"]
        assert self.found(scene, f"{first.id}") == [f"Class of {first.id}", "First"]
        assert self.found(scene, "9" * 40) == []
        assert self.found(scene, "\N{ARABIC-INDIC DIGIT ONE}") == []

    def test_a_campaign_is_found_by_the_title_it_has_now(self, scene):
        campaign = scene.campaign(1, title="Old name")
        scene.revise(campaign, "New name")
        assert self.found(scene, "old") == []
        assert self.found(scene, "new") == ["New name"]

    def test_a_search_of_very_many_words_is_answered(self, scene):
        scene.campaign(1, title="x")
        assert self.found(scene, " ".join(f"w{number}" for number in range(1_500))) == []

    def test_what_was_put_away_is_on_a_list_of_its_own(self, scene):
        away, here = scene.campaign(1, title="Away"), scene.campaign(1, title="Here")
        with scene.store.writing() as work:
            work.campaigns.archive(away.id, NOON)
        assert self.found(scene) == ["Here"]
        assert self.found(scene, archived=True) == ["Away"]
        assert self.found(scene, f"#{here.id}", archived=True) == []

    def test_another_workspace_finds_nothing(self, scene):
        campaign = scene.campaign(1)
        assert self.found(scene, workspace="T2") == []
        assert self.found(scene, f"#{campaign.id}", workspace="T2") == []

    def test_the_pages_of_a_search_are_those_of_what_was_found(self, scene):
        for number in range(1, 6):
            scene.campaign(1, title=f"Odd {number}" if number % 2 else f"Even {number}")
        assert self.found(scene, "odd", limit=2) == ["Odd 5", "Odd 3"]
        assert self.found(scene, "odd", limit=2, offset=2) == ["Odd 1"]
        with scene.store.reading() as work:
            assert work.campaigns.count("T1", ListQuery("odd", limit=2)) == 3
