"""Ana at her keyboard in front of a real bot process: what these suites do again and again."""

import time
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bot.demo_stage import Stage
from playground.script import NewCampaign, create_campaign, prepare_batches, start_batch_sending
from storage.store import SqlStore
from storage.tables import attendee, delivery
from storage.vault import Vault

PATIENCE = 30.0
REGISTERED = "ana@acme.example"


def everybody(count):
    return [f"person{number:03}@people.example" for number in range(1, count + 1)]


class Scene:
    """A stage with its store, and Ana's doings on it."""

    def __init__(self, stage, store):
        self.stage, self.store = stage, store
        self.workspace, self.post, self.alerts = stage.workspace, stage.post, stage.alerts
        self.ana, self.ben, self.kim = (stage.workspace.person(name) for name in ("ana", "ben", "kim"))

    @staticmethod
    def in_three_weeks():
        return datetime.now(UTC) + timedelta(days=21)

    def make(self, title, count):
        """Ana makes a campaign over ``count`` people; *Campaign ready* is on her screen."""
        rows = "".join(f"{address},Person\n" for address in everybody(count))
        wanted = NewCampaign(
            title=title,
            starts_at=self.in_three_weeks(),
            minutes=60,
            place="Room 1",
            description="Bring a pen.",
            list_name="people.csv",
            list_content=f"Email,Name\n{rows}".encode(),
        )
        create_campaign(self.workspace, self.ana, wanted)

    def send(self, title, count, *, per_batch, gap=0):
        """Ana makes a campaign, starts it, and closes the window."""
        self.make(title, count)
        prepare_batches(self.workspace, self.ana, per_batch=str(per_batch), gap=str(gap))
        start_batch_sending(self.workspace, self.ana)
        self.ana.close()

    def told(self, title, part, *, channel="events"):
        """The newest message about ``title`` in which ``part`` can be read, in a thread or not."""

        def shown():
            room = self.ana.room(channel).id
            about = [m for m in self.workspace.messages if m.channel == room and title in m.plain()]
            said = [m for m in about if part in m.plain()]
            return said[-1] if said else None

        return self.workspace.wait_for(shown, PATIENCE)

    def shows(self, message, part):
        """Wait until ``message`` has been amended so that ``part`` can be read or pressed."""
        self.workspace.wait_for(lambda: part in message.plain() or part in message.buttons, PATIENCE)

    def mail(self, subject_part, title):
        """The alert mail about ``title`` with these words in its subject."""

        def came():
            mails = self.alerts.by_recipient(REGISTERED)
            return next((m for m in mails if subject_part in m.subject and title in m.subject), None)

        return self.alerts.wait_for(came, PATIENCE)

    def sent_to(self):
        """Every address that mail came for, with how often."""
        return Counter(address for mail in self.post.messages for address in mail.recipients)

    def states(self, run_id):
        """Address -> state of its delivery."""
        query = select(attendee.c.address, delivery.c.state).join(attendee).where(delivery.c.run_id == run_id)
        with self.store.engine.connect() as connection:
            return {row.address: row.state for row in connection.execute(query)}

    def run_id(self):
        """Of the newest run."""
        with self.store.engine.connect() as connection:
            return connection.execute(select(delivery.c.run_id).order_by(delivery.c.run_id.desc())).scalar()

    def tried_in_vain(self):
        """Wait until somebody of the newest run was tried, and waits for another time."""
        query = select(delivery.c.state, delivery.c.attempt).where(delivery.c.run_id == self.run_id())
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with self.store.engine.connect() as connection:
                if any(row.attempt and row.state == "queued" for row in connection.execute(query)):
                    return
            self.stage.bot_has_ended(0.05)
        raise TimeoutError

    def settle(self):
        """Wait until nothing of the newest run is on the wire; the tick is a wait for the bot's death."""
        deadline = time.monotonic() + PATIENCE
        while "sending" in self.states(self.run_id()).values():
            assert not self.stage.bot_has_ended(0.05), self.stage.last_words
            assert time.monotonic() < deadline, self.stage.last_words

    def begin_again(self):
        """Faults, mail and windows of the test before are gone; the bot goes on."""
        for box in (self.post, self.alerts):
            box.clear_faults()
            box.forget()
        for person in (self.ana, self.ben, self.kim):
            person.close()


@contextmanager
def served(*, minute_lasts=0.02, **settings):
    """A scene whose bot runs with these settings besides the stage's."""
    with Stage(minute_lasts=minute_lasts, rate_limits=None) as stage:
        stage.start_bot(**settings)
        store = SqlStore(stage.database_url, Vault([stage.settings["SECRET_KEYS"]]))
        try:
            yield Scene(stage, store)
        finally:
            store.close()


@contextmanager
def connected():
    """A scene whose bot is connected by Socket Mode; its HTTP port stays closed."""
    with Stage(minute_lasts=0.02, rate_limits=None) as stage:
        token = stage.workspace.core.app_token
        stage.launch_bot(
            SLACK_TRANSPORT="socket", SLACK_APP_TOKEN=token, SLACK_SIGNING_SECRET="", PUBLIC_URL=""
        )
        stage.workspace.wait_for(lambda: stage.workspace.is_socket_connected, PATIENCE)
        store = SqlStore(stage.database_url, Vault([stage.settings["SECRET_KEYS"]]))
        try:
            yield Scene(stage, store)
        finally:
            store.close()
