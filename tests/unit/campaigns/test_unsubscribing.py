"""What an attendee does with the link, on every store."""

import pytest

from campaigns import unsubscribe
from campaigns.account import Account
from campaigns.account_port import Suppressed, Why
from campaigns.errors import NotFound
from campaigns.letters import InviteDesk
from campaigns.model import DeliveryState, Kind, RunState
from campaigns.ports import NewRun, Selection
from campaigns.roster import Roster
from campaigns.suppressing import ASKED_NOT_TO, cause_against
from campaigns.timing import Pace
from campaigns.unsubscribing import Unsubscribing
from campaigns.uploaded_list import ListPurpose
from tests.fakes.campaigns import OWNER, form_for, roster_of
from tests.fakes.clocks import NOON, HandClock
from tests.unit.campaigns.invites import header
from tests.unit.campaigns.lives import invited


class Scene:
    """One campaign of three people with a run that waits; ``again`` is another of the same workspace."""

    def __init__(self, store):
        self.store = store
        self.unsubscribing = Unsubscribing(store, HandClock())
        with store.writing() as work:
            self.account_id = work.accounts.upsert(Account(0, "smtp", "out@example.org", "Out")).id
        self.campaign, self.run = self.new_campaign()
        with store.reading() as work:
            self.person = work.campaigns.attendee_at(self.campaign.id, 1)
        self.token = self.token_of(self.campaign, self.person)

    def new_campaign(self, workspace=OWNER.workspace):
        with self.store.writing() as work:
            campaign = work.campaigns.add(
                form_for(self.account_id),
                workspace=workspace,
                owner=OWNER.user,
                roster=roster_of(3),
                missing_values=0,
                now=NOON,
            )
            submission = f"submission-{campaign.id}"
            new = NewRun(Selection(Kind.INVITE), Pace(2, 10), OWNER.user, "C1", submission)
            return campaign, work.runs.start(campaign, new, NOON)

    def token_of(self, campaign, person):
        link = unsubscribe.link("https://x.example", campaign.id, person.id, campaign.seed)
        return link.rpartition("/")[2]

    def counts(self, run):
        with self.store.reading() as work:
            return work.runs.progress(run.id).counts

    def is_suppressed(self, campaign=None, deed=Kind.INVITE):
        with self.store.reading() as work:
            return cause_against(work, campaign or self.campaign, self.person, deed) != ""


@pytest.fixture
def scene(store):
    return Scene(store)


def test_looking_at_the_link_changes_nothing(scene):
    seen = scene.unsubscribing.ask(scene.token)
    assert (seen.organizer, seen.is_done) == ("Olga", False)
    assert not scene.is_suppressed()
    assert scene.counts(scene.run).skipped == 0


def test_confirming_ends_the_invites_of_the_whole_workspace(scene):
    other, elsewhere = scene.new_campaign(workspace="T2")
    _, again = scene.new_campaign()
    assert scene.unsubscribing.confirm(scene.token).is_done
    assert scene.is_suppressed()
    assert not scene.is_suppressed(other)
    assert [scene.counts(run).skipped for run in (scene.run, again, elsewhere)] == [1, 1, 0]
    assert [scene.counts(run).queued for run in (scene.run, again, elsewhere)] == [2, 2, 3]


def test_confirming_again_is_harmless_and_the_page_says_that_it_is_done(scene):
    scene.unsubscribing.confirm(scene.token)
    assert scene.unsubscribing.confirm(scene.token).is_done
    assert scene.unsubscribing.ask(scene.token).is_done
    with scene.store.reading() as work:
        [entry] = work.suppressions.all(OWNER.workspace)
    assert (entry.key, entry.cause) == (scene.person.key, ASKED_NOT_TO)


def test_their_own_word_takes_the_place_of_an_entry_by_hand(scene):
    """Only an admin may lift it from then on."""
    with scene.store.writing() as work:
        by_hand = Suppressed(scene.person.key, "", NOON, Why.BY_HAND, "UADMIN")
        work.suppressions.add(OWNER.workspace, by_hand)
    assert not scene.unsubscribing.ask(scene.token).is_done
    assert scene.unsubscribing.confirm(scene.token).is_done
    assert scene.unsubscribing.ask(scene.token).is_done
    with scene.store.reading() as work:
        [entry] = work.suppressions.all(OWNER.workspace)
    assert (entry.why, entry.by) == (Why.UNSUBSCRIBED, "")


def test_who_asked_still_gets_the_cancel_of_what_they_hold(scene):
    scene.unsubscribing.confirm(scene.token)
    assert scene.is_suppressed(deed=Kind.UPDATE)
    assert not scene.is_suppressed(deed=Kind.CANCEL)


def test_what_is_on_its_way_is_left_to_its_worker(scene):
    with scene.store.writing() as work:
        work.batches.open(scene.run.id, 1, 2, NOON)
        claimed = work.deliveries.claim(
            scene.run.id, 1, limit=2, owner="test", now=NOON, lease_until=NOON.replace(hour=13)
        )
    assert scene.person.key in [delivery.attendee.key for delivery in claimed]
    scene.unsubscribing.confirm(scene.token)
    assert scene.counts(scene.run).sending == 2
    assert scene.counts(scene.run).skipped == 0


def test_somebody_who_was_taken_off_the_list_may_still_ask(scene):
    """They may stand on the next one."""
    take_off(scene)
    assert scene.unsubscribing.confirm(scene.token).is_done
    assert scene.is_suppressed()


def test_a_forged_link_is_not_found_whatever_is_wrong_with_it(scene):
    mac = "a" * 32
    good = scene.token.rpartition(".")[2]
    other, _ = scene.new_campaign()
    forged = [
        f"{scene.campaign.id}.{scene.person.id}.{mac}",
        f"{scene.campaign.id}.{scene.person.id + 1}.{good}",
        f"{other.id}.{scene.person.id}.{good}",
        f"999.{scene.person.id}.{good}",
        f"{scene.campaign.id}.999.{good}",
        "x",
    ]
    said = set()
    for token in forged:
        for step in (scene.unsubscribing.ask, scene.unsubscribing.confirm):
            with pytest.raises(NotFound) as refused:
                step(token)
            said.add(str(refused.value))
    assert len(said) == 1
    assert not scene.is_suppressed()


def test_the_link_in_an_invite_is_the_one_that_is_honoured(scene):
    desk = InviteDesk(unsubscribe_base="https://x.example")
    with scene.store.writing() as work:
        work.batches.open(scene.run.id, 1, 2, NOON)
        claimed = work.deliveries.claim(
            scene.run.id, 1, limit=2, owner="test", now=NOON, lease_until=NOON.replace(hour=13)
        )
        theirs = next(one for one in claimed if one.attendee.key == scene.person.key)
        letter = desk.pen(work, scene.run, theirs).letter(theirs.attendee, NOON)
    link = header(letter.mime, "List-Unsubscribe").strip("<>")
    assert scene.unsubscribing.confirm(link.rpartition("/")[2]).is_done
    assert scene.is_suppressed()
    assert theirs.state is DeliveryState.SENDING


def take_off(scene):
    people = [one for one in roster_of(3).attendees if one.key != scene.person.key]
    with scene.store.writing() as work:
        upload = work.uploads.add(
            form_for(scene.account_id),
            workspace=OWNER.workspace,
            user=OWNER.user,
            view_id="V1",
            file={},
            submission="another-list",
            now=NOON,
            purpose=ListPurpose.REPLACE,
            target=scene.campaign.id,
        )
        shorter = roster_of(3)
        work.lists.stage(upload.id, Roster(shorter.columns, people, [], 0), NOON)
        assert work.lists.apply(upload, NOON)


def test_who_asks_between_two_batches_is_in_none_of_the_later_ones(house):
    campaign = house.campaign(people=4)
    run = house.start(campaign, per_batch=2, gap=10)
    house.carry_due()
    with house.store.reading() as work:
        last = work.campaigns.attendee_at(campaign.id, 3)
    link = unsubscribe.link("https://x.example", campaign.id, last.id, campaign.seed)
    Unsubscribing(house.store, house.clock).confirm(link.rpartition("/")[2])
    house.drain()
    assert house.states(run)[last.address] is DeliveryState.SKIPPED
    assert house.counts(run).sent == 3
    assert last.address not in house.mailer.recipients


def test_who_asks_while_an_update_waits_is_taken_out_of_it_at_once(house):
    campaign = invited(house, 3)
    house.revise(campaign, title="Newer")
    run = house.start(campaign, 1, 60, kind=Kind.UPDATE)
    house.carry_due()
    with house.store.reading() as work:
        last = work.campaigns.attendee_at(campaign.id, 2)
    link = unsubscribe.link("https://x.example", campaign.id, last.id, campaign.seed)
    Unsubscribing(house.store, house.clock).confirm(link.rpartition("/")[2])
    counts = house.counts(run)
    assert (counts.sent, counts.queued, counts.skipped) == (1, 1, 1)
    house.drain()
    assert last.address not in house.mailer.recipients


def test_who_asked_is_not_invited_by_the_next_campaign_either(house):
    first, second = house.campaign(people=2), house.campaign(people=2)
    with house.store.reading() as work:
        person = work.campaigns.attendee_at(first.id, 0)
    link = unsubscribe.link("https://x.example", first.id, person.id, first.seed)
    Unsubscribing(house.store, house.clock).confirm(link.rpartition("/")[2])
    run = house.start(second)
    house.drain()
    assert person.address not in house.states(run)
    assert house.run(run).state is RunState.FINISHED
    assert house.counts(run).sent == 1
