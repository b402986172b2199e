"""*Email services*: the accounts that invites go out from, how each fares, and what can be done with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from campaigns.account import Account, AccountState, Service
from campaigns.accounts_desk import AccountView
from campaigns.faults import is_probed
from campaigns.roles import Actor, may_create
from campaigns.service_names import RENEW_TOKEN, service_name
from handlers import ids
from handlers.blocks import Json, button, buttons, divider, header, modal, paragraph, question, small, words
from handlers.mrkdwn import cut, mention, moment, safe
from handlers.parting_words import before
from handlers.wording import DOT, number

MOST = 24
"""Accounts on one screen: each takes three blocks of a hundred."""
_ORDER = (Service.GMAIL, Service.GOOGLE_CALENDAR, Service.MICROSOFT_365, Service.SMTP)


@dataclass(frozen=True, slots=True)
class ServicesSeen:
    """What one person sees. ``cannot`` says of a service why it cannot be connected, '' if it can.

    ``wanted`` are words that an address or a service has to hold; ``note`` says what was just done, in our
    own mrkdwn.
    """

    items: Sequence[AccountView]
    cannot: Mapping[Service, str]
    wanted: str = ""
    note: str = ""


def email_services(seen: ServicesSeen, actor: Actor) -> Json:
    """The modal; its metadata are the words it was opened with."""
    blocks = [paragraph(seen.note)] if seen.note else []
    shown = sorted((item for item in seen.items if _is_wanted(item, seen.wanted)), key=_urgency)
    if not shown:
        blocks += _empty(seen)
    for item in shown[:MOST]:
        blocks += [*_account(item), divider()]
    if len(shown) > MOST:
        rest = f"And {len(shown) - MOST:,} more: type */sendinvites services* with words of the address."
        blocks.append(small(rest))
    return modal(
        "Email services",
        [*blocks, *_ways_in(seen, actor)],
        callback_id=ids.EMAIL_SERVICES,
        metadata=cut(seen.wanted, 100) if seen.wanted else "",
    )


def state_words(account: Account) -> str:
    """How an account is, in words."""
    match account.state:
        case AccountState.READY:
            return "Ready"
        case AccountState.NEEDS_RENEWAL:
            return "Needs to be renewed: nothing goes out from it until then"
        case AccountState.DISCONNECTED:
            return "Disconnected: nothing goes out from it"


def _is_wanted(item: AccountView, wanted: str) -> bool:
    account = item.account
    return wanted.casefold() in f"{account.address} {account.kind} {service_name(account.kind)}".casefold()


def _urgency(item: AccountView) -> tuple[int, str]:
    order = (AccountState.NEEDS_RENEWAL, AccountState.READY, AccountState.DISCONNECTED)
    return order.index(item.account.state), item.account.address


def _empty(seen: ServicesSeen) -> list[Json]:
    if seen.wanted and seen.items:
        return [words(f"No account of yours has “{cut(seen.wanted, 80)}” in its address or service.")]
    return [words("Invites go out from your own mailbox or calendar. Connect it once.")]


def _account(item: AccountView) -> list[Json]:
    account = item.account
    lines = [
        f"*{safe(account.address)}*{DOT}{safe(service_name(account.kind))}",
        state_words(account),
        *_use(item),
    ]
    return [paragraph("\n".join(lines)), buttons(*_deeds(item))]


def _use(item: AccountView) -> list[str]:
    """What it may send, what it has, who waits for it, and whose it is."""
    account = item.account
    said = [_limits(account, item.spent_today), *_told(account)]
    if item.closed_until is not None:
        said.append(_closed(item.closed_until, account.closed_cause))
    if item.runs_on:
        waiting = number(item.waiting, "person waits", "people wait")
        said.append(f"{number(item.runs_on, 'run')} on it, {waiting}")
    if account.token_ends_at is not None and account.state is AccountState.READY:
        ends = f"{moment(account.token_ends_at)} unless it is renewed before"
        said.append(f"Access ends {'after 90 days without use' if account.ends_unused else ends}")
    if account.is_of_settings:
        said.append("Set up in the bot's settings: an admin renews it there, in SMTP_URL")
    elif account.connected_by:
        shared = ", for everybody in the workspace" if account.is_shared else ""
        said.append(f"Connected by {mention(account.connected_by)}{shared}")
    return [*said, _answers(item)]


def _closed(until: datetime, cause: str) -> str:
    """Only a provider that has named a time is taken at its word."""
    if is_probed(cause):
        return f"Its mail service takes nothing now: it is tried again {moment(until)}"
    return f"Its mail service takes nothing until {moment(until)}: sending goes on then"


def _answers(item: AccountView) -> str:
    """Whether answers and bounces are read, and what came."""
    reading = item.reading
    if not reading.is_on:
        way = f" {safe(reading.way)}" if item.may_keep or item.account.is_of_settings else ""
        return f"Answers are not read.{way}"
    if reading.trouble:
        return f"Answers cannot be read: {safe(cut(reading.trouble, 300))}"
    if reading.looked_at is None:
        return "Answers are read: not looked yet"
    found = [number(reading.replies, "answer")]
    if reading.bounces:
        found.append(number(reading.bounces, "bounce"))
    strange = f"{DOT}{reading.strange:,} not believed" if reading.strange else ""
    return f"Answers are read: {' and '.join(found)} so far{strange}, last looked {moment(reading.looked_at)}"


def _limits(account: Account, spent_today: int) -> str:
    quota, of = account.quota, f" of {account.day_limit:,}" if account.day_limit else ""
    said = [f"{spent_today:,}{of} sent in 24 hours"]
    if account.per_minute:
        said.append(f"at most {account.per_minute:,} a minute")
    elif quota is not None and quota.per_second:
        said.append(f"at most {quota.per_second:,} a second")
    if account.day_limit and account.reserve:
        said.append(f"{account.reserve:,} a day kept free")
    return DOT.join(said)


def _told(account: Account) -> list[str]:
    """What the provider itself has said about that, or why it cannot be asked."""
    quota = account.quota
    if quota is None:
        return []
    said = []
    if quota.asked_at is not None:
        others = f": {quota.others:,} sent by others count too" if quota.others else ""
        said.append(f"Amazon SES was asked for its limits {moment(quota.asked_at)}{others}")
    if quota.trouble:
        stay = " The last known limits stay." if quota.asked_at is not None else ""
        said.append(f"{safe(cut(quota.trouble, 300))}{stay}")
    return said


def _deeds(item: AccountView) -> list[Json]:
    account, number_of = item.account, str(item.account.id)
    about = account.address
    made: list[Json] = []
    if item.may_keep:
        needs_it = account.state is AccountState.NEEDS_RENEWAL
        made.append(
            button(
                RENEW_TOKEN,
                ids.RENEW_TOKEN,
                number_of,
                style="primary" if needs_it else None,
                spoken=f"Renew token: {about}",
            )
        )
    made.append(button("Test", ids.TEST_ACCOUNT, number_of, spoken=f"Test: {about}"))
    if item.may_keep:
        made.append(button("Limits", ids.LIMITS, number_of, spoken=f"Limits: {about}"))
        made.append(
            button(
                "Disconnect",
                ids.DISCONNECT,
                number_of,
                style="danger",
                confirm=_disconnect_question(item),
                spoken=f"Disconnect: {about}",
            )
        )
    return made


def _disconnect_question(item: AccountView) -> Json:
    runs = f" {number(item.runs_on, 'run')} on it will pause." if item.runs_on else ""
    return question(
        "Disconnect this account?",
        f"{before(item.parting)}{runs} Campaigns, lists, reports and people's calendars "
        "stay. It can be connected again.",
        yes="Disconnect",
        no="Keep it",
        is_danger=True,
    )


def _ways_in(seen: ServicesSeen, actor: Actor) -> list[Json]:
    """A button for each service that can be connected, and why the others cannot."""
    if actor.is_guest or not may_create(actor):
        return [small("To connect an account of your own here, ask a workspace admin to add you.")]
    made = [
        button(f"Connect {service_name(one)}", f"{ids.CONNECT}:{one}", spoken=f"Connect {service_name(one)}")
        for one in _ORDER
        if not seen.cannot.get(one)
    ]
    if actor.is_admin and not seen.cannot.get(Service.GMAIL):
        made.append(button("Connect service account", ids.CONNECT_KEY))
    why_not: dict[str, list[str]] = {}
    for one in _ORDER:
        if why := seen.cannot.get(one):
            why_not.setdefault(why, []).append(service_name(one))
    return [
        header("Connect an account"),
        *([buttons(*made)] if made else []),
        *(small(f"{', '.join(names)}: {safe(why, 600)}") for why, names in why_not.items()),
    ]
