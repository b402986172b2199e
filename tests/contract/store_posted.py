"""Short words for letters that went, what was answered to them, and which of them came back."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from campaigns.account import Account
from campaigns.answer import Answer, AnswerCounts, Said
from campaigns.answer_port import PersonLine
from campaigns.model import Campaign, Delivery, DeliveryState, Kind, Run, RunState
from campaigns.ports import Selection, Settlement
from tests.contract.store_scene import Scene, minutes
from tests.fakes.clocks import NOON

S = DeliveryState
YES = Answer(Said.ACCEPTED, 0, NOON)


def uid_of(delivery: Delivery) -> str:
    return f"{delivery.attendee.id}@example.org"


def settle(scene: Scene, delivery: Delivery, state: DeliveryState = S.SENT, *, at: datetime = NOON) -> None:
    with scene.store.writing() as work:
        assert work.deliveries.settle(delivery, Settlement(state, uid=uid_of(delivery)), at)


def sent(
    scene: Scene, people: int = 3, *states: DeliveryState, account: Account | None = None
) -> tuple[Campaign, list[Delivery]]:
    """A campaign that everybody on it was invited to, in a run that is over."""
    campaign = scene.campaign(people, account=account)
    return campaign, post(scene, scene.start(campaign), *states)


def post(scene: Scene, run: Run, *states: DeliveryState) -> list[Delivery]:
    scene.open(run)
    claimed = scene.claim(run)
    for place, delivery in enumerate(claimed):
        settle(scene, delivery, states[place] if place < len(states) else S.SENT)
    scene.end(run)
    scene.move(run, RunState.FINISHED)
    return claimed


def cancelled(scene: Scene, campaign: Campaign) -> list[Delivery]:
    """The letters of a run that tells everybody that the event is off."""
    with scene.store.writing() as work:
        work.campaigns.revise(campaign.id, campaign.event, missing_values=0, now=NOON, is_cancelled=True)
    return post(scene, scene.start(campaign, Selection(Kind.CANCEL)))


def revise(scene: Scene, campaign: Campaign, **change: Any) -> None:
    with scene.store.writing() as work:
        event = replace(work.campaigns.get(campaign.id).event, **change)
        work.campaigns.revise(campaign.id, event, missing_values=0, now=NOON)


def record(scene: Scene, attendee_id: int, answer: Answer = YES) -> bool:
    with scene.store.writing() as work:
        return work.answers.record(attendee_id, answer)


def bounce(scene: Scene, delivery: Delivery) -> bool:
    with scene.store.writing() as work:
        return work.answers.bounce(delivery.id, cause="No mailbox", evidence="550 5.1.1", now=minutes(9))


def counted(scene: Scene, *campaigns: Campaign) -> list[AnswerCounts]:
    with scene.store.reading() as work:
        counts = work.answers.counts([campaign.id for campaign in campaigns])
    return [counts[campaign.id] for campaign in campaigns]


def lines(scene: Scene, campaign: Campaign) -> list[PersonLine]:
    with scene.store.reading() as work:
        return list(work.answers.people(campaign.id))


def told(scene: Scene, campaign: Campaign) -> tuple[int | None, bool, bool]:
    """What the first person on the list holds, whether it was cancelled, and whether it is in doubt."""
    line = lines(scene, campaign)[0]
    return line.revision, line.is_cancelled, line.is_unsure


def asked(scene: Scene, run: Run) -> None:
    """The provider is asked for the unsure letter of ``run``, and has never seen it."""
    with scene.store.writing() as work:
        (unsure,) = work.deliveries.unsure(run.id, after=0, limit=9)
        assert work.deliveries.answer_unsure(unsure, S.QUEUED, reference="", cause="", now=NOON)
