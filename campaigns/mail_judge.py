"""Which of what came in is true, and what follows from it.

Nothing is believed for what it says of itself: an answer must name a calendar entry that only its attendee
was sent, and come from them; a report must name a letter that only this bot can have written.
"""

import logging
import re
from collections.abc import Iterable
from datetime import datetime
from typing import assert_never

from campaigns import identity
from campaigns.account import Account
from campaigns.account_port import Suppressed, Why
from campaigns.answer import Answer
from campaigns.answer_port import CalendarAnswer, Holder, Posted
from campaigns.endings import progress_notice
from campaigns.history import Deed
from campaigns.homes import touch_homes
from campaigns.incoming import Bounce, Complaint, Incoming, Nothing, Reply, Returned
from campaigns.invite import organizer_address
from campaigns.mailbox_names import is_alias, is_at_the_same_company, is_calendar_service, is_same_mailbox
from campaigns.model import Campaign, DeliveryState
from campaigns.store_port import UnitOfWork
from campaigns.suppressing import CAUSES, skip_queued

_log = logging.getLogger(__name__)

_OURS = re.compile(r"<?[0-9a-f]{32}@(?P<domain>[^<>@]+)>?")
_WEAKER = {
    Why.BOUNCED: frozenset({Why.BY_HAND}),
    Why.COMPLAINED: frozenset({Why.BY_HAND, Why.UNSUBSCRIBED}),
}
"""Which reasons to leave somebody alone give way to one that a mail brings."""
ANSWERED = "answered"
"""The receipt of a delivery that was unsure until its attendee answered."""


class Judge:
    """Judges what came to one account, inside the caller's transaction; ``carry_out`` makes it so.

    ``replies``, ``bounces`` and ``strange`` count as ``Mailbox`` does. ``comes_early``: an answer or a report
    came sooner than the outcome of its sending was written down, so all of this should be read again.
    """

    def __init__(self, work: UnitOfWork, account: Account, now: datetime) -> None:
        self.replies = 0
        self.bounces = 0
        self.strange = 0
        self.comes_early = False
        self._work = work
        self._account = account
        self._now = now
        self._campaigns: dict[int, Campaign] = {}
        self._answers: list[tuple[Holder, Answer]] = []
        self._shown: list[tuple[Holder, Answer]] = []
        self._returned: list[tuple[Posted, Bounce]] = []
        self._unwanted: dict[tuple[str, Why], dict[str, None]] = {}
        own = work.campaigns.of_account(account.id)
        self._domains = {identity.domain_of(campaign.organizer.address) for campaign in own}
        self._tested: set[str] | None = None

    def judge(self, mail: Incoming) -> None:
        match mail:
            case Reply():
                self._reply(mail)
            case Bounce():
                self._bounce(mail)
            case Complaint():
                self._complaint(mail)
            case Nothing():
                if mail.is_strange:
                    self._count_strange(mail.why, ())
            case _:
                assert_never(mail)

    def hear(self, said: CalendarAnswer) -> None:
        """The provider itself is believed; its SEQUENCE is its own, so it answers what is held.

        It shows every event that has changed with the answer that stands there, new or not.
        """
        if said.answer is None:
            return
        if self._is_on_the_wire(said.uid, (said.address,)):
            self.comes_early = True
            return
        holder = self._holder(said.uid, (said.address,))
        if holder is None or not is_same_mailbox(said.address, holder.attendee.key):
            return
        sequence = min(said.answer.sequence, holder.held_sequence)
        self._shown.append((holder, Answer(said.answer.said, sequence, said.answer.stamped_at)))

    def carry_out(self) -> None:
        """Runs are locked before the rows of people, as whoever sends does."""
        for (workspace, why), keys in self._unwanted.items():
            new = [key for key in keys if self._suppress(workspace, key, why)]
            if new:
                skip_queued(self._work, workspace, new, why, self._now)
        concerned: set[int] = set()
        runs: set[int] = set()
        for posted, bounce in sorted(self._returned, key=lambda one: one[0].delivery_id):
            if self._work.answers.bounce(
                posted.delivery_id, cause=bounce.cause, evidence=bounce.evidence, now=self._now
            ):
                self.bounces += 1
                concerned.add(posted.campaign_id)
                runs.add(posted.run_id)
        for holder, answer in sorted(self._answers, key=_by_person):
            if self._work.answers.record(holder.attendee.id, answer):
                self.replies += 1
                concerned.add(holder.campaign_id)
                self._settle_unsure(holder, answer)
        for holder, answer in sorted(self._shown, key=_by_person):
            # the letter wrote the event that is shown, whatever was answered; it may have asked anew
            if self._settle_unsure(holder, answer):
                concerned.add(holder.campaign_id)
            if self._work.answers.record(holder.attendee.id, answer, is_shown=True):
                self.replies += 1
                concerned.add(holder.campaign_id)
        self._show(concerned, runs)

    def _reply(self, reply: Reply) -> None:
        said_by = tuple(key for key in (reply.attendee, reply.sender) if key)
        holder = self._holder(reply.uid, said_by)
        if holder is None:
            if self._is_on_the_wire(reply.uid, said_by):
                self.comes_early = True
            elif self._is_ours(reply.uid) and not self._is_of_test(said_by):
                self._count_strange("The answer is to an entry that nobody was sent.", said_by)
        elif not self._is_theirs(reply, holder):
            self._count_strange("Somebody else answers than the attendee.", said_by)
        elif self._is_to_come(reply, holder):
            self.comes_early = True
        elif not reply.is_one_occurrence:
            # attendees must not raise the SEQUENCE, and some clients do: they answer what they hold
            sequence = min(reply.sequence, holder.held_sequence)
            # a clock that is ahead must not outdo every later answer
            stamped_at = min(reply.stamped_at or self._now, self._now)
            self._answers.append((holder, Answer(reply.said, sequence, stamped_at)))

    def _is_theirs(self, reply: Reply, holder: Holder) -> bool:
        """Whether the attendee says it, or somebody who may for them. From decides: mail servers check it.

        ATTENDEE and SENT-BY are what its writer likes: anybody may be who got the invite forwarded.
        """
        key = holder.attendee.key
        listed = self._work.answers.listed(holder.campaign_id, (reply.attendee, reply.sender))
        others = {one for one in listed if not is_same_mailbox(one, key)}
        if reply.attendee in others:
            return False
        if is_same_mailbox(reply.sender, key):
            return True
        is_said_of_them = is_same_mailbox(reply.attendee, key)
        if is_said_of_them and (is_calendar_service(reply.sender) or _is_by_delegate(reply, key)):
            return True
        if reply.sender in others:  # a colleague who was invited too
            return False
        return (is_said_of_them or reply.attendee == reply.sender) and self._is_alias(reply, holder)

    def _is_to_come(self, reply: Reply, holder: Holder) -> bool:
        """Whether it may answer a letter of which nobody has noted yet that it went."""
        newer = reply.sequence > holder.held_sequence
        return newer and self._is_on_the_wire(reply.uid, (holder.attendee.key,))

    def _is_alias(self, reply: Reply, holder: Holder) -> bool:
        person = holder.attendee
        if not is_alias(reply.sender, reply.sender_name, person.key, person.name):
            return False
        # whoever was written to at that address is not this attendee
        return not self._work.answers.holders(self._account.id, key=reply.sender)

    def _bounce(self, bounce: Bounce) -> None:
        posted = self._posted(bounce.recipients, bounce.returned, "The report is of no letter of ours.")
        if posted is None:
            return
        if posted.state is DeliveryState.SENDING:
            self.comes_early = True
            return
        self._returned.append((posted, bounce))
        if bounce.is_hard:
            self._leave_alone(posted, Why.BOUNCED)

    def _complaint(self, complaint: Complaint) -> None:
        posted = self._posted(
            complaint.recipients, complaint.returned, "The complaint is of no letter of ours."
        )
        if posted is not None:
            self._leave_alone(posted, Why.COMPLAINED)

    def _holder(self, uid: str, keys: Iterable[str]) -> Holder | None:
        """Whose entry ``uid`` is; where it was not noted (by a killed process), it is made again."""
        found = self._work.answers.holders(self._account.id, uid=uid)
        if found:
            return found[0]
        for key in keys:
            for holder in self._work.answers.holders(self._account.id, key=key):
                if not holder.uid and self._uid(holder.campaign_id, holder.attendee.key) == uid:
                    return holder
        return None

    def _is_on_the_wire(self, uid: str, keys: Iterable[str]) -> bool:
        """Whether the entry ``uid`` is being sent to one of them, and nobody has noted yet how that went."""
        posted = (one for key in keys for one in self._work.answers.posted_to(self._account.id, key))
        sending = (one for one in posted if one.state is DeliveryState.SENDING)
        return any(self._uid(one.campaign_id, one.attendee.key) == uid for one in sending)

    def _posted(self, recipients: Iterable[str], returned: Returned, why: str) -> Posted | None:
        """The letter that a report is about; None is counted as strange if it looks like one of ours."""
        keys = tuple(recipients)
        sent = [posted for key in keys for posted in self._work.answers.posted_to(self._account.id, key)]
        found = next((posted for posted in sent if self._is_named(posted, returned)), None)
        looks_ours = any(map(self._is_ours, returned.message_ids)) or bool(returned.key)
        if found is None and (looks_ours or (sent and not returned.is_named)) and not self._is_of_test(keys):
            self._count_strange(why, keys)
        return found

    def _is_named(self, posted: Posted, returned: Returned) -> bool:
        campaign, key = self._campaign(posted.campaign_id), posted.attendee.key
        message_id = identity.message_id(campaign.seed, key, posted.deed, posted.sequence, _domain(campaign))
        if message_id in returned.message_ids:
            return True
        return returned.key == identity.delivery_key(campaign.seed, key, posted.deed, posted.sequence)

    def _uid(self, campaign_id: int, key: str) -> str:
        campaign = self._campaign(campaign_id)
        return identity.uid(campaign.seed, key, _domain(campaign))

    def _is_ours(self, name: str) -> bool:
        """Whether a UID or Message-ID has the form of ours: a mailbox gets answers to other invites too."""
        found = _OURS.fullmatch(name)
        return found is not None and found["domain"] in self._domains

    def _is_of_test(self, keys: Iterable[str]) -> bool:
        """Whether it may be about a test invite, of which only the domain is kept."""
        if self._tested is None:
            own = self._work.campaigns.of_account(self._account.id)
            tests = (test for one in own for test in self._work.history.of_deed(one.id, Deed.TEST_SENT))
            self._tested = {test.facts.get("domain", "") for test in tests}
        return any(identity.domain_of(key) in self._tested for key in keys)

    def _leave_alone(self, posted: Posted, why: Why) -> None:
        workspace = self._campaign(posted.campaign_id).workspace
        self._unwanted.setdefault((workspace, why), {})[posted.attendee.key] = None

    def _suppress(self, workspace: str, key: str, why: Why) -> bool:
        """False if it was known.

        What their mail server says weighs more than what a colleague entered, and that they call it spam more
        than that they unsubscribed: then not even a cancellation goes there.
        """
        known = self._work.suppressions.find(workspace, key)
        if known is not None and known.why in _WEAKER[why]:
            self._work.suppressions.remove(workspace, key)
        return self._work.suppressions.add(workspace, Suppressed(key, CAUSES[why], self._now, why))

    def _settle_unsure(self, holder: Holder, answer: Answer) -> bool:
        """Who answers a letter has got it, and it is not tried again; False if it was not in doubt."""
        is_settled = False
        for posted in self._work.answers.posted_to(self._account.id, holder.attendee.key):
            is_it = posted.attendee.id == holder.attendee.id and posted.sequence == answer.sequence
            if not is_it or posted.state not in {DeliveryState.UNSURE, DeliveryState.QUEUED}:
                continue
            doubtful = self._work.deliveries.doubtful(posted.delivery_id)
            if doubtful is not None:
                is_settled |= self._work.deliveries.answer_unsure(
                    doubtful, DeliveryState.SENT, reference=ANSWERED, cause="", now=self._now
                )
        return is_settled

    def _show(self, concerned: set[int], runs: set[int]) -> None:
        for campaign_id in sorted(concerned):
            latest = self._work.runs.latest(campaign_id)
            if latest is not None:
                runs.add(latest.id)
        for run_id in sorted(runs):
            self._work.notices.touch_gently(progress_notice(self._work.runs.get(run_id)), self._now)
        for workspace in sorted({self._campaign(campaign_id).workspace for campaign_id in concerned}):
            touch_homes(self._work, workspace, self._now)

    def _campaign(self, campaign_id: int) -> Campaign:
        if campaign_id not in self._campaigns:
            self._campaigns[campaign_id] = self._work.campaigns.get(campaign_id)
        return self._campaigns[campaign_id]

    def _count_strange(self, why: str, keys: Iterable[str]) -> None:
        self.strange += 1
        domains = sorted({identity.domain_of(key) for key in keys})
        _log.warning("mail_not_taken", extra={"account": self._account.id, "why": why, "domains": domains})


def _by_person(said: tuple[Holder, Answer]) -> int:
    return said[0].attendee.id


def _is_by_delegate(reply: Reply, key: str) -> bool:
    """Whether a colleague of the attendee says openly that they answer for them."""
    return reply.sent_by == reply.sender and is_at_the_same_company(reply.sender, key)


def _domain(campaign: Campaign) -> str:
    """Where the campaign's UIDs and Message-IDs are at home."""
    return identity.domain_of(organizer_address(campaign.organizer))
