"""The checks before *Start Batch Sending*: gathers the facts, in the store and in the DNS."""

from functools import partial

from campaigns.access import campaign_for
from campaigns.busiest_day import fills_a_day
from campaigns.identity import domain_of
from campaigns.model import Kind
from campaigns.ports import Clock, Selection
from campaigns.preflight import GMAIL_DOMAINS, Check, Domains, preflight
from campaigns.quota import DAY, by_minute, windows
from campaigns.roles import Actor, Right
from campaigns.store_port import Store
from campaigns.timing import AT_ONCE, Pace, Timing

_ALL_AT_ONCE = Pace(None)


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
            gmail = work.campaigns.at_domains(campaign_id, GMAIL_DOMAINS)
            invites = work.campaigns.selected(campaign, Selection(kind))
            own = domain_of(account.address)
            inside = 0 if own in GMAIL_DOMAINS else work.campaigns.at_domains(campaign_id, [own])
            spent_today = sum(
                work.accounts.spent_since(one.id, now - DAY)
                for one in work.accounts.all()
                if domain_of(one.address) == own
            )
        return preflight(
            account,
            campaign,
            self._domains.look(domain_of(campaign.organizer.address)),
            gmail=gmail,
            invites=invites,
            spent_today=spent_today,
            can_unsubscribe=self._can_unsubscribe,
            outside=max(invites - inside, 0),
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
