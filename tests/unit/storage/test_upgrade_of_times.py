"""A database from before it was noted at which time a revision is, and what was sent again while in doubt."""

from datetime import timedelta

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, select

from storage import migrate as migrations
from storage.migrate import migrate
from storage.tables import delivery, revision
from tests.fakes.clocks import NOON
from tests.fakes.databases import engine_of
from tests.unit.storage.test_upgrade import OldDatabase

LATER = {"starts_at": NOON + timedelta(days=1), "ends_at": NOON + timedelta(days=1, hours=1)}
WEEKLY = {"recurrence": {"frequency": "weekly"}}


def to_version_before(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", migrations.__file__.replace("migrate.py", "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "0006")


def test_revisions_at_one_time_and_what_was_sent_again_are_found(bare_database_url):
    with engine_of(bare_database_url) as engine:
        with engine.begin() as connection:
            to_version_before(connection)
            old = OldDatabase(connection)
            old.add("account")
            for _ in range(2):
                old.add("campaign")
            for number, times in enumerate(({}, LATER, {}, WEEKLY, WEEKLY, {"zone": "Asia/Tokyo"})):
                old.add("revision", number=number, title=f"Summit {number}", **times)
            old.add("revision", campaign_id=2, **LATER)
            old.add("attendee")
            causes = ("Sent again in run 7", "Sent again in run", "Sent again in run 7 or so", "")
            for number, cause in enumerate(causes, 1):
                old.add("run", submission=str(number), state="stopped", ended_at=NOON)
                old.add("delivery", run_id=number, state="skipped", cause=cause)
        migrate(engine)
        with engine.connect() as connection:
            in_order = select(revision.c.timed_as).order_by(revision.c.campaign_id, revision.c.number)
            assert connection.execute(in_order).scalars().all() == [0, 1, 0, 3, 3, 5, 0]
            again = select(delivery.c.again_in).order_by(delivery.c.id)
            assert connection.execute(again).scalars().all() == [7, None, None, None]
