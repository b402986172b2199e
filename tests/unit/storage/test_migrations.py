"""Migrations make exactly what ``storage.tables`` says, and refuse what they do not know."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from campaigns.errors import ConfigError
from storage.migrate import migrate
from storage.tables import metadata
from tests.fakes.databases import engine_of, migrate_url
from tests.unit.storage.rows import add

ROOT = Path(__file__).parents[3]

_POSTGRES_SCHEMA = """
    SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT concat_ws(' ', table_name, column_name, data_type, character_maximum_length,
                               is_nullable, column_default)
      FROM information_schema.columns WHERE table_schema = 'public'
"""
_SQLITE_SCHEMA = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"


def schema_of(engine: Engine) -> list[str]:
    """Every column, rule and index in the database's own words, but for Alembic's."""
    query = _POSTGRES_SCHEMA if engine.dialect.name == "postgresql" else _SQLITE_SCHEMA
    with engine.connect() as connection:
        statements = connection.execute(text(query)).scalars().all()
    lines = [line.strip(" ,\t") for statement in statements for line in statement.splitlines()]
    lines = [re.sub(r"DEFAULT \((false|'')\)", r"DEFAULT \1", line) for line in lines]  # Alembic's brackets
    lines = [
        re.sub(r'^CREATE TABLE "(\w+)"', r"CREATE TABLE \1", line) for line in lines
    ]  # of a table made anew
    of_alembic = ("alembic", "version_num")
    return sorted(line for line in lines if line != ")" and not any(word in line for word in of_alembic))


def test_the_migrated_schema_is_the_one_of_the_tables(bare_database_url):
    migrate_url(bare_database_url)
    with engine_of(bare_database_url) as engine, engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_its_rules_and_indexes_are_word_for_word_those_of_the_tables(bare_database_url):
    """Alembic compares neither CHECKs nor the conditions of partial indexes."""
    with engine_of(bare_database_url) as engine:
        metadata.create_all(engine)
        wanted = schema_of(engine)
        metadata.drop_all(engine)
        migrate(engine)
        assert schema_of(engine) == wanted
    assert any("uq_run_active" in line and "state" in line for line in wanted)


def test_migrating_again_changes_nothing_and_keeps_the_rows(database_url):
    with engine_of(database_url) as engine:
        with engine.begin() as connection:
            add(connection, "account")
        migrate(engine)
        with engine.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM account")).scalar_one() == 1


def test_the_database_of_a_newer_version_is_refused_and_left_alone(bare_database_url):
    with engine_of(bare_database_url) as engine:
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
            connection.execute(text("INSERT INTO alembic_version VALUES ('9999')"))
        with pytest.raises(ConfigError, match="9999"):
            migrate(engine)
        assert inspect(engine).get_table_names() == ["alembic_version"]


def test_two_processes_that_start_together_migrate_once(bare_database_url):
    code = "import sys; from tests.fakes.databases import migrate_url; migrate_url(sys.argv[1])"
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code, bare_database_url], cwd=ROOT, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    assert [(process.communicate()[1], process.returncode) for process in both] == [("", 0)] * 2
