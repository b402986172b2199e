"""From a claimed delivery to the letter that is handed over."""

from collections import OrderedDict
from datetime import datetime
from typing import Protocol

from campaigns.invite_template import InviteTemplate
from campaigns.model import Attendee, Delivery, Letter, Run
from campaigns.store_port import UnitOfWork

_KEPT = 64


class Pen(Protocol):
    """Writes the letters of one revision of one campaign: the same bytes whenever it is asked."""

    def letter(self, attendee: Attendee, dated_at: datetime) -> Letter: ...


class Desk(Protocol):
    """Where a delivery finds its pen."""

    def pen(self, work: UnitOfWork, run: Run, delivery: Delivery) -> Pen: ...


class InviteDesk:
    """An InviteTemplate per (campaign, revision, kind), kept for the next attendee."""

    def __init__(self, *, attach_ics: bool = True) -> None:
        self._pens: OrderedDict[tuple[int, int, str], Pen] = OrderedDict()
        self._attach_ics = attach_ics

    def pen(self, work: UnitOfWork, run: Run, delivery: Delivery) -> Pen:
        """The pen for ``delivery``; reads the store only for a revision it has not met."""
        key = (run.campaign_id, delivery.revision, run.kind.value)
        pen = self._pens.get(key)
        if pen is None:
            campaign = work.campaigns.get(run.campaign_id)
            revision = work.campaigns.revision(campaign.id, delivery.revision)
            pen = InviteTemplate(
                event=revision.event,
                organizer=campaign.organizer,
                revision=revision.number,
                revised_at=revision.revised_at,
                created_at=campaign.created_at,
                seed=campaign.seed,
                kind=run.kind,
                attach_ics=self._attach_ics,
            )
            self._pens[key] = pen
            while len(self._pens) > _KEPT:
                self._pens.popitem(last=False)
        return pen
