"""The checks before *Start Batch Sending*: gathers the facts, in the store and in the DNS."""

from datetime import datetime
from functools import partial

from campaigns.access import campaign_for
from campaigns.account import Account, Service
from campaigns.busiest_day import fills_a_day
from campaigns.identity import domain_of
from campaigns.model import Kind
from campaigns.ports import Clock, Selection
from campaigns.preflight import GMAIL_DOMAINS, Check, Domains, preflight
from campaigns.quota import DAY, by_minute, windows
from campaigns.roles import Actor, Right
from campaigns.store_port import Store, UnitOfWork
from campaigns.timing import AT_ONCE, Pace, Timing

_ALL_AT_ONCE = Pace(None)


def _spent_today(work: UnitOfWork, account: Account, domain: str, now: datetime) -> int:
    """What mail accounts of ``domain``, and ``account``, sent in the last 24 hours.

    Accounts of one mailbox share a book: each book counts once.
    """
    by_mail = (one for one in work.accounts.all() if one.kind != Service.GOOGLE_CALENDAR)
    of_domain = (one for one in by_mail if one.id == account.id or domain_of(one.address) == domain)
    by_book = {one.book: one.id for one in of_domain}
    return sum(work.accounts.spent_since(account_id, now - DAY) for account_id in by_book.values())


class Preflight:
    """``can_unsubscribe``: invites carry an unsubscribe link, since the bot has a public address."""

    def __init__(self, store: Store, domains: Domains, clock: Clock, *, can_unsubscribe: bool) -> None:
        self._store = store
        self._domains = domains
        self._clock = clock
        self._can_unsubscribe = can_unsubscribe

    def look(
        self,
        actor: Actor,
        campaign_id: int,
        kind: Kind,
        pace: Pace = _ALL_AT_ONCE,
        timing: Timing = AT_ONCE,
    ) -> tuple[Check, ...]:
        """What is to be known before this run starts; asks the DNS, which takes up to two seconds.

        Raises NotFound, NotAllowed; InputError if the hours of ``timing`` never open.
        """
        now = self._clock.now()
        with self._store.reading() as work:
            campaign = campaign_for(work, actor, campaign_id, Right.SEND)
            account = work.accounts.get(campaign.account_id)
            selection = Selection(kind)
            own = domain_of(account.address)
            at = work.campaigns.at_domains(campaign, selection, {own, *GMAIL_DOMAINS})
            invites = work.campaigns.selected(campaign, selection)
            spent_today = _spent_today(work, account, domain_of(campaign.organizer.address), now)
        return preflight(
            account,
            campaign,
            self._domains.look(domain_of(campaign.organizer.address)),
            gmail=sum(at[domain] for domain in GMAIL_DOMAINS),
            invites=invites,
            spent_today=spent_today,
            can_unsubscribe=self._can_unsubscribe,
            outside=invites if own in GMAIL_DOMAINS else invites - at[own],
            fills_a_day=partial(
                fills_a_day,
                invites=invites,
                pace=pace,
                timing=timing,
                now=now,
                minute=self._clock.minute,
                rules=by_minute(windows(account)),
            ),
        )
