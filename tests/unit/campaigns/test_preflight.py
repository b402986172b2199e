"""The checks before a run starts: what is said of which facts."""

from dataclasses import replace
from datetime import time

import pytest

from campaigns.account import Account, Credential, How
from campaigns.account_port import Suppressed, Why
from campaigns.errors import NotAllowed, NotFound
from campaigns.identity import domain_of
from campaigns.model import Attendee, DeliveryState, Kind, Organizer, RunState
from campaigns.ports import NewRun, Selection, Settlement
from campaigns.preflight import Check, DomainFacts, Level, preflight
from campaigns.preflight_desk import Preflight
from campaigns.roster import Roster
from campaigns.timing import AT_ONCE, Pace, SendingHours, Timing
from tests.fakes.campaigns import COLLEAGUE, OWNER, STRANGER, form_for, roster_of, someone
from tests.fakes.clocks import NOON, HandClock

ACCOUNT = Account(1, "smtp", "out@example.org", "Out")
IN_ORDER = DomainFacts("example.org", spf=1, dkim_selectors=("google",), dmarc="none")
GOOD = {"gmail": 0, "invites": 100, "spent_today": 0, "can_unsubscribe": True}


class NotedDomains:
    """Implements ``campaigns.preflight.Domains`` with one answer for every domain."""

    def __init__(self, facts=IN_ORDER):
        self.facts = facts
        self.asked = []

    def look(self, domain):
        self.asked.append(domain)
        return self.facts


@pytest.fixture
def campaign(memory_store):
    return new_campaign(memory_store)


def new_campaign(store, people=3, gmail=0):
    guests = [someone(number) for number in range(1, people + 1)]
    for number in range(gmail):
        address = f"g{number}@{'gmail.com' if number % 2 else 'googlemail.com'}"
        guests[number] = replace(guests[number], address=address, key=address)
    with store.writing() as work:
        account = work.accounts.upsert(replace(ACCOUNT, id=0))
        return work.campaigns.add(
            form_for(account.id),
            workspace=OWNER.workspace,
            owner=OWNER.user,
            roster=Roster(roster_of(1).columns, guests, [], 0),
            missing_values=0,
            now=NOON,
        )


def checks(campaign, facts=IN_ORDER, *, account=ACCOUNT, **how):
    return preflight(account, campaign, facts, **(GOOD | how))


def levels(found, about):
    """The levels of the checks that speak of ``about``."""
    return [check.level for check in found if about in check.said]


def test_where_all_is_in_order_nothing_but_fine_is_said(campaign):
    found = checks(campaign)
    assert {check.level for check in found} == {Level.FINE}
    assert [check.said for check in found] == [
        "Every mail has a one-click unsubscribe link.",
        "example.org has an SPF record.",
        "example.org has a DKIM key (google).",
        "example.org has a DMARC policy (none).",
    ]


def test_a_dns_that_does_not_answer_is_a_hint_and_no_reproach(campaign):
    found = checks(campaign, None)
    assert levels(found, "could not be looked up") == [Level.HINT]
    assert Level.WARNING not in {check.level for check in found}


def test_a_domain_that_does_not_exist_is_a_warning(campaign):
    found = checks(campaign, DomainFacts("example.org", exists=False))
    assert levels(found, "was not found") == [Level.WARNING]
    assert levels(found, "SPF") == []


@pytest.mark.parametrize(
    ("spf", "selectors", "level"),
    [
        (0, (), Level.WARNING),
        (0, ("google",), Level.HINT),
        (0, None, Level.HINT),
        (1, (), Level.FINE),
        (2, ("google",), Level.WARNING),
    ],
)
def test_spf_matters_most_where_there_is_no_dkim_either(campaign, spf, selectors, level):
    found = checks(campaign, replace(IN_ORDER, spf=spf, dkim_selectors=selectors))
    assert levels(found, "SPF record") == [level]


def test_no_dkim_key_under_the_usual_names_is_only_a_hint(campaign):
    found = checks(campaign, replace(IN_ORDER, dkim_selectors=()))
    [key] = [check for check in found if "DKIM key" in check.said]
    assert key.level is Level.HINT
    assert "another name" in key.advice


def test_what_was_not_answered_is_said_once_and_nothing_is_made_of_it(campaign):
    found = checks(campaign, DomainFacts("example.org", spf=1))
    assert levels(found, "Not every mail record") == [Level.HINT]
    assert levels(found, "DKIM") == levels(found, "DMARC") == []


@pytest.mark.parametrize(
    ("facts", "level"),
    [({"gmail": 0}, Level.HINT), ({"gmail": 6_000, "invites": 9_000}, Level.WARNING)],
)
def test_a_missing_dmarc_policy_is_a_warning_for_a_bulk_sender(campaign, facts, level):
    found = checks(campaign, replace(IN_ORDER, dmarc=""), **facts)
    assert levels(found, "no DMARC policy") == [level]


@pytest.mark.parametrize(
    ("gmail", "invites", "spent", "per_day", "level"),
    [
        (1, 9_000, 0, None, Level.FINE),
        (4_999, 9_000, 0, None, Level.FINE),
        (4_999, 9_000, 1, None, Level.HINT),
        (5_000, 9_000, 0, None, Level.WARNING),
        (5_000, 9_000, 0, 2_000, Level.FINE),
        (5_000, 9_000, 0, 10_000, Level.WARNING),
    ],
)
def test_googles_bulk_rule_begins_at_five_thousand_a_day(campaign, gmail, invites, spent, per_day, level):
    """An account that may not send so many in a day cannot come to it."""
    account = replace(ACCOUNT, per_day=per_day)
    found = checks(campaign, account=account, gmail=gmail, invites=invites, spent_today=spent)
    assert levels(found, "go to Gmail") == [level]


def within(most):
    """A pace at which no 24 hours hold more than ``most`` invites."""
    return {"fills_a_day": lambda count: count <= most}


@pytest.mark.parametrize(
    ("gmail", "invites", "spent", "a_day", "level"),
    [
        (6_000, 6_000, 0, 100, Level.FINE),
        (6_000, 6_000, 0, 4_999, Level.FINE),
        (6_000, 6_000, 0, 5_000, Level.WARNING),
        (6_000, 12_000, 0, 10_000, Level.WARNING),
        (6_000, 12_000, 0, 9_999, Level.HINT),
        (6_000, 12_000, 0, 4_999, Level.FINE),
        (6_000, 6_000, 4_901, 100, Level.HINT),
        (6_000, 6_000, 4_900, 99, Level.FINE),
    ],
)
def test_the_bulk_rule_counts_what_goes_in_a_day(campaign, gmail, invites, spent, a_day, level):
    """Whoever spreads a list over months need not be told to spread it."""
    found = checks(campaign, gmail=gmail, invites=invites, spent_today=spent, **within(a_day))
    assert levels(found, "go to Gmail") == [level]


def test_the_share_of_gmail_addresses_is_said_in_figures(campaign):
    found = checks(campaign, gmail=1_234, invites=4_000)
    assert "1,234 of 4,000 invites (31 %) go to Gmail addresses." in [check.said for check in found]
    few = checks(campaign, gmail=1, invites=4_000)
    assert "1 of 4,000 invites (1 %) go to Gmail addresses." in [check.said for check in few]


def test_people_with_gmail_may_have_to_know_the_sender(campaign):
    assert levels(checks(campaign, gmail=1), "only people they know") == [Level.HINT]
    assert levels(checks(campaign, gmail=0), "only people they know") == []


def test_invites_without_an_unsubscribe_link_say_how_to_get_one(campaign):
    [few] = [one for one in checks(campaign, can_unsubscribe=False) if "unsubscribe" in one.said]
    assert few.level is Level.HINT
    assert "PUBLIC_URL" in few.advice
    many = checks(campaign, can_unsubscribe=False, gmail=6_000, invites=9_000)
    assert levels(many, "no unsubscribe link") == [Level.WARNING]


def test_google_calendar_writes_its_own_mails(campaign):
    """The From domain's records say nothing of a mail that Google signs."""
    account = replace(ACCOUNT, kind="google-calendar")
    bad = replace(IN_ORDER, spf=0, dkim_selectors=())
    found = checks(campaign, bad, account=account, gmail=6_000, invites=6_000)
    assert [check.level for check in found] == [Level.HINT, Level.HINT, Level.FINE]
    assert found[0].said == "Google Calendar writes the mails itself, so they have no unsubscribe link."
    assert levels(found, "SPF") == levels(found, "DKIM") == []


@pytest.mark.parametrize(
    ("address", "outside", "level"),
    [
        ("out@example.org", 5_000, []),
        ("out@example.org", 5_001, [Level.HINT]),
        ("out@example.org", 10_001, [Level.WARNING]),
        ("olga@gmail.com", 60, [Level.HINT]),
        ("olga@gmail.com", 101, [Level.WARNING]),
    ],
)
def test_google_calendar_lets_only_so_many_people_outside_be_invited(campaign, address, outside, level):
    account = replace(ACCOUNT, kind="google-calendar", address=address)
    found = checks(campaign, account=account, invites=outside, outside=outside)
    assert [check.level for check in found if "as mail" in check.advice] == level
    by_mail = checks(campaign, invites=outside, outside=outside)
    assert not [check for check in by_mail if "as mail" in check.advice]


def test_a_from_domain_that_is_not_the_accounts_is_pointed_out(campaign):
    elsewhere = replace(campaign, organizer=Organizer("Olga", "olga@events.example.org"))
    assert levels(checks(elsewhere), "the account that sends them") == [Level.HINT]
    assert levels(checks(campaign), "the account that sends them") == []


def test_warnings_come_first_and_what_is_fine_last(campaign):
    found = checks(campaign, replace(IN_ORDER, spf=2, dkim_selectors=()), gmail=3)
    assert [check.level for check in found] == sorted(
        (check.level for check in found), key=[Level.WARNING, Level.HINT, Level.FINE].index
    )
    assert {check.level for check in found} == set(Level)


def test_the_desk_gathers_the_facts_and_asks_for_the_organizers_domain(store):
    campaign = new_campaign(store, people=10, gmail=4)
    domains = NotedDomains()
    desk = Preflight(store, domains, HandClock(), can_unsubscribe=True)
    found = desk.look(OWNER, campaign.id, Kind.INVITE)
    assert "4 of 10 invites (40 %) go to Gmail addresses." in [check.said for check in found]
    assert domains.asked == ["example.org"]
    assert all(isinstance(check, Check) for check in found)


def test_the_desk_counts_what_the_account_sent_in_the_last_day(store):
    campaign = new_campaign(store, people=2, gmail=2)
    with store.writing() as work:
        for minute in range(4_999):
            work.accounts.spend(campaign.account_id, NOON.replace(minute=minute % 60, hour=minute % 12))
    desk = Preflight(store, NotedDomains(), HandClock(), can_unsubscribe=True)
    found = desk.look(OWNER, campaign.id, Kind.INVITE)
    assert levels(found, "go to Gmail") == [Level.HINT]


def test_what_colleagues_sent_from_the_same_domain_counts_for_the_bulk_rule(store):
    campaign = new_campaign(store, people=2, gmail=2)
    with store.writing() as work:
        own = work.accounts.get(campaign.account_id)
        limited = work.accounts.upsert(replace(own, per_day=2_000))
        desk = Preflight(store, NotedDomains(), HandClock(), can_unsubscribe=True)
        colleague = work.accounts.upsert(replace(own, id=0, address=f"colleague@{domain_of(own.address)}"))
        for minute in range(4_999):
            work.accounts.spend(colleague.id, NOON.replace(minute=minute % 60, hour=minute % 12))
    assert limited.day_limit == 2_000
    assert levels(desk.look(OWNER, campaign.id, Kind.INVITE), "go to Gmail") == [Level.HINT]


@pytest.mark.parametrize(
    ("pace", "timing", "level"),
    [
        (Pace(None), AT_ONCE, Level.WARNING),
        (Pace(100, 1440), AT_ONCE, Level.FINE),
        (Pace(100, 20), AT_ONCE, Level.WARNING),
        (Pace(100, 20), Timing(hours=SendingHours(time(9), time(17), (1, 2, 3, 4, 5), "UTC")), Level.FINE),
    ],
    ids=["at once", "a batch a day", "all day", "in office hours"],
)
def test_the_desk_plays_the_pace_and_the_hours_through(memory_store, pace, timing, level):
    campaign = new_campaign(memory_store, people=5_100, gmail=5_100)
    desk = Preflight(memory_store, NotedDomains(), HandClock(), can_unsubscribe=True)
    found = desk.look(OWNER, campaign.id, Kind.INVITE, pace, timing)
    assert levels(found, "go to Gmail") == [level]


@pytest.mark.parametrize(("address", "told"), [("olga@gmail.com", [Level.WARNING]), ("out@example.net", [])])
def test_the_desk_counts_who_is_outside(memory_store, address, told):
    campaign = new_campaign(memory_store, people=150)
    with memory_store.writing() as work:
        account = replace(work.accounts.get(campaign.account_id), kind="google-calendar", address=address)
        kept = work.accounts.upsert(replace(account, id=0))
        campaign = work.campaigns.add(
            form_for(kept.id),
            workspace=OWNER.workspace,
            owner=OWNER.user,
            roster=Roster(roster_of(1).columns, [someone(number) for number in range(1, 151)], [], 0),
            missing_values=0,
            now=NOON,
        )
    desk = Preflight(memory_store, NotedDomains(), HandClock(), can_unsubscribe=True)
    found = desk.look(OWNER, campaign.id, Kind.INVITE)
    assert [check.level for check in found if "as mail" in check.advice] == told


def sent_to_everybody(store, campaign):
    """Everybody on the list holds the invite."""
    with store.writing() as work:
        run = work.runs.start(campaign, NewRun(Selection(Kind.INVITE), Pace(None), "U1", "", "first"), NOON)
        work.batches.open(run.id, 1, None, NOON)
        claimed = work.deliveries.claim(run.id, 1, limit=999, owner="w", now=NOON, lease_until=NOON)
        for delivery in claimed:
            assert work.deliveries.settle(delivery, Settlement(DeliveryState.SENT), NOON)
        assert work.runs.move(run.id, RunState.FINISHED, now=NOON)


def add(store, campaign, *addresses):
    with store.writing() as work:
        work.campaigns.add_people(campaign.id, [Attendee(one, one, line=9) for one in addresses])


def test_the_desk_counts_gmail_among_those_whom_the_run_is_for(store):
    """Whoever was invited before, and whoever is on a never-invite list, gets no invite of this run."""
    campaign = new_campaign(store, people=10, gmail=10)
    sent_to_everybody(store, campaign)
    add(store, campaign, "n1@acme.example", "n2@acme.example", "n3@gmail.com", "n4@gmail.com")
    with store.writing() as work:
        work.suppressions.add(OWNER.workspace, Suppressed("n4@gmail.com", "x", NOON, Why.BY_HAND))
    desk = Preflight(store, NotedDomains(), HandClock(), can_unsubscribe=True)
    told = [check.said for check in desk.look(OWNER, campaign.id, Kind.INVITE)]
    assert "1 of 3 invites (33 %) go to Gmail addresses." in told
    told = [check.said for check in desk.look(OWNER, campaign.id, Kind.REMIND)]
    assert "10 of 10 invites (100 %) go to Gmail addresses." in told


def test_colleagues_who_were_invited_before_do_not_hide_who_is_outside(memory_store):
    campaign = new_campaign(memory_store, people=150)
    with memory_store.writing() as work:
        own = work.accounts.get(campaign.account_id)
        google = work.accounts.upsert(replace(own, id=0, kind="google-calendar", address="out@example.org"))
        people = [someone(number) for number in range(1, 5_101)]
        campaign = work.campaigns.add(
            form_for(google.id),
            workspace=OWNER.workspace,
            owner=OWNER.user,
            roster=Roster(roster_of(1).columns, people, [], 0),
            missing_values=0,
            now=NOON,
        )
    sent_to_everybody(memory_store, campaign)
    add(memory_store, campaign, *(f"o{number}@else.example" for number in range(5_001)))
    desk = Preflight(memory_store, NotedDomains(), HandClock(), can_unsubscribe=True)
    found = desk.look(OWNER, campaign.id, Kind.INVITE)
    assert levels(found, "5,001 of them are outside example.org.") == [Level.HINT]


def spend(store, account_id, times):
    with store.writing() as work:
        for minute in range(times):
            work.accounts.spend(account_id, NOON.replace(minute=minute % 60, hour=minute % 12))


@pytest.mark.parametrize(("times", "level"), [(2_600, Level.FINE), (4_999, Level.HINT)])
def test_a_mailbox_that_is_connected_twice_is_counted_once(store, times, level):
    campaign = new_campaign(store, people=2, gmail=2)
    with store.writing() as work:
        own = work.accounts.get(campaign.account_id)
        for kind in ("gmail", "smtp"):
            one = work.accounts.upsert(replace(own, id=0, kind=kind, address="olga@example.org", book=""))
            host = Credential(How.PASSWORD, "p", host="smtp.gmail.com", user="olga@example.org")
            work.accounts.keep_credential(one.id, host, None)
        assert len({known.book for known in work.accounts.all() if known.address == "olga@example.org"}) == 1
    spend(store, one.id, times)
    desk = Preflight(store, NotedDomains(), HandClock(), can_unsubscribe=True)
    assert levels(desk.look(OWNER, campaign.id, Kind.INVITE), "go to Gmail") == [level]


@pytest.mark.parametrize(
    ("kind", "address", "level"),
    [
        ("smtp", "colleague@example.org", Level.HINT),
        ("smtp", "colleague@relay.example", Level.FINE),
        ("google-calendar", "colleague@example.org", Level.FINE),
    ],
)
def test_the_bulk_rule_counts_the_domain_that_the_invites_are_from(memory_store, kind, address, level):
    """What Google Calendar mails in its own name is not from it."""
    campaign = new_campaign(memory_store, people=2, gmail=2)
    assert campaign.organizer.address == "olga@example.org"
    with memory_store.writing() as work:
        relay = replace(ACCOUNT, id=0, address="out@relay.example")
        form = form_for(work.accounts.upsert(relay).id)
        campaign = work.campaigns.copy(campaign, form, owner=OWNER.user, now=NOON)
        other = work.accounts.upsert(replace(ACCOUNT, id=0, kind=kind, address=address))
    spend(memory_store, other.id, 4_999)
    desk = Preflight(memory_store, NotedDomains(), HandClock(), can_unsubscribe=True)
    assert levels(desk.look(OWNER, campaign.id, Kind.INVITE), "go to Gmail") == [level]


def test_only_who_may_send_is_told(memory_store):
    campaign = new_campaign(memory_store)
    domains = NotedDomains()
    desk = Preflight(memory_store, domains, HandClock(), can_unsubscribe=True)
    with pytest.raises(NotAllowed):
        desk.look(COLLEAGUE, campaign.id, Kind.INVITE)
    with pytest.raises(NotFound):
        desk.look(STRANGER, campaign.id, Kind.INVITE)
    assert domains.asked == []
