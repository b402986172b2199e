"""Every screen about email services, each filled with as much, and as nasty, as can come."""

from dataclasses import replace

from campaigns.account import Account, AccountState, KnownQuota, Service
from campaigns.accounts_desk import AccountView
from campaigns.answer_reading import AnswerReading
from campaigns.preflight import Check, Level
from campaigns.roles import Actor
from handlers.limits_entries import limits_form
from handlers.views_checks import Checked
from handlers.views_connect import connect_link, renew_link
from handlers.views_services import ServicesSeen, email_services
from handlers.views_start import check_and_start
from handlers.views_unshare import stop_sharing
from tests.fakes.clocks import NOON

LONG = ("<!here> & <https://evil.example> " * 100)[:3_000]
LINK = "https://bot.example/connect/" + "k" * 2_900
PEOPLE = (
    Actor("T1", "U0ANA"),
    Actor("T1", "U0KIM", is_admin=True),
    Actor("T1", "U0BEN", is_guest=True),
)
CHECKS = tuple(Check(level, LONG, LONG) for level in (*Level, *Level, *Level, *Level, *Level))


def account(title, number=1, *, state=AccountState.READY, workspace="T1", service=Service.GMAIL):
    return Account(
        number,
        service,
        f"{number}{title}"[:250],
        LONG,
        per_minute=100_000,
        per_day=999_999,
        workspace=workspace,
        connected_by="U0ANA" if workspace else "",
        state=state,
        token_ends_at=NOON,
        reserve=123_456,
        is_shared=True,
        quota=KnownQuota(99_999_999, 999_999, 99_999_999, NOON, LONG) if number % 2 else None,
    )


def views(title, count):
    states, kinds = list(AccountState), list(Service)
    for number in range(count):
        made = account(
            title,
            9_999_900 + number,
            state=states[number % 3],
            workspace="T1" if number % 5 else "",
            service=kinds[number % 4],
        )
        reading = AnswerReading(
            is_on=bool(number % 2),
            way=LONG,
            trouble=LONG if number % 3 else "",
            looked_at=NOON,
            replies=123_456,
            bounces=123_456,
        )
        yield AccountView(made, 123_456, number % 3 * 1_000, 123_456, bool(number % 5), reading)


def services(title):
    for actor in PEOPLE:
        for count in (0, 1, 140):
            for cannot in ({}, dict.fromkeys(Service, LONG), {one: f"{one} {LONG}" for one in Service}):
                seen = ServicesSeen(list(views(title, count)), cannot, note=f"*Saved.* {'n' * 900}")
                yield f"services {count} {actor.user} {len(cannot)}", email_services(seen, actor), "modal"
        narrowed = ServicesSeen(list(views(title, 3)), {}, wanted=LONG)
        yield f"services narrowed {actor.user}", email_services(narrowed, actor), "modal"


def ways(title):
    for service in Service:
        for has_key in (False, True):
            yield f"connect {service} {has_key}", connect_link(service, LINK, has_key=has_key), "modal"
        yield f"renew {service}", renew_link(title, service, LINK), "modal"
    for runs in (1, 1_000):
        yield f"stop sharing {runs}", stop_sharing(LONG, runs, "m" * 500), "modal"
    for made in (account(title), replace(account(title), per_day=None, per_minute=None, reserve=0)):
        yield f"limits {made.per_day}", limits_form(made, "[1]"), "modal"


def starts(preview, intent, name):
    """*Check and start* with everything that may stand on it."""
    for state in (AccountState.READY, AccountState.NEEDS_RENEWAL):
        for workspace in ("", "T1"):
            seen = replace(preview, account=account("<!here>", state=state, workspace=workspace))
            for checked in (Checked(), Checked(CHECKS), Checked(CHECKS[:1], "why " * 200)):
                made = check_and_start(seen, intent, checked, NOON)
                yield f"check {name} {state} {workspace} {len(checked.checks)}", made, "modal"


def everything(title):
    """(name, payload, surface) of all of them."""
    yield from (*services(title), *ways(title))
