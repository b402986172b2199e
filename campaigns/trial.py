"""What an attendee will see, shown before anybody is invited: a preview, and a real invite to one address."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from campaigns import deeds, identity
from campaigns.access import campaign_for
from campaigns.account import Account
from campaigns.account_access import require_send
from campaigns.addresses import Address, AddressError, read_address
from campaigns.checkpoint import checkpoint
from campaigns.errors import (
    FAULTS,
    AnyFault,
    BadAddress,
    Busy,
    InputError,
    Misconfigured,
    NoAccess,
    OverQuota,
    SendInvitesError,
    StateError,
    Unsure,
)
from campaigns.faults import closed_until
from campaigns.hand_over import LEASE, Letter, Receipt
from campaigns.history import Deed, NewEntry
from campaigns.homes import touch_homes
from campaigns.invite import InviteBuilder
from campaigns.invite_clean import many_lines
from campaigns.invite_text import Wording
from campaigns.mailer_port import Mailers
from campaigns.merge import fill, merge_texts, missing
from campaigns.model import Attendee, Campaign, Kind, Organizer
from campaigns.ports import Clock
from campaigns.quota import heed, one_more
from campaigns.renewal import lose_access
from campaigns.roles import Actor, Right
from campaigns.starting import require_held
from campaigns.store_port import Store, UnitOfWork
from campaigns.when import event_span, repeats, short_time


@dataclass(frozen=True, slots=True)
class InvitePreview:
    """The invite in the words of one attendee: the one at ``index``, from 0, of ``of``.

    ``missing`` names the merge fields for which the list has no value: they read as nothing.
    """

    campaign_id: int
    name: str
    address: str
    index: int
    of: int
    organizer: Organizer
    title: str
    when: str
    where: str
    description: str
    greeting: str
    missing: tuple[str, ...]


class Trials:
    """Shows and sends an invite on trial. Every call checks who asks.

    ``attach_ics`` as for the campaign's own invites.
    """

    def __init__(self, store: Store, mailers: Mailers, clock: Clock, *, attach_ics: bool = True) -> None:
        self._store = store
        self._mailers = mailers
        self._clock = clock
        self._attach_ics = attach_ics

    def preview(self, actor: Actor, campaign_id: int, index: int) -> InvitePreview:
        """As the attendee at ``index`` will see it; past the end of the list, as the last one will.

        Raises NotFound, NotAllowed.
        """
        with self._store.reading() as work:
            campaign = campaign_for(work, actor, campaign_id, Right.LOOK)
            index, attendee = _attendee_at(work, campaign, index)
        event = campaign.event
        words = Wording(event, campaign.organizer, Kind.INVITE).for_attendee(attendee, self._clock.now())
        return InvitePreview(
            campaign_id=campaign.id,
            name=attendee.name,
            address=attendee.address,
            index=index,
            of=campaign.attendees,
            organizer=campaign.organizer,
            title=words.title,
            when=". ".join(filter(None, (event_span(event), repeats(event)))),
            where=words.place,
            description=many_lines(fill(event.description, attendee)),
            greeting=many_lines(fill(event.greeting, attendee)),
            missing=tuple(name for _, name in missing(merge_texts(event), [attendee])),
        )

    def send(self, actor: Actor, campaign_id: int, address: str, *, nonce: str, index: int = 0) -> Receipt:
        """Send the invite of the attendee at ``index`` to ``address``; counts in the account's book.

        It is a calendar entry of its own, that no later invite or update touches. The same ``nonce`` again
        is the same entry. Raises NotFound, NotAllowed, InputError; StateError if it cannot be sent now,
        the event was called off, or the account is not shared any more.
        """
        tester = _tester(address)
        now = self._clock.now()
        with self._store.writing() as work:
            campaign = campaign_for(work, actor, campaign_id, Right.SEND)
            require_held(campaign)
            _, attendee = _attendee_at(work, campaign, index)
            account = work.accounts.get(campaign.account_id)
            require_send(campaign, account)
            _spend(work, account, campaign, now)
        checkpoint("trial.before_send")
        try:
            letter = self._letter(campaign, attendee, tester, nonce, now)
            receipt = self._mailers.for_account(account).send(letter)
        except FAULTS as fault:
            with self._store.writing() as work:
                if isinstance(fault, NoAccess):
                    lose_access(work, account, cause=fault.cause, hint=fault.hint, now=self._clock.now())
                heed(work, account, fault, self._clock.now())
            raise _told(fault, now, campaign) from fault
        checkpoint("trial.sent")
        facts = {"domain": identity.domain_of(tester.text)}
        with self._store.writing() as work:
            entry = NewEntry(campaign.id, Deed.TEST_SENT, actor.user, facts=facts)
            deeds.record(work, None, entry, self._clock.now())
            touch_homes(work, campaign.workspace, self._clock.now())
        return receipt

    def _letter(
        self, campaign: Campaign, attendee: Attendee, tester: Address, nonce: str, now: datetime
    ) -> Letter:
        builder = InviteBuilder(
            event=campaign.event,
            organizer=campaign.organizer,
            revision=campaign.revision,
            revised_at=campaign.revised_at,
            created_at=campaign.created_at,
            seed=identity.trial_seed(campaign.seed, tester.key, nonce),
            kind=Kind.INVITE,
            attach_ics=self._attach_ics,
        )
        # the tester's key, so that nothing in the letter is derived from the attendee's
        return builder.letter(replace(attendee, key=tester.key), now, send_to=tester.text)


def is_organizer(campaign: Campaign, address: str) -> bool:
    """Whether ``address`` is the organizer's own: calendars do not show an invitation to its organizer."""
    try:
        return read_address(address).key == read_address(campaign.organizer.address).key
    except AddressError:
        return False


def _tester(address: str) -> Address:
    try:
        return read_address(address)
    except AddressError as error:
        raise InputError(fields={"address": str(error)}) from error


def _attendee_at(work: UnitOfWork, campaign: Campaign, index: int) -> tuple[int, Attendee]:
    index = min(max(index, 0), max(campaign.attendees - 1, 0))
    attendee = work.campaigns.attendee_at(campaign.id, index)
    if attendee is None:
        raise StateError("Nobody is on the attendee list.", hint="Add people with Attendee list.")
    return index, attendee


def _spend(work: UnitOfWork, account: Account, campaign: Campaign, now: datetime) -> None:
    """Take one invite of the account's allowance, or StateError with when the next one may go."""
    may = one_more(work, account, now)
    if may.count < 1:
        raise _over_limit(may.opens_at or now, campaign)
    # counted from the last moment at which the provider may take it, or its own window were passed
    work.accounts.spend(account.id, now + LEASE)


def _over_limit(opens_at: datetime, campaign: Campaign) -> StateError:
    return StateError(
        "This account may not send more right now, and a test counts like any invite.",
        hint=f"Try again after {short_time(opens_at, campaign.event.zone)}.",
    )


def _told(fault: AnyFault, now: datetime, campaign: Campaign) -> SendInvitesError:
    """What the provider's no means for somebody who waits for one test invite."""
    match fault:
        case Busy():
            return StateError(f"Not sent: {fault.cause}.", hint="Nothing is wrong; try again in a minute.")
        case OverQuota():
            return _over_limit(closed_until(fault, now) or now, campaign)
        case BadAddress():
            hint = fault.hint or "Check the address, or try another one."
            return InputError(f"Not sent: {fault.cause}.", hint=hint)
        case NoAccess():
            hint = fault.hint or "Ask whoever runs sendinvites to renew the account's access."
            return StateError("Not sent: the mail account refused the login.", hint=hint)
        case Unsure():
            return StateError(
                "The mail server's answer was lost, so the test may have gone out or not.",
                hint="Look in that inbox before you send another one.",
            )
        case Misconfigured():
            return StateError(f"Not sent: {fault.cause}.", hint=fault.hint)
        case _:
            assert_never(fault)
