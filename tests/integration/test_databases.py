"""The whole bot over each database, and with several connections at once."""

import pytest

from bot.demo_stage import Stage
from storage.migrate import migrate
from storage.store import SqlStore
from storage.vault import Vault
from tests.crash.town import alive_until, everything_is_told, run_is_over, start_run, states

PEOPLE = 60


@pytest.mark.parametrize("connections", ["1", "4"])
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_run_reaches_everybody_once(database, connections, request):
    """Several connections take from the same batch; no two of them ever take the same person."""
    with Stage(minute_lasts=0.02) as stage:
        url = stage.database_url if database == "sqlite" else request.getfixturevalue("postgres_url")
        store = SqlStore(url, Vault([stage.settings["SECRET_KEYS"]]))
        try:
            migrate(store.engine)
            run = start_run(store, PEOPLE, per_batch=25)
            stage.start_bot(DATABASE_URL=url, SMTP_CONNECTIONS=connections)
            alive_until(stage, lambda: run_is_over(store, run.id) and everything_is_told(store))
            stage.stop_bot()
            assert set(states(store, run.id).values()) == {"sent"}
            received = [mail.recipients[0] for mail in stage.post.messages]
            assert len(received) == len(set(received)) == PEOPLE
            with store.reading() as work:
                assert work.batches.current(run.id).seq == 3
        finally:
            store.close()
