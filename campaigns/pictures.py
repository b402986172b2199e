"""The picture of a run as it is now, for whoever may look at its campaign."""

from typing import Protocol

from campaigns.access import run_for
from campaigns.errors import StateError
from campaigns.model import Attachment, Campaign
from campaigns.ports import Clock, SentAt
from campaigns.report import RunReport
from campaigns.reporting import report_of, timeline_of
from campaigns.roles import Actor, Right
from campaigns.store_port import Store


class Drawing(Protocol):
    """Draws runs that may still be on."""

    def so_far(self, title: str, report: RunReport, over_time: list[SentAt], zone: str) -> Attachment | None:
        """Sent over time in ``zone``, why some were not, and the answers. None: there is nothing yet."""
        ...


class Pictures:
    """Every call checks who asks."""

    def __init__(self, store: Store, clock: Clock, drawing: Drawing) -> None:
        self._store = store
        self._clock = clock
        self._drawing = drawing

    def of_run(self, actor: Actor, run_id: int) -> tuple[Campaign, Attachment]:
        """Raises NotFound, NotAllowed; StateError if there is nothing to draw."""
        with self._store.reading() as work:
            run, campaign = run_for(work, actor, run_id, Right.LOOK)
            report, over_time = report_of(work, run, self._clock), timeline_of(work, run)
        event = campaign.event
        drawn = self._drawing.so_far(event.title, report, over_time, event.zone)
        if drawn is None:
            raise StateError(
                "There is nothing to draw yet.", hint="Press Picture again once something was sent."
            )
        return campaign, drawn
