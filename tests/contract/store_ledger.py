"""What every store keeps of each attendee: which SEQUENCE, which words, and what may not be sent again."""

from dataclasses import replace

from campaigns.answer import Answer, Said
from campaigns.holding import BACK_ON_THE_LIST, HAS_ANSWERED, HOLDS_IT, WAS_NEVER_INVITED
from campaigns.model import DeliveryState, Kind, RunState
from campaigns.ports import Selection, Settlement, Whom
from tests.contract.store_lists import apply, people, staged
from tests.contract.store_scene import LEASE, minutes, person
from tests.fakes.clocks import NOON

S = DeliveryState
INVITE, UPDATE, CANCEL, REMIND = map(Selection, Kind)


def carried(scene, campaign, selection=INVITE, *states):
    """A run whose deliveries are claimed and settled so (all sent without ``states``), and is finished."""
    run = scene.start(campaign, selection)
    scene.open(run)
    claimed = scene.claim(run)
    for index, delivery in enumerate(claimed):
        scene.settle(delivery, states[index] if states else S.SENT)
    ended(scene, run)
    return claimed


def ended(scene, run):
    scene.end(run)
    scene.move(run, RunState.FINISHED)


def called_off(scene, campaign):
    with scene.store.writing() as work:
        before = work.campaigns.get(campaign.id)
        return work.campaigns.revise(campaign.id, before.event, missing_values=0, now=NOON, is_cancelled=True)


def line(scene, campaign, number):
    """What is known of a person, as the downloaded list says it."""
    with scene.store.reading() as work:
        return {one.attendee.key: one for one in work.answers.people(campaign.id)}[person(number).key]


class LedgerContract:
    """Which number and which words a letter gets, and what the ledger learns of it."""

    def test_the_first_letter_has_the_revision_as_its_sequence(self, scene):
        campaign = scene.campaign(1)
        scene.revise(campaign, "Before anybody was invited")
        (letter,) = carried(scene, campaign)
        assert (letter.deed, letter.revision, letter.sequence) == (Kind.INVITE, 1, 1)

    def test_a_retry_keeps_its_sequence_and_an_edit_in_between_raises_it(self, scene):
        campaign = scene.campaign(1)
        run = scene.start(campaign)
        scene.open(run)
        for revision in (0, 0, 1):
            if revision:
                scene.revise(campaign, "Newer")
            (letter,) = scene.claim(run)
            assert (letter.revision, letter.sequence) == (revision, revision)
            scene.settle(letter, S.QUEUED)

    def test_no_number_that_a_calendar_may_know_comes_again_with_other_words(self, scene):
        """A changed row is no revision; a lost reply may have carried its number into the calendar."""
        campaign = scene.campaign(1)
        carried(scene, campaign)
        sequences = []
        for name in ("Zoë", "Zoe"):
            apply(scene, staged(scene, campaign, [replace(person(1), name=name)], submission=name))
            (letter,) = carried(scene, campaign, UPDATE, S.UNSURE)
            sequences.append(letter.sequence)
        scene.revise(campaign, "Newer")
        (letter,) = carried(scene, campaign, UPDATE)
        assert (sequences, letter.revision, letter.sequence) == ([1, 2], 1, 3)

    def test_a_lower_sequence_is_never_given_after_a_higher_one(self, scene):
        campaign = scene.campaign(2)
        given = [carried(scene, campaign)[0].sequence]
        for names in (people(2), people(1, 2), people(2)):
            apply(scene, staged(scene, campaign, names, submission=str(given)))
            given.append(carried(scene, campaign, UPDATE)[0].sequence)
        scene.revise(campaign, "Newer")
        apply(scene, staged(scene, campaign, people(1, 2), submission="back"))
        first = next(one for one in carried(scene, campaign, UPDATE) if one.attendee.key == person(1).key)
        assert (given, first.sequence, first.revision) == ([0, 1, 2, 3], 4, 1)

    def test_who_was_sent_a_cancel_holds_nothing_and_is_invited_anew(self, scene):
        campaign = scene.campaign(2)
        carried(scene, campaign)
        apply(scene, staged(scene, campaign, people(2)))
        (taken_back,) = carried(scene, campaign, UPDATE)
        assert (taken_back.deed, taken_back.sequence) == (Kind.CANCEL, 1)
        assert scene.selected(campaign, UPDATE) == 0
        assert scene.selected(campaign, CANCEL) == 1
        apply(scene, staged(scene, campaign, people(1, 2), submission="back"))
        assert scene.whom(campaign, UPDATE) == scene.whom(campaign, INVITE) == Whom(invites=1, again=1)
        (again,) = carried(scene, campaign)
        assert (again.deed, again.sequence) == (Kind.INVITE, 2)

    def test_a_changed_row_makes_its_holder_outdated(self, scene):
        campaign = scene.campaign(3)
        carried(scene, campaign)
        listed = [person(1), replace(person(2), fields={"first_name": "Other"}), person(3)]
        apply(scene, staged(scene, campaign, listed))
        assert scene.whom(campaign, UPDATE) == Whom(updates=1)
        (letter,) = carried(scene, campaign, UPDATE)
        assert (letter.attendee.fields, letter.sequence) == ({"first_name": "Other"}, 1)
        assert scene.selected(campaign, UPDATE) == 0

    def test_a_row_that_changes_while_its_letter_is_on_the_wire_makes_it_outdated(self, scene):
        campaign = scene.campaign(1)
        run = scene.start(campaign)
        scene.open(run)
        (letter,) = scene.claim(run)
        apply(scene, staged(scene, campaign, [replace(person(1), name="Zoë")]))
        scene.settle(letter, S.SENT)
        assert scene.whom(campaign, UPDATE) == Whom(updates=1)

    def test_a_row_that_changes_after_a_lost_reply_is_still_outdated_once_that_counts_as_sent(self, scene):
        campaign = scene.campaign(1)
        run = scene.start(campaign)
        scene.open(run)
        scene.outcomes(run, S.UNSURE)
        apply(scene, staged(scene, campaign, [replace(person(1), name="Zoë")]))
        with scene.store.writing() as work:
            work.deliveries.settle_unsure(run.id, S.SENT, "left as it is", NOON)
        assert scene.whom(campaign, UPDATE) == Whom(updates=1)

    def test_an_abandoned_letter_uses_its_number_up(self, scene):
        campaign = scene.campaign(1)
        run = scene.start(campaign)
        scene.open(run)
        scene.claim(run)
        scene.abandon(minutes(9))
        ended(scene, run)
        scene.revise(campaign, "Newer")
        scene.revise(campaign, "Newest")
        (letter,) = carried(scene, campaign, UPDATE, S.UNSURE)
        assert (letter.deed, letter.sequence) == (Kind.UPDATE, 2)
        (letter,) = carried(scene, campaign, UPDATE)
        assert letter.sequence == 3

    def test_older_word_that_comes_late_never_lowers_what_is_held(self, scene):
        campaign = scene.campaign(1)
        run = scene.start(campaign)
        scene.open(run)
        (older,) = scene.claim(run)
        scene.abandon(minutes(9))
        ended(scene, run)
        called_off(scene, campaign)
        carried(scene, campaign, CANCEL)
        assert scene.settle(older, S.SENT)
        assert scene.selected(campaign, CANCEL) == 0
        assert line(scene, campaign, 1).revision == 1

    def test_older_word_settles_no_newer_doubt(self, scene):
        campaign = scene.campaign(1)
        run = scene.start(campaign)
        scene.open(run)
        (older,) = scene.claim(run)
        scene.abandon(minutes(9))
        ended(scene, run)
        scene.revise(campaign, "Newer")
        carried(scene, campaign, UPDATE, S.UNSURE)
        assert scene.settle(older, S.SENT)
        assert (line(scene, campaign, 1).revision, line(scene, campaign, 1).is_unsure) == (0, True)

    def test_whose_letter_never_came_holds_the_words_from_before_it(self, scene):
        campaign = scene.campaign(1)
        carried(scene, campaign)
        apply(scene, staged(scene, campaign, [replace(person(1), name="Zoë")]))
        run = scene.start(campaign, UPDATE)
        scene.open(run)
        scene.outcomes(run, S.UNSURE)
        with scene.store.writing() as work:
            (asked,) = work.deliveries.unsure(run.id, after=0, limit=9)
            assert work.deliveries.answer_unsure(asked, S.QUEUED, reference="", cause="", now=NOON)
            work.runs.skip_queued(run.id, "Stopped", NOON)
        scene.move(run, RunState.STOPPED)
        assert scene.whom(campaign, UPDATE) == Whom(updates=1)

    def test_the_unsure_sent_again_get_the_same_letter(self, scene):
        campaign = scene.campaign(2)
        carried(scene, campaign)
        apply(scene, staged(scene, campaign, people(2)))
        run = scene.start(campaign, UPDATE)
        scene.open(run)
        (lost,) = scene.claim(run, at=minutes(1))
        scene.settle(lost, S.UNSURE)
        ended(scene, run)
        again = scene.start(campaign, Selection(Kind.UPDATE, run.id, S.UNSURE))
        scene.open(again)
        (letter,) = scene.claim(again, at=minutes(99))
        same = ("attendee", "deed", "revision", "sequence", "first_claimed_at")
        assert [getattr(letter, name) for name in same] == [getattr(lost, name) for name in same]
        assert letter.deed is Kind.CANCEL

    def test_a_doubt_that_was_never_tried_again_is_taken_as_sent_without_loss(self, scene):
        """An update for the unsure, stopped before its first try, knows no number of its own."""
        campaign = scene.campaign(1)
        carried(scene, campaign, INVITE, S.UNSURE)
        scene.revise(campaign, "Newer")
        update = scene.start(campaign, UPDATE)
        with scene.store.writing() as work:
            work.runs.skip_queued(update.id, "Stopped", NOON)
            work.runs.move(update.id, RunState.STOPPED, now=NOON)
            assert work.deliveries.settle_unsure(update.id, S.SENT, "left as it is", NOON) == 1
        assert (scene.whom(campaign, INVITE).total, scene.whom(campaign, UPDATE)) == (0, Whom(updates=1))

    def test_the_uid_of_what_was_sent_is_noted_and_finds_its_holder(self, scene):
        campaign = scene.campaign(2)
        run = scene.start(campaign)
        scene.open(run)
        for letter, state in zip(scene.claim(run), (S.SENT, S.UNSURE), strict=True):
            settlement = Settlement(state, uid=f"{letter.attendee.key}@uid")
            with scene.store.writing() as work:
                assert work.deliveries.settle(letter, settlement, NOON)
        with scene.store.reading() as work:
            for number in (1, 2):
                (found,) = work.answers.holders(campaign.account_id, uid=f"{person(number).key}@uid")
                assert (found.attendee.key, found.held_sequence) == (person(number).key, 0)


class MootContract:
    """What has become pointless by the time it is claimed is skipped, and says why."""

    def claimed(self, scene, run, at=NOON):
        scene.open(run, at=at)
        return [one.attendee.key for one in scene.claim(run, at=at)]

    def test_who_came_back_onto_the_list_is_not_taken_off_the_calendar(self, scene):
        campaign = scene.campaign(2)
        carried(scene, campaign)
        apply(scene, staged(scene, campaign, people(2)))
        run = scene.start(campaign, UPDATE)
        apply(scene, staged(scene, campaign, people(1, 2), submission="back"))
        assert self.claimed(scene, run) == []
        with scene.store.reading() as work:
            assert work.runs.progress(run.id).counts.skipped == 1
        assert self.why(scene, campaign) == BACK_ON_THE_LIST

    def test_who_is_taken_off_while_a_cancel_run_is_on_gets_the_cancel(self, scene):
        campaign = scene.campaign(2)
        carried(scene, campaign)
        called_off(scene, campaign)
        run = scene.start(campaign, CANCEL)
        apply(scene, staged(scene, campaign, people(2)))
        assert self.claimed(scene, run) == [person(1).key, person(2).key]

    def test_a_letter_on_the_wire_that_failed_leaves_nothing_to_cancel(self, scene):
        campaign, cancel, letter = self.superseded(scene)
        scene.settle(letter, S.FAILED, cause="No such mailbox")
        assert self.claimed(scene, cancel, NOON + LEASE) == []
        assert self.why(scene, campaign) == WAS_NEVER_INVITED

    def test_a_letter_on_the_wire_that_arrived_is_cancelled_after_it(self, scene):
        _, cancel, letter = self.superseded(scene)
        assert self.claimed(scene, cancel) == []
        scene.settle(letter, S.SENT)
        scene.end(cancel)
        with scene.store.writing() as work:
            work.batches.arm_next(cancel.id, 2, NOON + LEASE)
        scene.open(cancel, 2, at=NOON + LEASE)
        (after,) = scene.claim(cancel, seq=2, at=NOON + LEASE)
        assert (after.deed, after.sequence) == (Kind.CANCEL, 1)

    def test_a_letter_on_the_wire_that_is_the_newest_needs_no_update(self, scene):
        campaign = scene.campaign(1)
        run = scene.start(campaign)
        scene.open(run)
        (letter,) = scene.claim(run)
        scene.move(run, RunState.STOPPED)
        update = scene.start(campaign, UPDATE)
        scene.settle(letter, S.SENT)
        assert self.claimed(scene, update, NOON + LEASE) == []
        assert self.why(scene, campaign) == HOLDS_IT

    def test_who_answers_meanwhile_is_not_reminded(self, scene):
        campaign = scene.campaign(2)
        carried(scene, campaign)
        run = scene.start(campaign, REMIND)
        first, _ = scene.attendees(campaign)
        with scene.store.writing() as work:
            work.answers.record(first.id, Answer(Said.ACCEPTED, 0, NOON))
        assert self.claimed(scene, run) == [person(2).key]
        assert self.why(scene, campaign) == HAS_ANSWERED

    def superseded(self, scene):
        """A cancel run that was started with an invite on the wire."""
        campaign = scene.campaign(1)
        run = scene.start(campaign)
        scene.open(run)
        (letter,) = scene.claim(run)
        scene.move(run, RunState.STOPPED)
        campaign = called_off(scene, campaign)
        return campaign, scene.start(campaign, CANCEL), letter

    def why(self, scene, campaign, number=1):
        return line(scene, campaign, number).cause
