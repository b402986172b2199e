"""What attendees answered, for whoever may look at their campaign."""

from collections.abc import Iterable
from dataclasses import dataclass

from campaigns.access import campaign_for
from campaigns.answers_seen import AnswersSeen
from campaigns.model import Attachment, Campaign, Kind, RunState
from campaigns.ports import CampaignSummary, Clock, Selection
from campaigns.reporting import answers_seen, attendees_file
from campaigns.roles import Actor, Right
from campaigns.starting import is_over
from campaigns.store_port import Store


@dataclass(frozen=True, slots=True)
class CampaignAnswers:
    """``seen`` None: nobody was written to, or the event was cancelled.

    ``to_remind`` have not answered, and could be reminded now; ``left_out`` neither, but for a never-invite
    list.
    """

    seen: AnswersSeen | None = None
    to_remind: int = 0
    left_out: int = 0


class AnswerDesk:
    """Every call checks who asks."""

    def __init__(self, store: Store, clock: Clock, *, reads_of_settings: bool = False) -> None:
        """``reads_of_settings``: the settings say where the mail of their account is."""
        self._store = store
        self._clock = clock
        self._reads_of_settings = reads_of_settings

    def of_list(self, actor: Actor, items: Iterable[CampaignSummary]) -> dict[int, AnswersSeen]:
        """By campaign, for those of a page of the Campaign List that were sent."""
        asked = [one.campaign for one in items if _is_sent(one) and one.campaign.workspace == actor.workspace]
        if not asked:
            return {}
        with self._store.reading() as work:
            return answers_seen(work, asked, reads_of_settings=self._reads_of_settings)

    def of_campaign(self, actor: Actor, campaign_id: int) -> CampaignAnswers:
        """Raises NotFound, NotAllowed."""
        with self._store.reading() as work:
            campaign = campaign_for(work, actor, campaign_id, Right.LOOK)
            summary = work.campaigns.summary(campaign)
            if not _is_sent(summary):
                return CampaignAnswers()
            seen = answers_seen(work, [campaign], reads_of_settings=self._reads_of_settings)[campaign.id]
            is_on = summary.run is not None and summary.run.ended_at is None
            cannot = is_on or not seen.reading.is_on or is_over(campaign.event, self._clock.now())
            if cannot:
                return CampaignAnswers(seen)
            whom = work.campaigns.whom(campaign, Selection(Kind.REMIND))
            return CampaignAnswers(seen, whom.total, whom.left_out)

    def attendees(self, actor: Actor, campaign_id: int) -> tuple[Campaign, Attachment]:
        """Everybody, with what they hold and answered. Raises NotFound, NotAllowed."""
        with self._store.reading() as work:
            campaign = campaign_for(work, actor, campaign_id, Right.LOOK)
            return campaign, attendees_file(work, campaign)


def _is_sent(item: CampaignSummary) -> bool:
    is_begun = item.run is not None and item.run.state is not RunState.PLANNED
    return is_begun and not item.campaign.is_cancelled and item.campaign.archived_at is None
