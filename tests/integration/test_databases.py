"""The whole bot over each database, and with several connections at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from bot.demo_stage import Stage
from playground.script import prepare_batches
from storage.migrate import migrate
from storage.store import SqlStore
from storage.vault import Vault
from tests.crash.town import alive_until, everything_is_told, run_is_over, start_run, states
from tests.fakes.databases import engine_of
from tests.fakes.whole_bot import WholeBot
from tests.scenario.editing import change_list, open_hub, rows

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


TROUBLE = {"batch_interrupted", "outbox_waits_for_the_database", "outbox_stumbled"}


def deadlocks(url):
    found = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    with engine_of(url) as engine, engine.connect() as connection:
        return connection.execute(found).scalar_one()


@pytest.mark.parametrize("connections", [1, 4])
def test_people_meddle_with_a_run_and_nobody_waits_for_ever(connections, tmp_path, postgres_url, caplog):
    """Approved twice at once, paused, resumed, paced anew and its list replaced, all while it sends."""
    before = deadlocks(postgres_url)
    bot = WholeBot(
        tmp_path,
        database_url=postgres_url,
        smtp_connections=connections,
        smtp_per_day=500,
        approval_above=10,
    )
    try:
        bot.start()
        meddle(bot)
        bot.message("all batches have been processed", timeout=60.0)
    finally:
        bot.close()
    assert deadlocks(postgres_url) == before
    assert not TROUBLE & {record.message for record in caplog.records}
    assert len(bot.recipients()) == len(set(bot.recipients()))
    assert {f"person{number:03}@mail.acme.com" for number in range(2, 41)} <= set(bot.recipients())


def meddle(bot):
    bot.post.faults.slow_down(0.01)
    for person in (bot.ana, bot.ben, bot.kim):
        person.open_home()
    bot.campaign(bot.ana, 60)
    prepare_batches(bot.workspace, bot.ana, per_batch="5", gap="1")
    assert bot.ana.submit() == {}
    bot.ana.wait_for_modal("Waits for approval", timeout=20.0)
    asked = offering(bot, "Approve")
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda _: bot.kim.press("Approve", where=asked), range(2)))
    for press in ("Pause", "Resume"):
        bot.kim.press(press, where=offering(bot, press))
    offering(bot, "Pause")
    bot.ana.close()
    bot.ana.type("/sendinvites")
    bot.ana.wait_for_modal("Campaign List")
    bot.ana.press("Change pace")
    bot.ana.wait_for_modal("Change pace")
    bot.ana.fill("Invites per Batch", "3")
    assert bot.ana.submit() == {}
    bot.ana.wait_for_modal("Pace changed", timeout=20.0)
    open_hub(bot.ana)
    change_list(bot.ana, "Replace the list", rows(*range(2, 41)))
    bot.ana.press("Apply changes")
    bot.ana.wait_for_modal("List changed", timeout=20.0)


def offering(bot, button):
    """The message on which ``button`` can be pressed."""
    return bot.workspace.wait_for(
        lambda: next((m for m in bot.workspace.messages if button in m.buttons), None), 20.0
    )
