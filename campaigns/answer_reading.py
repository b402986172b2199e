"""Whether the answers and bounces to an account's invites are read, and in words what to do if not."""

from dataclasses import dataclass
from datetime import datetime

from campaigns.account import Account, Credential, Service
from campaigns.answer_port import Mailbox


@dataclass(frozen=True, slots=True)
class AnswerReading:
    """``trouble`` says why it cannot be done now, '' if it can. ``looked_at`` None: not yet.

    ``strange`` looked like answers or bounces to this account's invites, and were not believed.
    ``is_on`` False: nobody has allowed it. ``way`` then says how, for whoever looks after the account.
    """

    is_on: bool
    way: str = ""
    trouble: str = ""
    looked_at: datetime | None = None
    replies: int = 0
    bounces: int = 0
    strange: int = 0


NOT_READ = AnswerReading(is_on=False)


def reads_answers(account: Account, credential: Credential | None) -> bool:
    """Google Calendar keeps the answers itself, in the calendar that the bot has anyway."""
    if account.kind == Service.GOOGLE_CALENDAR:
        return credential is not None
    return credential is not None and credential.reads


def reading_of(account: Account, mailbox: Mailbox, *, is_on: bool) -> AnswerReading:
    """How it stands with ``account``."""
    if not is_on:
        return AnswerReading(is_on=False, way=_way(account))
    return AnswerReading(
        is_on=True,
        trouble=mailbox.trouble,
        looked_at=mailbox.looked_at,
        replies=mailbox.replies,
        bounces=mailbox.bounces,
        strange=mailbox.strange,
    )


def _way(account: Account) -> str:
    if account.is_of_settings:
        return "An admin sets IMAP_URL in the bot's settings to read them."
    return "To read them, press Renew token and tick “Also read answers and bounces”."
