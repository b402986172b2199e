"""One valid row for each table, to be spoiled in one place at a time."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, insert

from storage.tables import metadata
from tests.fakes.clocks import NOON

ROWS: dict[str, dict[str, Any]] = {
    "account": {"kind": "smtp", "address": "out@example.org", "label": "Outgoing", "connections": 1},
    "credential": {"account_id": 1, "version": 1, "sealed": "sealed"},
    "ticket": {
        "digest": "digest",
        "errand": "link",
        "workspace": "T1",
        "user": "U1",
        "service": "gmail",
        "account_id": 1,
        "browser": "",
        "ends_at": NOON,
    },
    "suppression": {"workspace": "T1", "key": "ana@example.org", "cause": "Asked not to be", "at": NOON},
    "campaign": {
        "workspace": "T1",
        "owner": "U1",
        "account_id": 1,
        "organizer_name": "Olga",
        "organizer_address": "olga@example.org",
        "revision": 0,
        "sealed_seed": "sealed",
        "alert_address": "",
        "mail_progress": "daily",
        "columns": ["email"],
        "attendees": 1,
        "missing_values": 0,
        "created_at": NOON,
        "editors": [],
        "routing": {},
        "folded_title": "summit",
    },
    "revision": {
        "campaign_id": 1,
        "number": 0,
        "title": "Summit",
        "starts_at": NOON,
        "ends_at": NOON + timedelta(hours=1),
        "zone": "UTC",
        "place": "",
        "description": "",
        "greeting": "",
        "revised_at": NOON,
        "timed_as": 0,
    },
    "attendee": {
        "campaign_id": 1,
        "position": 0,
        "line": 2,
        "address": "ana@example.org",
        "key": "ana@example.org",
        "name": "Ana",
        "fields": {},
        "content": "digest",
    },
    "exclusion": {
        "campaign_id": 1,
        "key": "ana@example.org",
        "cause": "A competitor",
        "at": NOON,
        "why": "by_hand",
        "by": "U1",
    },
    "mailbox": {
        "account_id": 1,
        "cursor": "",
        "trouble": "",
        "replies": 0,
        "bounces": 0,
        "strange": 0,
    },
    "problem": {"campaign_id": 1, "line": 3, "value": "x", "reason": "No address", "blocks": True},
    "upload": {
        "workspace": "T1",
        "user": "U1",
        "view_id": "V1",
        "form": {},
        "file": {},
        "submission": "one",
        "created_at": NOON,
        "purpose": "new",
    },
    "staged_list": {"upload_id": 1, "columns": ["email"], "problems": [], "duplicates": 0, "staged_at": NOON},
    "staged": {
        "upload_id": 1,
        "position": 0,
        "line": 2,
        "address": "ana@example.org",
        "key": "ana@example.org",
        "name": "Ana",
        "fields": {},
        "content": "digest",
    },
    "run": {
        "campaign_id": 1,
        "kind": "invite",
        "state": "running",
        "gap_minutes": 60,
        "total": 1,
        "started_by": "U1",
        "channel": "C1",
        "submission": "one",
        "created_at": NOON,
    },
    "batch": {"run_id": 1, "seq": 1, "due_at": NOON},
    "delivery": {"run_id": 1, "attendee_id": 1, "account_id": 1, "position": 0, "state": "queued"},
    "spend": {"book": "account 1", "at": NOON},
    "notice": {
        "kind": "progress",
        "medium": "slack",
        "key": "progress:1",
        "payload": {},
        "state": "due",
        "due_at": NOON,
        "created_at": NOON,
    },
    "history": {"campaign_id": 1, "deed": "created", "by": "U1", "at": NOON, "facts": {}},
    "home": {"workspace": "T1", "user": "U1", "query": {}, "opened_at": NOON},
}


def add(connection: Connection, table: str, **changes: Any) -> None:
    connection.execute(insert(metadata.tables[table]).values({**ROWS[table], **changes}))


def add_all(connection: Connection) -> None:
    """The valid row of every table, parents first."""
    for table in metadata.sorted_tables:
        add(connection, table.name)
