"""The schema itself refuses what the code must never write."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, UniqueConstraint, select
from sqlalchemy.exc import IntegrityError, StatementError

from storage.store import SqlStore
from storage.tables import metadata, spend
from tests.fakes.clocks import NOON
from tests.unit.storage.rows import add, add_all


@dataclass(frozen=True)
class Violation:
    """A row that ``rule`` must refuse: the valid one with ``spoiled``, beside the valid ones."""

    rule: str
    table: str
    spoiled: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.rule}-{'-'.join(self.spoiled)}"


LATER = NOON + timedelta(hours=1)
ANOTHER_RUN = {"campaign_id": 1, "submission": "two"}
ANOTHER_UPLOAD = {"submission": "two"}
STOPPED = ANOTHER_RUN | {"state": "stopped", "ended_at": NOON}
NEXT_BATCH = {"seq": 2, "due_at": None, "ended_at": NOON}

VIOLATIONS = [
    Violation("uq_account_workspace_kind_address", "account", {"label": "Other"}),
    Violation("ck_account_state", "account", {"workspace": "T1", "state": "lost"}),
    Violation("ck_ticket_errand", "ticket", {"digest": "other", "errand": "shopping"}),
    Violation("ck_ticket_service", "ticket", {"digest": "other", "service": "pigeon"}),
    Violation("ck_campaign_mail_progress", "campaign", {"mail_progress": "hourly"}),
    Violation("ck_revision_ends_after_start", "revision", {"number": 1, "ends_at": NOON}),
    Violation("uq_attendee_campaign_id_key", "attendee", {"line": 9}),
    Violation("ck_attendee_answer", "attendee", {"key": "eva@example.org", "answer": "perhaps"}),
    Violation(
        "ck_attendee_answer_before", "attendee", {"key": "eva@example.org", "answer_before": "perhaps"}
    ),
    Violation("ck_suppression_why", "suppression", {"workspace": "T2", "why": "mood"}),
    Violation("ck_exclusion_why", "exclusion", {"key": "eva@example.org", "why": "mood"}),
    Violation("uq_upload_submission", "upload", {"user": "U2"}),
    Violation("ck_upload_purpose", "upload", ANOTHER_UPLOAD | {"purpose": "burn", "target_id": 1}),
    Violation("ck_upload_target_unless_new", "upload", ANOTHER_UPLOAD | {"purpose": "append"}),
    Violation("ck_upload_target_unless_new", "upload", ANOTHER_UPLOAD | {"target_id": 1}),
    Violation("uq_staged_upload_id_key", "staged", {"position": 1}),
    Violation("ck_run_kind", "run", STOPPED | {"kind": "uninvite"}),
    Violation("ck_run_state", "run", ANOTHER_RUN | {"state": "dreamt"}),
    Violation("ck_run_reason", "run", ANOTHER_RUN | {"state": "paused", "reason": "mood"}),
    Violation("ck_run_paused_for_a_reason", "run", ANOTHER_RUN | {"state": "paused"}),
    Violation("ck_run_paused_for_a_reason", "run", STOPPED | {"reason": "person"}),
    Violation("ck_run_ended_when_over", "run", STOPPED | {"ended_at": None}),
    Violation("ck_run_ended_when_over", "run", ANOTHER_RUN | {"ended_at": NOON}),
    Violation("uq_run_submission", "run", STOPPED | {"submission": "one"}),
    Violation("uq_run_active", "run", ANOTHER_RUN),
    Violation("uq_run_active", "run", ANOTHER_RUN | {"state": "paused", "reason": "person"}),
    Violation("uq_run_active", "run", ANOTHER_RUN | {"state": "planned"}),
    Violation("ck_batch_due_until_ended", "batch", NEXT_BATCH | {"due_at": NOON}),
    Violation("ck_batch_due_until_ended", "batch", NEXT_BATCH | {"ended_at": None}),
    Violation("uq_batch_waiting", "batch", {"seq": 2}),
    Violation("ck_delivery_state", "delivery", {"attendee_id": 2, "state": "delivered"}),
    Violation("ck_delivery_deed", "delivery", {"attendee_id": 2, "deed": "uninvite"}),
    Violation("ck_spend_deed", "spend", {"deed": "uninvite"}),
    Violation("ck_delivery_leased_while_sending", "delivery", {"attendee_id": 2, "state": "sending"}),
    Violation("ck_delivery_leased_while_sending", "delivery", {"attendee_id": 2, "lease_until": LATER}),
    Violation("uq_delivery_run_id_attendee_id", "delivery", {"position": 1}),
    Violation("ck_notice_kind", "notice", {"key": "other", "kind": "gossip"}),
    Violation("ck_notice_medium", "notice", {"key": "other", "medium": "fax"}),
    Violation("ck_notice_state", "notice", {"key": "other", "state": "shouted"}),
    Violation("uq_notice_key_medium", "notice", {"payload": {"batch": "2"}}),
    Violation("ck_history_deed", "history", {"deed": "dreamt"}),
]

FOREIGN_KEYS = sorted(
    (table.name, key.parent.name) for table in metadata.sorted_tables for key in table.foreign_keys
)


def refuse(store: SqlStore, table: str, spoiled: dict[str, Any]) -> IntegrityError:
    with store.engine.begin() as connection:
        add_all(connection)
        add(connection, "attendee", key="bea@example.org")
    with store.engine.connect() as connection, pytest.raises(IntegrityError) as refusal:
        add(connection, table, **spoiled)
    return refusal.value


@pytest.mark.parametrize("violation", VIOLATIONS, ids=str)
def test_every_rule_refuses_its_violation(sql_store, violation):
    refusal = refuse(sql_store, violation.table, violation.spoiled)
    rule = metadata.tables[violation.table]
    if sql_store.engine.dialect.name == "postgresql":
        assert refusal.orig.diag.constraint_name == violation.rule
    elif violation.rule.startswith("ck"):
        assert violation.rule in str(refusal.orig)
    else:
        # SQLite names the columns of a broken unique rule
        (columns,) = (
            [column.name for column in one.columns]
            for one in (*rule.constraints, *rule.indexes)
            if one.name == violation.rule
        )
        assert str(refusal.orig).endswith(", ".join(f"{violation.table}.{name}" for name in columns))


def test_no_rule_of_the_tables_is_left_out_above():
    rules = {
        str(rule.name)
        for table in metadata.sorted_tables
        for rule in (*table.constraints, *table.indexes)
        if isinstance(rule, CheckConstraint | UniqueConstraint) or getattr(rule, "unique", False)
    }
    assert rules == {violation.rule for violation in VIOLATIONS}


@pytest.mark.parametrize(("table", "column"), FOREIGN_KEYS)
def test_a_row_without_its_parent_is_refused(sql_store, table, column):
    others = {"submission": "two", "key": "other", "number": 7, "seq": 7, "attendee_id": 2}
    others |= {"purpose": "append", "target_id": 1, "digest": "other"}
    known = {name: value for name, value in others.items() if name in metadata.tables[table].columns}
    refusal = refuse(sql_store, table, known | {column: 999})
    assert "foreign key" in str(refusal.orig).lower()


def test_a_time_comes_back_as_it_was_given_and_in_utc(sql_store):
    in_madrid = datetime(2026, 11, 24, 13, 0, 0, 123456, tzinfo=timezone(timedelta(hours=1)))
    with sql_store.engine.begin() as connection:
        add(connection, "account")
        add(connection, "spend", at=in_madrid)
        at = connection.execute(select(spend.c.at)).scalar_one()
    assert at == in_madrid
    assert at.tzinfo is UTC
    assert at.isoformat() == "2026-11-24T12:00:00.123456+00:00"


def test_times_sort_as_times_and_not_as_text(sql_store):
    times = [datetime(2026, 1, 1, hour, minute, 0, micro, UTC) for hour, minute, micro in TIMES]
    with sql_store.engine.begin() as connection:
        add(connection, "account")
        for at in reversed(times):
            add(connection, "spend", at=at)
        found = connection.execute(select(spend.c.at).order_by(spend.c.at)).scalars().all()
        after = connection.execute(select(spend.c.at).where(spend.c.at > times[1])).scalars().all()
    assert found == times
    assert set(after) == set(times[2:])


TIMES = [(0, 0, 0), (0, 0, 1), (0, 1, 0), (9, 59, 999_999), (10, 0, 0)]


def test_a_time_without_a_zone_never_reaches_the_database(sql_store):
    with sql_store.engine.begin() as connection:
        add(connection, "account")
        with pytest.raises(StatementError, match="without a zone"):
            add(connection, "spend", at=datetime(2026, 11, 24))  # noqa: DTZ001 - the point of the test
