"""What was said before somebody was asked anew counts again where that letter comes back, in every store."""

from datetime import timedelta

import pytest

from campaigns.answer import Answer, AnswerCounts, Said
from campaigns.model import Kind
from campaigns.ports import Selection
from campaigns.store_port import Store
from tests.contract.store_posted import (
    YES,
    S,
    bounce,
    cancelled,
    counted,
    lines,
    post,
    record,
    revise,
    sent,
    told,
)
from tests.contract.store_scene import Scene, minutes
from tests.fakes.clocks import NOON

NOBODY_SAID = AnswerCounts(unanswered=1)
DAY = timedelta(days=1)


@pytest.fixture
def scene(store: Store) -> Scene:
    return Scene(store)


def answered(scene):
    """A campaign of one person who said yes."""
    campaign, (first,) = sent(scene, 1)
    assert record(scene, first.attendee.id)
    return campaign, first.attendee.id


def moved(scene, campaign, days, *states):
    revise(
        scene,
        campaign,
        starts_at=campaign.event.starts_at + days * DAY,
        ends_at=campaign.event.ends_at + days * DAY,
    )
    return post(scene, scene.start(campaign, Selection(Kind.UPDATE)), *states)[0]


class TestAnswersKept:
    def test_a_move_that_comes_back_leaves_the_answer_to_what_is_held(self, scene):
        campaign, _ = answered(scene)
        update = moved(scene, campaign, 1)
        assert counted(scene, campaign) == [NOBODY_SAID]
        bounce(scene, update)
        assert lines(scene, campaign)[0].answer == YES
        assert counted(scene, campaign) == [AnswerCounts(accepted=1)]
        assert scene.whom(campaign, Selection(Kind.REMIND)).reminders == 0

    def test_it_comes_back_only_when_every_letter_that_asked_anew_has(self, scene):
        campaign, _ = answered(scene)
        updates = [moved(scene, campaign, days) for days in (1, 2)]
        bounce(scene, updates[1])
        assert counted(scene, campaign) == [NOBODY_SAID]
        bounce(scene, updates[0])
        assert counted(scene, campaign) == [AnswerCounts(accepted=1)]

    def test_a_move_there_and_back_asks_nobody_anew_if_the_first_comes_back(self, scene):
        campaign, _ = answered(scene)
        there, _back = moved(scene, campaign, 1), moved(scene, campaign, 0)
        assert counted(scene, campaign) == [NOBODY_SAID]
        bounce(scene, there)
        assert counted(scene, campaign) == [AnswerCounts(accepted=1)]

    def test_an_invite_after_a_cancellation_that_comes_back_leaves_nothing_to_have_answered(self, scene):
        campaign, _ = answered(scene)
        cancelled(scene, campaign)
        scene.revise(campaign, "Held after all")
        (again,) = post(scene, scene.start(campaign))
        bounce(scene, again)
        assert told(scene, campaign) == (1, True, False)
        assert lines(scene, campaign)[0].answer is None
        assert counted(scene, campaign) == [AnswerCounts()]

    def test_what_was_said_of_the_new_time_stays(self, scene):
        """Whoever answers it has got it, whatever their mail server says later."""
        campaign, attendee_id = answered(scene)
        update = moved(scene, campaign, 1)
        no = Answer(Said.DECLINED, update.sequence, minutes(5))
        assert record(scene, attendee_id, no)
        bounce(scene, update)
        assert lines(scene, campaign)[0].answer == no

    def test_the_answer_that_counts_again_is_the_last_one(self, scene):
        campaign, attendee_id = answered(scene)
        first = moved(scene, campaign, 1)
        no = Answer(Said.DECLINED, first.sequence, minutes(5))
        record(scene, attendee_id, no)
        second = moved(scene, campaign, 2)
        bounce(scene, second)
        assert lines(scene, campaign)[0].answer == no

    def test_the_same_answer_once_more_is_no_news_then(self, scene):
        campaign, attendee_id = answered(scene)
        bounce(scene, moved(scene, campaign, 1))
        assert not record(scene, attendee_id)
        later = Answer(Said.DECLINED, 0, minutes(9))
        assert record(scene, attendee_id, later)
        assert lines(scene, campaign)[0].answer == later

    def test_an_answer_that_was_not_given_does_not_come_back(self, scene):
        campaign, _ = sent(scene, 1)
        bounce(scene, moved(scene, campaign, 1))
        assert counted(scene, campaign) == [NOBODY_SAID]

    def test_a_move_taken_as_sent_by_a_persons_word_that_comes_back_is_no_other(self, scene):
        campaign, _ = answered(scene)
        update = moved(scene, campaign, 1, S.UNSURE)
        assert counted(scene, campaign) == [AnswerCounts(accepted=1)]
        with scene.store.writing() as work:
            work.deliveries.settle_unsure(update.run_id, S.SENT, "Left", NOON)
        assert counted(scene, campaign) == [NOBODY_SAID]
        bounce(scene, update)
        assert counted(scene, campaign) == [AnswerCounts(accepted=1)]
