"""What is typed into *Limits*, and what it means."""

from collections.abc import Mapping
from typing import Any

from campaigns.account import Account, AccountSettings, Service
from campaigns.errors import InputError
from handlers.blocks import Json, boxes_input, entry, modal, number_input, option, words
from handlers.form_values import chosen, entered
from handlers.ids import LIMITS_FORM
from handlers.mrkdwn import cut

_SHARED = "is_shared"
_NUMBERS = ("per_day", "per_minute", "reserve", "brake_refusals", "brake_percent")
_MAY_BE_EMPTY = frozenset({"per_minute", "per_day"})
_LONGEST = 9


def limits_form(account: Account, metadata: str) -> Json:
    """*Limits* of one account, as they are."""

    def count(name: str, label: str, hint: str) -> Json:
        value = getattr(account, name)
        element = number_input(value="" if value is None else str(value))
        return entry(name, label, element, hint=hint, optional=name in _MAY_BE_EMPTY)

    share = [option("Everybody in this workspace may send from it", _SHARED)]
    return modal(
        "Limits",
        [
            words(f"{cut(account.address, 200)}: counts for all its campaigns, tests and updates together."),
            count("per_day", "Invites in 24 hours", _empty_day(account)),
            count("per_minute", "Invites a minute", _empty_minute(account)),
            count("reserve", "Kept free each day", "Of the 24 hours' invites, for your own mail."),
            count(
                "brake_refusals",
                "Pause after equal refusals in a row",
                "Refusals that speak of the sender, before the account is harmed.",
            ),
            count(
                "brake_percent", "Pause when so many percent fail", "Of the latest invites, from 1 to 100."
            ),
            entry(
                _SHARED,
                "Sharing",
                boxes_input(share, [_SHARED] if account.is_shared else []),
                hint="Only you and workspace admins can renew, limit or disconnect it.",
                optional=True,
            ),
        ],
        callback_id=LIMITS_FORM,
        submit="Save",
        close="Cancel",
        metadata=metadata,
    )


def _empty_day(account: Account) -> str:
    quota = account.quota
    if quota is None or quota.per_day is None:
        return "Empty: no limit of ours. The provider's own limits stay."
    return f"Empty: what Amazon SES allows, now {quota.per_day:,}."


def _empty_minute(account: Account) -> str:
    quota = account.quota
    if account.kind == Service.GOOGLE_CALENDAR:
        return "Empty: no limit of ours. An update, a reminder or a cancellation counts as two."
    if quota is None or quota.per_second is None:
        return "Empty: no limit of ours."
    return f"Empty: what Amazon SES allows, now {quota.per_second:,} a second."


def settings_entered(view: Mapping[str, Any]) -> AccountSettings:
    """What the form means; raises InputError for what is no number. The use-case judges what it comes to."""
    wrong: dict[str, str] = {}
    numbers = {name: _count(name, entered(view, name), wrong) for name in _NUMBERS}
    if wrong:
        raise InputError(fields=wrong)
    return AccountSettings(
        per_minute=numbers["per_minute"],
        per_day=numbers["per_day"],
        reserve=numbers["reserve"] or 0,
        brake_refusals=numbers["brake_refusals"] or 0,
        brake_percent=numbers["brake_percent"] or 0,
        is_shared=_SHARED in chosen(view, _SHARED),
    )


def _count(name: str, text: str, wrong: dict[str, str]) -> int | None:
    text = text.strip()
    if not text and name in _MAY_BE_EMPTY:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST):
        wrong[name] = "Enter a whole number, such as 10."
        return None
    return int(text)
