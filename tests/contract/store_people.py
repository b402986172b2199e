"""What every store does with the history of a campaign and with Home tabs."""

from campaigns.history import Deed, NewEntry
from campaigns.model import Kind, RunState
from campaigns.ports import ListQuery, Selection
from tests.contract.store_scene import at_once, minutes
from tests.fakes.clocks import NOON

EVERYTHING = ListQuery()


class HistoryContract:
    def test_an_entry_comes_back_as_it_was_recorded(self, scene):
        run = scene.start(scene.campaign())
        new = NewEntry(run.campaign_id, Deed.PACE_CHANGED, "UADMIN", run.id, {"per_batch": "50", "gap": "10"})
        with scene.store.writing() as work:
            recorded = work.history.record(new, minutes(3))
        with scene.store.reading() as work:
            assert work.history.of_campaign(run.campaign_id, limit=9) == [recorded]
        assert (recorded.campaign_id, recorded.run_id, recorded.deed) == (new.campaign_id, run.id, new.deed)
        assert (recorded.by, recorded.at, recorded.facts) == ("UADMIN", minutes(3), new.facts)

    def test_what_came_of_an_upload_is_found_in_its_campaign(self, scene):
        mine, other = scene.campaign(), scene.campaign()
        changed = [(mine, "7"), (mine, "17"), (other, "8"), (mine, "")]
        with scene.store.writing() as work:
            work.history.record(NewEntry(mine.id, Deed.CREATED, "UOWNER", facts={"upload": "17"}), NOON)
            entries = [
                work.history.record(NewEntry(of.id, Deed.LIST_CHANGED, "U1", facts={"upload": upload}), NOON)
                for of, upload in changed
            ]
            work.history.record(NewEntry(mine.id, Deed.LIST_CHANGED, "U1"), NOON)
        with scene.store.reading() as work:
            found = [work.history.of_upload(mine.id, upload) for upload in (7, 17, 8, 1)]
            assert found == [*entries[:2], None, None]
            assert work.history.of_upload(other.id, 8) == entries[2]

    def test_the_history_of_a_campaign_comes_newest_first_and_up_to_the_limit(self, scene):
        mine, other = scene.campaign(), scene.campaign()
        with scene.store.writing() as work:
            for deed in (Deed.CREATED, Deed.EDITED, Deed.ARCHIVED):
                work.history.record(NewEntry(mine.id, deed, "UOWNER"), NOON)
            work.history.record(NewEntry(other.id, Deed.CREATED, "UOWNER"), NOON)
        with scene.store.reading() as work:
            newest = [entry.deed for entry in work.history.of_campaign(mine.id, limit=2)]
            assert newest == [Deed.ARCHIVED, Deed.EDITED]
            assert [entry.run_id for entry in work.history.of_campaign(mine.id, limit=9)] == [None] * 3
            assert work.history.of_campaign(99, limit=9) == []

    def test_the_lines_of_one_deed_are_found_however_many_others_stand_between(self, scene):
        mine, other = scene.campaign(), scene.campaign()
        first, second = scene.start(mine), scene.start(other)
        scene.end(first)
        scene.move(first, RunState.FINISHED)
        later = scene.start(mine, Selection(Kind.INVITE), submission="later")
        with scene.store.writing() as work:
            for run, by in ((first, "U1"), (first, "U2"), (later, "U3"), (second, "U4")):
                work.history.record(NewEntry(run.campaign_id, Deed.RESUMED, by, run.id), NOON)
            for _ in range(300):
                work.history.record(NewEntry(mine.id, Deed.LIST_CHANGED, "The API"), NOON)
        with scene.store.reading() as work:
            of_deed = work.history.of_deed
            assert [line.by for line in of_deed(mine.id, Deed.RESUMED)] == ["U3", "U2", "U1"]
            assert [line.by for line in of_deed(mine.id, Deed.RESUMED, run_id=first.id)] == ["U2", "U1"]
            assert [line.by for line in of_deed(mine.id, Deed.RESUMED, run_id=first.id, limit=1)] == ["U2"]
            assert [line.by for line in of_deed(mine.id, Deed.RESUMED, limit=2)] == ["U3", "U2"]
            assert of_deed(mine.id, Deed.TEST_SENT) == []


class HomesContract:
    def opened(self, scene, user, at=NOON, query=EVERYTHING, workspace="T1"):
        with scene.store.writing() as work:
            work.homes.opened(workspace, user, query, at)

    def test_a_home_tab_opens_where_it_was_left(self, scene):
        query = ListQuery("hall 100%", archived=True, offset=40, limit=20)
        self.opened(scene, "U1")
        self.opened(scene, "U1", minutes(1), query)
        self.opened(scene, "U1", minutes(2), ListQuery("elsewhere"), workspace="T2")
        with scene.store.reading() as work:
            assert work.homes.place("T1", "U1") == query
            assert work.homes.place("T1", "U2") == ListQuery()

    def test_viewers_are_those_of_the_workspace_who_opened_theirs_since_latest_first(self, scene):
        for user, minute in (("U1", 1), ("U2", 2), ("U3", 4), ("U4", 3)):
            self.opened(scene, user, minutes(minute))
        self.opened(scene, "U1", minutes(5))
        self.opened(scene, "U5", minutes(5), workspace="T2")
        with scene.store.reading() as work:
            assert work.homes.viewers("T1", minutes(2)) == ["U1", "U3", "U4"]
            assert work.homes.viewers("T1", minutes(5)) == []

    def test_a_tab_opened_twice_at_the_same_moment_is_one(self, scene):
        assert at_once(*[lambda: self.opened(scene, "U1")] * 2) == [None, None]
        with scene.store.reading() as work:
            assert work.homes.viewers("T1", minutes(-1)) == ["U1"]
