"""From a claimed delivery to the letter that is handed over."""

from collections import OrderedDict
from datetime import datetime
from typing import Protocol

from campaigns import unsubscribe
from campaigns.hand_over import Letter
from campaigns.invite_template import InviteTemplate
from campaigns.invite_text import Also
from campaigns.model import Attendee, Campaign, Delivery, Kind, Run
from campaigns.store_port import UnitOfWork

_KEPT = 64


class Pen(Protocol):
    """Writes the letters of one deed at one revision of a campaign: the same bytes whenever it is asked."""

    def letter(self, attendee: Attendee, dated_at: datetime, sequence: int) -> Letter: ...


class Desk(Protocol):
    """Where a delivery finds its pen."""

    def pen(self, work: UnitOfWork, run: Run, delivery: Delivery) -> Pen: ...


class InviteDesk:
    """An InviteTemplate per (campaign, revision, deed, and what of before it speaks of), kept for the next.

    ``unsubscribe_base`` is the bot's public address; with it every invite has its one-click unsubscribe link.
    """

    def __init__(self, *, attach_ics: bool = True, unsubscribe_base: str = "") -> None:
        self._pens: OrderedDict[tuple[int, int, str, int | None, bool], Pen] = OrderedDict()
        self._attach_ics = attach_ics
        self._unsubscribe_base = unsubscribe_base

    def pen(self, work: UnitOfWork, run: Run, delivery: Delivery) -> Pen:
        """The pen for ``delivery``; reads the store only for a revision it has not met."""
        cancelled_at = delivery.cancelled_at if delivery.deed is Kind.INVITE else None
        is_changed = delivery.deed is Kind.REMIND and delivery.is_outdated
        key = (run.campaign_id, delivery.revision, delivery.deed.value, cancelled_at, is_changed)
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
                kind=delivery.deed,
                is_cancelled=revision.is_cancelled,
                also=Also.CHANGED if is_changed else _also(work, campaign, cancelled_at),
                attach_ics=self._attach_ics,
                unsubscribe_base=unsubscribe.base(self._unsubscribe_base, campaign.id),
            )
            self._pens[key] = pen
            while len(self._pens) > _KEPT:
                self._pens.popitem(last=False)
        return pen


def _also(work: UnitOfWork, campaign: Campaign, cancelled_at: int | None) -> Also | None:
    """Whether what an invite takes back was said to everybody, or to this attendee alone."""
    if cancelled_at is None:
        return None
    was_called_off = work.campaigns.revision(campaign.id, cancelled_at).is_cancelled
    return Also.AFTER_ALL if was_called_off else Also.INVITED_BACK
