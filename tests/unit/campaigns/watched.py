"""A campaign that was sent, the mailbox of its account, and a watch that reads it; on whatever store."""

from campaigns import identity
from campaigns.mail_watch import MailWatch
from campaigns.model import Attendee, DeliveryState, Kind, RunState
from campaigns.ports import Selection, Settlement
from tests.contract.store_scene import Scene
from tests.fakes.campaigns import QuietAlarm
from tests.fakes.clocks import NOON, HandClock
from tests.fakes.incoming_mail import HeldInbox, OneInbox

DOMAIN = "example.org"
ONE, TWO = "p1@example.org", "p2@example.org"
CAROL = "carol@example.org"
EVE = "eve@elsewhere.example"
UNKNOWN = "ffffffffffffffffffffffffffffffff"


class Watched(Scene):
    """People are p1@example.org and so on; ``posted`` are their letters, in order."""

    def __init__(self, store):
        super().__init__(store)
        self.clock = HandClock()
        self.alarm = QuietAlarm()
        self.inbox = HeldInbox()
        self.inboxes = OneInbox(self.inbox)
        self.watch = MailWatch(store, self.clock, self.alarm, self.inboxes)
        self.mine = self.account()
        self.sent = self.campaign(3, account=self.mine)
        self.posted = self.post(self.start(self.sent))

    def post(self, run, *states, notes_uid=True):
        """Claim and settle everybody of ``run``, and end it."""
        self.open(run)
        claimed = self.claim(run)
        for place, delivery in enumerate(claimed):
            state = states[place] if place < len(states) else DeliveryState.SENT
            uid = self.uid(delivery.attendee.key) if notes_uid else ""
            with self.store.writing() as work:
                assert work.deliveries.settle(delivery, Settlement(state, uid=uid), NOON)
        self.end(run)
        self.move(run, RunState.FINISHED)
        return claimed

    def listed(self, key, name, *others):
        """A campaign of these people, who all got its invite; the first has ``name``."""
        self.sent = self.campaign(0, account=self.mine)
        keys = (key, *others)
        people = [Attendee(one, one, name if one == key else "", line) for line, one in enumerate(keys, 2)]
        with self.store.writing() as work:
            work.campaigns.add_people(self.sent.id, people)
        self.post(self.start(self.sent))

    def update(self, *states):
        self.revise(self.sent, "Newer")
        return self.post(self.start(self.sent, Selection(Kind.UPDATE)), *states)

    def uid(self, key):
        return identity.uid(self.sent.seed, key, DOMAIN)

    def message_id(self, delivery, *, seed=""):
        return identity.message_id(
            seed or self.sent.seed, delivery.attendee.key, delivery.deed, delivery.sequence, DOMAIN
        )

    def look(self, *mails):
        """Let ``mails`` come in, and read them."""
        self.inbox.mails += mails
        return self.watch.look(self.mine.id)

    def lines(self):
        with self.store.reading() as work:
            return {line.attendee.key: line for line in work.answers.people(self.sent.id)}

    def said(self):
        return {key: line.answer.said.value for key, line in self.lines().items() if line.answer}

    def states(self):
        return [line.state for line in self.lines().values()]

    def suppressed(self):
        with self.store.reading() as work:
            return {entry.key: entry.why.value for entry in work.suppressions.all("T1")}

    def due(self):
        with self.store.reading() as work:
            return {(str(one.kind), one.key) for one in work.notices.due(self.clock.now(), 50)}


def counted(mailbox):
    return mailbox.replies, mailbox.bounces, mailbox.strange
