"""A database that the first version made, in the middle of a batch, goes on under this one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, insert, inspect, text, update

from campaigns.account import Account, AccountState, Credential, How
from campaigns.errors import ConfigError
from campaigns.mailbox_book import own_book
from campaigns.model import DEFAULT_ROUTING, Attendee, DeliveryState, Kind, Medium, RunState
from campaigns.notices import NoticeKind
from campaigns.ports import ListQuery, Selection, Whom
from campaigns.roster import Roster
from campaigns.timing import AT_ONCE, Pace
from campaigns.uploaded_list import ListPurpose
from storage import migrate as migrations
from storage.claims import SqlBatchQueue
from storage.migrate import migrate
from storage.store import SqlStore
from storage.tables import account, spend
from tests.contract.store_scene import LEASE, Scene, minutes
from tests.fakes.clocks import NOON
from tests.fakes.databases import engine_of
from tests.unit.storage.rows import ROWS

ANA = Attendee("ana@example.org", "ana@example.org", "Ana", 2, {"first_name": "Ana", "company": ""})
BEA = Attendee(
    "bea@example.org", "bea@example.org", "Bea", 3, {"company": "Ünal & Söhne", "first_name": "Bea"}
)
PEOPLE = [
    ANA,
    BEA,
    *(replace(ANA, address=f"{n}@example.org", key=f"{n}@example.org", line=n) for n in (4, 5)),
]
COLUMNS = ("email", "first_name", "company")
OLD_FORM = {
    "event": {
        "title": "Summit",
        "starts_at": NOON.isoformat(),
        "ends_at": (NOON + timedelta(hours=1)).isoformat(),
        "zone": "UTC",
        "place": "",
        "description": "",
        "greeting": "",
    },
    "organizer": {"name": "Olga", "address": "olga@example.org"},
    "account_id": 1,
    "alert_address": "",
    "mail_progress": "daily",
}


class OldDatabase:
    """Writes rows as the first version did; later columns are unknown to it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tables = MetaData()
        self._tables.reflect(connection)

    def add(self, table_name: str, /, **changes: Any) -> None:
        table = self._tables.tables[table_name]
        row = {key: value for key, value in {**ROWS[table_name], **changes}.items() if key in table.columns}
        self._connection.execute(table.insert().values(row))


def to_first_version(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", migrations.__file__.replace("migrate.py", "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")


def fill(old: OldDatabase, sealed_seed: str) -> None:
    old.add("account", per_day=500)
    old.add("account", address="earlier@example.org", is_current=False)
    old.add("campaign", sealed_seed=sealed_seed, columns=list(COLUMNS), attendees=4, revision=1)
    old.add("revision")
    old.add("revision", number=1, title="Straßenfest")
    for position, one in enumerate(PEOPLE):
        holds = {"held_revision": 0} if one is ANA else {}
        said = {"address": one.address, "key": one.key, "name": one.name, "line": one.line}
        old.add("attendee", position=position, fields=dict(one.fields), **said, **holds)
    old.add("problem")
    old.add("upload", form=OLD_FORM)
    old.add("run", per_batch=3, total=4, posted_channel="C1", posted_ts="17.5", refusals=2)
    old.add("batch", opened_at=NOON, lease_until=NOON + LEASE, lease_owner="dead", claims=1, stumbles=1)
    old.add("delivery", batch_seq=1, state="sent", attempt=1, tries=1, revision=0, settled_at=NOON)
    on_the_wire = {
        "lease_until": NOON + LEASE,
        "lease_owner": "dead",
        "first_claimed_at": NOON,
        "revision": 1,
    }
    old.add("delivery", attendee_id=2, position=1, batch_seq=1, state="sending", attempt=1, **on_the_wire)
    old.add("delivery", attendee_id=3, position=2, batch_seq=1)
    old.add("delivery", attendee_id=4, position=3)
    old.add("spend", account_id=1)
    old.add("notice", run_id=1, state="told", told_at=NOON, reference="C1 17.5")
    old.add("notice", kind="finished", medium="mail", key="finished:1", campaign_id=1, run_id=1)
    old.add("notice", kind="imported", key="imported:1", campaign_id=1)


@pytest.fixture
def old_url(bare_database_url: str, vault) -> str:
    with engine_of(bare_database_url) as engine, engine.begin() as connection:
        to_first_version(connection)
        fill(OldDatabase(connection), vault.seal("seed of old"))
    return bare_database_url


@pytest.fixture
def upgraded(old_url: str, vault):
    with engine_of(old_url) as engine:
        migrate(engine)
    store = SqlStore(old_url, vault)
    yield Scene(store)
    store.close()


def test_an_account_that_was_kept_in_capitals_is_known_in_any_case(database_url, sql_store):
    with engine_of(database_url) as engine, engine.begin() as connection:
        connection.execute(insert(account).values({**ROWS["account"], "address": "Out@Example.org"}))
    for address in ("Out@Example.org", "out@example.org"):
        with sql_store.writing() as work:
            kept = work.accounts.upsert(Account(0, "smtp", address, "Outgoing"))
            assert work.accounts.all() == [kept]
        assert kept.address == "Out@Example.org"


def test_what_was_there_is_there_and_what_is_new_has_its_default(upgraded):
    with upgraded.store.reading() as work:
        campaign = work.campaigns.get(1, "T1")
        assert (campaign.seed, campaign.event.title, campaign.columns) == (
            "seed of old",
            "Straßenfest",
            COLUMNS,
        )
        assert (campaign.editors, campaign.routing, campaign.archived_at) == ((), DEFAULT_ROUTING, None)
        listed = [replace(one, id=0) for one in work.campaigns.attendees(1)]
        assert listed == PEOPLE
        assert [problem.line for problem in work.campaigns.problems(1)] == [3]
        run = work.runs.get(1)
        assert (run.state, run.pace, run.timing, run.posted_ts) == (
            RunState.RUNNING,
            Pace(3, 60),
            AT_ONCE,
            "17.5",
        )
        assert work.accounts.spends(1, NOON - LEASE) == [NOON]
        (line,) = work.campaigns.summaries("T1", ListQuery("STRASSENFEST #1"))
        assert line.run == run


def test_an_account_of_the_settings_stays_one_and_one_that_had_retired_is_disconnected(upgraded):
    with upgraded.store.reading() as work:
        current, earlier = work.accounts.all()
        assert [work.accounts.credential(one.id) for one in (current, earlier)] == [None, None]
    assert current == Account(1, "smtp", "out@example.org", "Outgoing", per_day=500)
    assert current.is_of_settings
    assert (earlier.address, earlier.state) == ("earlier@example.org", AccountState.DISCONNECTED)
    assert upgraded.account(per_day=500).id == current.id


def test_what_an_account_sent_goes_with_it_into_the_book_of_its_mailbox(upgraded):
    with upgraded.store.writing() as work:
        assert work.accounts.get(1).book == own_book(1)
        kept = work.accounts.upsert(Account(0, "smtp", "out@example.org", "Outgoing", book="google out@x"))
        assert (kept.id, work.accounts.spends(1, NOON - LEASE)) == (1, [NOON])


def test_an_account_of_an_earlier_version_finds_its_book_when_the_bot_starts(sql_store):
    mine = Account(0, "smtp", "olga@acme.example", "Olga", workspace="T1", connected_by="U1")
    with sql_store.writing() as work:
        known = work.accounts.upsert(mine)
        assert known.book == own_book(known.id)
        work.accounts.spend(known.id, NOON)
        work.accounts.keep_credential(known.id, Credential(How.PASSWORD, "pw", host="smtp.gmail.com"), None)
        found = work.accounts.get(known.id).book
    with sql_store.engine.begin() as connection:
        for table in (account, spend):
            connection.execute(update(table).values(book=own_book(known.id)))
    with sql_store.writing() as work:
        assert work.accounts.get(known.id).book == own_book(known.id)
        for _ in range(2):
            work.accounts.find_books()
            assert (work.accounts.get(known.id).book, work.accounts.spends(known.id, NOON - LEASE)) == (
                found,
                [NOON],
            )


def test_the_run_goes_on_in_the_middle_of_its_batch(upgraded):
    queue = SqlBatchQueue(upgraded.store.engine, "new")
    assert queue.claim_due(NOON) == []
    (due,) = queue.claim_due(minutes(3))
    assert (due.run_id, due.seq, due.claim) == (1, 1, 2)
    assert upgraded.abandon(minutes(3)) == [1]
    with upgraded.store.reading() as work:
        run, standing = work.runs.get(1), work.runs.standing(1)
        assert (standing.batch.seq, standing.batch.stumbles, standing.refusals) == (1, 1, 2)
    (claimed,) = upgraded.claim(run, at=minutes(3))
    assert (claimed.attendee.key, claimed.revision) == ("4@example.org", 1)
    upgraded.settle(claimed, DeliveryState.SENT, at=minutes(3))
    upgraded.end(run, at=minutes(3))
    with upgraded.store.writing() as work:
        work.batches.arm_next(1, 2, minutes(4))
    assert upgraded.open(run, 2, 3, at=minutes(4)) == 1
    (last,) = upgraded.claim(run, seq=2, at=minutes(4))
    assert upgraded.settle(last, DeliveryState.SENT, at=minutes(4))
    with upgraded.store.reading() as work:
        counts = work.runs.progress(1).counts
        assert (counts.sent, counts.unsure, counts.left) == (3, 1, 0)


def test_who_was_sent_to_and_who_may_have_been_keep_the_number_that_went(old_url, vault):
    with engine_of(old_url) as engine:
        with engine.begin() as connection:
            connection.execute(text("UPDATE attendee SET unsure = true WHERE id = 2"))
            lost = "state = 'unsure', lease_until = NULL, lease_owner = NULL"
            connection.execute(text(f"UPDATE delivery SET {lost} WHERE attendee_id = 2"))
        migrate(engine)
    store = SqlStore(old_url, vault)
    with store.reading() as work:
        held = {one.key: work.answers.holders(1, key=one.key) for one in PEOPLE}
        assert {key: [one.held_sequence for one in found] for key, found in held.items()} == {
            ANA.key: [0],
            BEA.key: [1],
            PEOPLE[2].key: [],
            PEOPLE[3].key: [],
        }
        update = work.campaigns.whom(work.campaigns.get(1), Selection(Kind.UPDATE))
        assert update == Whom(invites=2, updates=2)
        assert [one.sequence for one in work.deliveries.unsure(1, after=0, limit=9)] == [1]
    store.close()


def test_what_is_still_to_be_told_is_told_where_such_things_are_told_now(upgraded):
    with upgraded.store.reading() as work:
        due = {(notice.kind, notice.medium) for notice in work.notices.due(NOON, 9)}
    assert due == {(NoticeKind.FINISHED, Medium.MAIL), (NoticeKind.IMPORTED, Medium.DIRECT)}


def test_a_list_that_waits_to_be_read_is_read_as_one_for_a_new_campaign(upgraded):
    with upgraded.store.reading() as work:
        (waiting,) = work.uploads.unfinished()
    assert (waiting.purpose, waiting.target) == (ListPurpose.NEW, None)
    assert (waiting.form.editors, waiting.form.routing) == ((), DEFAULT_ROUTING)


def test_the_same_list_uploaded_after_the_upgrade_changes_nobody(upgraded):
    """The digests that the migration computed are those of this version."""
    with upgraded.store.writing() as work:
        form = work.uploads.get(1).form
        upload = work.uploads.add(
            form,
            workspace="T1",
            user="U1",
            view_id="V1",
            file={},
            submission="two",
            now=NOON,
            purpose=ListPurpose.REPLACE,
            target=1,
        )
        work.lists.stage(upload.id, Roster(COLUMNS, PEOPLE, []), NOON)
        difference = work.lists.difference(upload, samples=3)
    assert (difference.unchanged, difference.changed, difference.added, difference.removed) == (4, 0, 0, 0)


def test_rows_still_need_their_parents_after_the_upgrade(upgraded):
    engine = upgraded.store.engine
    for table in ("batch", "delivery", "notice", "attendee", "upload", "run"):
        parents = {key["referred_table"] for key in inspect(engine).get_foreign_keys(table)}
        assert parents
        assert not any(name.startswith("_alembic") for name in parents)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_a_database_with_rows_that_refer_to_nothing_stays_as_it_was(bare_sqlite_url, vault):
    with engine_of(bare_sqlite_url) as engine:
        with engine.begin() as connection:
            to_first_version(connection)
            fill(OldDatabase(connection), vault.seal("seed"))
        raw = engine.raw_connection()
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("DELETE FROM attendee WHERE id = 1")
        raw.close()
        with pytest.raises(ConfigError, match="1 rows of delivery"):
            migrate(engine)
        with engine.connect() as connection:
            assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "0001"
        assert "staged" not in inspect(engine).get_table_names()
