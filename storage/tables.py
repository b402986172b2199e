"""The tables. States and reasons are guarded by CHECKs, "once" by unique constraints: the code only asks."""

from storage.account_tables import account, credential, exclusion, mailbox, spend, suppression, ticket
from storage.campaign_tables import attendee, campaign, problem, revision, staged, staged_list, upload
from storage.run_tables import batch, delivery, run
from storage.schema import UtcDateTime, metadata
from storage.telling_tables import history, home, notice

__all__ = [
    "UtcDateTime",
    "account",
    "attendee",
    "batch",
    "campaign",
    "credential",
    "delivery",
    "exclusion",
    "history",
    "home",
    "mailbox",
    "metadata",
    "notice",
    "problem",
    "revision",
    "run",
    "spend",
    "staged",
    "staged_list",
    "suppression",
    "ticket",
    "upload",
]
