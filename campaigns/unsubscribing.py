"""What an attendee does with the unsubscribe link of an invite: look at it, and confirm."""

from dataclasses import dataclass

from campaigns import unsubscribe
from campaigns.account_port import Suppressed, Why
from campaigns.errors import NotFound
from campaigns.model import Attendee, Campaign
from campaigns.ports import Clock
from campaigns.store_port import Store, UnitOfWork
from campaigns.suppressing import ASKED_NOT_TO, OWN_WORD, skip_queued


@dataclass(frozen=True, slots=True)
class Unsubscription:
    """Whose invites a link is about; ``is_done``: no more of them come."""

    organizer: str
    is_done: bool


class Unsubscribing:
    """Anybody may come here who holds a link. Every call raises NotFound for a link that is not ours.

    It holds for the whole workspace, in every campaign to come, until somebody of the workspace lifts it.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def ask(self, token: str) -> Unsubscription:
        """What confirming would do. Changes nothing: mail scanners open every link."""
        with self._store.reading() as work:
            campaign, attendee = _holder(work, token)
            known = work.suppressions.find(campaign.workspace, attendee.key)
        is_done = known is not None and known.why in OWN_WORD
        return Unsubscription(_organizer(campaign), is_done)

    def confirm(self, token: str) -> Unsubscription:
        """Invite this person no more, and skip what is queued for them; again is harmless."""
        now = self._clock.now()
        with self._store.writing() as work:
            campaign, attendee = _holder(work, token)
            known = work.suppressions.find(campaign.workspace, attendee.key)
            if known is None or known.why not in OWN_WORD:
                # what others have entered gives way to their own word, which only an admin may lift
                work.suppressions.remove(campaign.workspace, attendee.key)
                work.suppressions.add(campaign.workspace, Suppressed(attendee.key, ASKED_NOT_TO, now))
                skip_queued(work, campaign.workspace, [attendee.key], Why.UNSUBSCRIBED, now)
        return Unsubscription(_organizer(campaign), is_done=True)


def _holder(work: UnitOfWork, token: str) -> tuple[Campaign, Attendee]:
    """Whose link this is, and of which campaign. Says the same whatever is wrong with it."""
    request = unsubscribe.read(token)
    unknown = NotFound(
        "This link is not one of ours.", hint="Open it from the invite again, or answer the invite with No."
    )
    if request is None:
        raise unknown
    try:
        campaign = work.campaigns.get(request.campaign_id)
    except NotFound:
        raise unknown from None
    attendee = work.campaigns.attendee(request.campaign_id, request.attendee_id)
    if attendee is None or not unsubscribe.is_genuine(request, campaign.seed):
        raise unknown
    return campaign, attendee


def _organizer(campaign: Campaign) -> str:
    return campaign.organizer.name or campaign.organizer.address
