"""The command line as a person uses it: what it says, how it ends, and never a traceback."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from storage.sole import SoleProcess
from storage.store import SqlStore
from storage.vault import Vault, new_key
from tests.unit.bot.complete import SECRETS, a_campaign

COMMAND = Path(sys.executable).with_name("sendinvites")


def run(*words, **more):
    return subprocess.run([COMMAND, *words], capture_output=True, text=True, timeout=60, check=False, **more)


def refused(*words):
    """Its words, on the error stream, after it has ended with 2."""
    ended = run(*words)
    assert ended.returncode == 2, ended
    assert ended.stdout == ""
    assert "Traceback" not in ended.stderr
    assert not [secret for secret in SECRETS if secret in ended.stderr]
    return ended.stderr


def seed_under(path, key):
    store = SqlStore(f"sqlite:///{path}", Vault([key]))
    try:
        with store.reading() as work:
            return work.campaigns.get(1).seed
    finally:
        store.close()


def test_help_lists_the_commands_each_with_a_line():
    said = run("--help").stdout
    for command in ("serve", "doctor", "migrate", "settings", "keys", "demo"):
        (said_of_it,) = re.findall(rf"^│ {command} +(\w.+\w)", said, re.MULTILINE)
        assert " " in said_of_it


def test_help_imports_nothing_heavy():
    """It must answer at once: what takes long is imported by the command that needs it."""
    program = "import sys; from bot.cli import main; sys.argv = ['sendinvites', '--help']\n"
    program += "try:\n    main()\nfinally:\n    print(*sys.modules, file=sys.stderr)"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    imported = {name.partition(".")[0] for name in ended.stderr.split()}
    assert "typer" in imported
    heavy = {"slack_bolt", "slack_sdk", "sqlalchemy", "alembic", "flask", "apscheduler", "pydantic"}
    assert not imported & heavy


def test_without_a_command_it_says_what_there_is():
    ended = run()
    assert "serve" in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


def test_keys_new_makes_another_key_each_time():
    made = [run("keys", "new").stdout for _ in range(2)]
    assert made[0] != made[1]
    for key in made:
        Fernet(key.strip())


def test_keys_rotate_seals_anew_and_the_old_key_can_go(environment, tmp_path):
    path, old, new = tmp_path / "rotated.db", new_key(), new_key()
    seed = a_campaign(path, old)
    environment.setenv("DATABASE_URL", f"sqlite:///{path}")
    environment.setenv("SECRET_KEYS", f"{new},{old}")
    ended = run("keys", "rotate")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == "Sealed 1 secrets anew. Older keys can leave SECRET_KEYS now.\n"
    assert seed_under(path, new) == seed


def test_keys_rotate_without_the_old_key_changes_nothing_and_says_so(environment, tmp_path):
    path, old = tmp_path / "rotated.db", new_key()
    seed = a_campaign(path, old)
    environment.setenv("DATABASE_URL", f"sqlite:///{path}")
    environment.setenv("SECRET_KEYS", new_key())
    assert "does not hold the key this database was sealed with" in refused("keys", "rotate")
    assert seed_under(path, old) == seed


def test_serve_without_the_key_of_its_database_is_refused(environment, tmp_path):
    """It would start, send nothing, and nobody would be told."""
    path = tmp_path / "rotated.db"
    a_campaign(path, new_key())
    environment.setenv("DATABASE_URL", f"sqlite:///{path}")
    environment.setenv("SECRET_KEYS", new_key())
    said = refused("serve")
    assert "does not hold the key this database was sealed with" in said
    assert "Put the old key back at the end of SECRET_KEYS" in said


def test_settings_are_printed_without_any_being_set(environment):
    for name in ("SLACK_BOT_TOKEN", "SMTP_URL", "SECRET_KEYS"):
        environment.delenv(name)
    ended = run("settings")
    assert ended.returncode == 0
    assert "SLACK_BOT_TOKEN=" in ended.stdout


def test_migrate_makes_the_database_and_may_be_repeated(environment, tmp_path):
    environment.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    for _ in range(2):
        assert run("migrate").stdout == "The database is up to date.\n"
    assert (tmp_path / "new.db").exists()


def test_wrong_settings_are_told_and_end_it_with_2(environment):
    environment.delenv("SLACK_BOT_TOKEN")
    environment.setenv("HTTP_PORT", "canary")
    said = refused("serve")
    assert "SLACK_BOT_TOKEN is missing. Slack > your app" in said
    assert "HTTP_PORT is wrong" in said
    assert "see .env.example" in said


@pytest.mark.parametrize(
    ("command", "url"),
    [
        ("serve", "sqlite:////no/such/folder/bot.db"),
        ("serve", "postgresql://bot:canary-pass@127.0.0.1:1/invites"),
        ("migrate", "sqlite:////no/such/folder/bot.db"),
    ],
)
def test_a_database_that_cannot_be_opened_is_a_matter_of_settings(environment, command, url):
    environment.setenv("DATABASE_URL", url)
    said = refused(command)
    assert "The database cannot be opened" in said
    assert "Check DATABASE_URL" in said
    assert "canary-pass" not in said


def test_a_file_that_is_no_database_is_told(environment, tmp_path):
    (tmp_path / "sendinvites.db").write_text("Dear diary, today I was mistaken for a database.")
    assert "file is not a database" in refused("serve")


def test_what_is_not_a_key_is_told(environment):
    environment.setenv("SECRET_KEYS", "make-one-with-sendinvites-keys-new")
    assert "Make one with: sendinvites keys new" in refused("serve")


def test_a_second_process_on_the_same_file_is_refused(environment, tmp_path):
    environment.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'bot.db'}")
    first = SoleProcess(tmp_path / "bot.db.lock")
    first.acquire()
    try:
        said = refused("serve")
    finally:
        first.release()
    assert "Another sendinvites is using this database." in said
    assert "Stop it first, or give this one a DATABASE_URL of its own." in said
    assert not (tmp_path / "bot.db").exists()
