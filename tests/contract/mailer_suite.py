"""What every Mailer keeps. Inherit a contract, give it a ``mailer`` and a ``took`` fixture.

``MailerContract`` is for all. A mailer that hands over the invite's own bytes inherits ``PostContract``. One
whose provider keeps an event instead inherits ``EventContract`` and says, as ``form``, what of a letter its
``took`` holds: of each event that is there, not of those that were taken away. A mailer whose provider can be
made to misbehave inherits ``SilentProviderContract`` if it cannot be asked what became of an invite,
``AskableProviderContract`` if it can; both want a ``provider``.
"""

import dataclasses
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

import pytest

from campaigns.errors import BadAddress, Busy, NoAccess, OverQuota, Unsure
from campaigns.hand_over import InviteFacts, Letter
from campaigns.invite_template import InviteTemplate
from campaigns.mailer_port import Inquirer, Mailer
from campaigns.model import Attendee, Event, Kind, Organizer
from campaigns.recurrence import Frequency, Recurrence

Took = Callable[[], list]
Form = Callable[[Letter], object]

MIME = b"From: ann@acme.example\r\nTo: %s\r\nSubject: Hi\r\n\r\nBody\r\n.dot\r\n..two\r\n"


def letter(
    recipient: str = "bob@example.com", number: int = 0, *, kind: Kind = Kind.INVITE, **facts: object
) -> Letter:
    """A letter; the same recipient and number are the same invite."""
    invite = InviteFacts(
        kind=kind,
        sequence=0,
        uid=f"{number}.{recipient.replace('@', '.')}@acme.example",
        summary="Hi",
        description="Body",
        place="Hall 2",
        starts_at=datetime(2026, 12, 1, 9, tzinfo=UTC),
        ends_at=datetime(2026, 12, 1, 10, tzinfo=UTC),
        zone="Europe/Paris",
        attendee_name="Bob Dee",
        organizer_name="Ann",
    )
    return Letter(
        key=f"{number:032x}",
        sender="ann@acme.example",
        recipient=recipient,
        message_id=f"<{number}@acme.example>",
        mime=MIME % recipient.encode(),
        invite=dataclasses.replace(invite, **facts),
    )


def written(kind: Kind) -> Letter:
    """A letter as it really is: what a mailer must hand over without a change."""
    template = InviteTemplate(
        event=Event(
            title="Café for {{first_name}}",
            starts_at=datetime(2026, 12, 1, 9, tzinfo=UTC),
            ends_at=datetime(2026, 12, 1, 10, tzinfo=UTC),
            zone="Europe/Paris",
            description=".\n..\nFrom here on, " + "é" * 200,
            recurrence=Recurrence(Frequency.WEEKLY, count=4),
            reminder_minutes=15,
        ),
        organizer=Organizer("Ann", "ann@acme.example"),
        revision=1,
        revised_at=datetime(2026, 11, 2, tzinfo=UTC),
        created_at=datetime(2026, 11, 1, tzinfo=UTC),
        seed="s",
        kind=kind,
        is_cancelled=True,
    )
    person = Attendee("bob@example.com", "bob@example.com", "Bob Dee", fields={"first_name": "Bob"})
    return template.letter(person, datetime(2026, 11, 3, tzinfo=UTC))


class Provider(Protocol):
    """A provider that can be told to misbehave; ``bad_address`` is what it then calls an address."""

    bad_address: str

    def refuse_address(self) -> None: ...
    def refuse_login(self) -> None: ...
    def reach_quota(self) -> None: ...
    def talk_garbage(self) -> None: ...
    def drop_before_taking(self) -> None: ...
    def drop_after_taking(self) -> None: ...
    def recover(self) -> None: ...
    def restart(self) -> None: ...


class MailerContract:
    """For every mailer, and for the one that tests send with."""

    @pytest.fixture
    def form(self) -> Form:
        return lambda one: one.mime

    def test_a_letter_arrives_whole(self, mailer: Mailer, took: Took, form: Form):
        mailer.send(letter())
        assert took() == [form(letter())]

    def test_the_receipt_has_a_reference_without_the_address(self, mailer: Mailer):
        receipt = mailer.send(letter())
        assert receipt.reference
        assert "bob@example.com" not in receipt.reference

    def test_an_address_that_cannot_be_written_is_a_bad_address(self, mailer: Mailer, took: Took):
        for address in (
            "bob@example.com\r\nRCPT TO:<eve@evil.example>",
            "bob dee@example.com",
            "é@example.com",
        ):
            with pytest.raises(BadAddress):
                mailer.send(dataclasses.replace(letter(), recipient=address))
        assert took() == []

    def test_check_raises_nothing_when_all_is_well(self, mailer: Mailer, took: Took):
        mailer.check()
        assert took() == []

    def test_threads_may_share_a_mailer(self, mailer: Mailer, took: Took, form: Form):
        def work(start: int) -> None:
            for number in range(start, start + 10):
                mailer.send(letter(f"p{number}@example.com", number))

        threads = [threading.Thread(target=work, args=(start,)) for start in range(0, 40, 10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(took()) == sorted(
            form(letter(f"p{number}@example.com", number)) for number in range(40)
        )

    def test_it_may_be_closed_twice(self, mailer: Mailer):
        mailer.send(letter())
        mailer.close()
        mailer.close()


class PostContract(MailerContract):
    """For a mailer that hands over the invite's own bytes."""

    def test_a_retry_carries_the_same_bytes(self, mailer: Mailer, took: Took):
        mailer.send(letter())
        mailer.send(letter())
        first, second = took()
        assert first == second == letter().mime

    @pytest.mark.parametrize("kind", Kind)
    def test_every_kind_of_letter_arrives_as_it_was_written(self, mailer: Mailer, took: Took, kind: Kind):
        mailer.send(written(kind))
        [arrived] = took()
        assert arrived == written(kind).mime
        method = b"CANCEL" if kind is Kind.CANCEL else b"REQUEST"
        assert b"Content-Type: text/calendar; charset=UTF-8; method=%s\r\n" % method in arrived


class EventContract(MailerContract):
    """For a mailer whose provider keeps one event for each attendee and writes to them itself."""

    def test_a_retry_has_no_second_effect(self, mailer: Mailer, took: Took, form: Form):
        first = mailer.send(letter())
        assert mailer.send(letter()) == first
        assert took() == [form(letter())]

    def test_an_update_changes_the_same_event(self, mailer: Mailer, took: Took, form: Form):
        changes = {"sequence": 1, "summary": "Hi again", "place": ""}
        first = mailer.send(letter())
        assert mailer.send(letter(kind=Kind.UPDATE, **changes)) == first
        assert took() == [form(letter(**changes))]

    def test_a_reminder_changes_the_same_event(self, mailer: Mailer, took: Took, form: Form):
        changes = {"sequence": 1, "description": "Please answer.\n\nBody"}
        first = mailer.send(letter())
        for _ in range(2):
            assert mailer.send(letter(kind=Kind.REMIND, **changes)) == first
        assert took() == [form(letter(**changes))]

    def test_a_reminder_of_what_is_not_there_invites(self, mailer: Mailer, took: Took, form: Form):
        mailer.send(letter(kind=Kind.REMIND))
        assert took() == [form(letter())]

    def test_a_cancel_takes_the_event_away_and_may_be_repeated(self, mailer: Mailer, took: Took, form: Form):
        first = mailer.send(letter())
        mailer.send(letter("ana@example.com", 1))
        for _ in range(2):
            assert mailer.send(letter(kind=Kind.CANCEL, sequence=1)) == first
        assert took() == [form(letter("ana@example.com", 1))]

    def test_a_cancel_of_what_never_went_is_done(self, mailer: Mailer, took: Took):
        assert mailer.send(letter(kind=Kind.CANCEL)).reference
        assert took() == []

    @pytest.mark.parametrize("sequence", [1, 2])
    def test_who_was_cancelled_can_be_invited_again(self, mailer: Mailer, took: Took, form: Form, sequence):
        mailer.send(letter())
        mailer.send(letter(kind=Kind.CANCEL, sequence=1))
        again = letter(sequence=sequence)
        mailer.send(again)
        assert took() == [form(again)]

    def test_an_event_may_take_whole_days_and_hours_again(self, mailer: Mailer, took: Took, form: Form):
        weekly = {"recurrence": Recurrence(Frequency.WEEKLY, count=4), "reminder_minutes": 15}
        days = {
            "starts_at": datetime(2026, 11, 30, 23, tzinfo=UTC),
            "ends_at": datetime(2026, 12, 2, 23, tzinfo=UTC),
            "is_all_day": True,
        }
        steps = ({}, days, weekly, days | weekly, {})
        for sequence, changes in enumerate(steps):
            mailer.send(letter(kind=Kind.UPDATE, sequence=sequence, **changes))
            assert took() == [form(letter(**changes))]


class FaultyProviderContract(MailerContract):
    """For every mailer with a real provider behind it."""

    def test_a_refused_address_is_a_bad_address_and_spoils_nothing(self, mailer, provider: Provider, took):
        provider.refuse_address()
        with pytest.raises(BadAddress) as caught:
            mailer.send(letter())
        assert caught.value.cause == provider.bad_address
        assert "bob@example.com" not in caught.value.evidence
        provider.recover()
        mailer.send(letter("ana@example.com"))
        assert len(took()) == 1

    def test_a_refused_login_is_no_access(self, mailer, provider: Provider):
        provider.refuse_login()
        for call in (mailer.check, lambda: mailer.send(letter())):
            with pytest.raises(NoAccess):
                call()

    def test_a_reached_limit_is_over_quota_and_says_for_how_long(self, mailer, provider: Provider):
        provider.reach_quota()
        with pytest.raises(OverQuota) as caught:
            mailer.send(letter())
        assert caught.value.after

    def test_a_drop_before_the_hand_over_may_be_tried_again(self, mailer, provider: Provider, took):
        provider.drop_before_taking()
        with pytest.raises(Busy):
            mailer.send(letter())
        provider.recover()
        mailer.send(letter())
        assert len(took()) == 1

    def test_garbage_before_the_hand_over_is_busy(self, mailer, provider: Provider):
        provider.talk_garbage()
        with pytest.raises(Busy):
            mailer.send(letter())

    def test_it_goes_on_after_the_provider_was_restarted(self, mailer, provider: Provider, took):
        mailer.send(letter(number=1))
        provider.restart()
        mailer.send(letter(number=2))
        assert len(took()) == 2


class SilentProviderContract(FaultyProviderContract):
    """For a provider that cannot be asked what became of an invite."""

    def test_a_drop_after_the_hand_over_is_unsure(self, mailer, provider: Provider):
        provider.drop_after_taking()
        with pytest.raises(Unsure):
            mailer.send(letter())
        provider.recover()
        mailer.send(letter())


class AskableProviderContract(FaultyProviderContract):
    """For a provider that knows an invite by our own id."""

    def test_what_was_not_sent_is_not_found(self, mailer: Inquirer):
        mailer.send(letter(number=1))
        assert mailer.find(letter()) is None

    def test_what_was_sent_is_found_with_the_same_receipt(self, mailer):
        assert mailer.find(letter()) is None
        receipt = mailer.send(letter())
        assert mailer.find(letter()) == receipt

    def test_a_cancel_is_found_when_there_is_nothing_left(self, mailer):
        receipt = mailer.send(letter())
        cancel = letter(kind=Kind.CANCEL, sequence=1)
        assert mailer.find(cancel) is None
        mailer.send(cancel)
        assert mailer.find(cancel) == receipt
        assert mailer.find(letter()) is None

    def test_a_reminder_is_found_once_it_was_sent(self, mailer):
        mailer.send(letter())
        remind = letter(kind=Kind.REMIND, sequence=1, description="Please answer.")
        assert mailer.find(remind) is None
        receipt = mailer.send(remind)
        assert mailer.find(remind) == receipt

    def test_a_drop_after_the_hand_over_is_settled_by_asking(self, mailer, provider: Provider, took, form):
        provider.drop_after_taking()
        with pytest.raises(Busy):
            mailer.send(letter())
        provider.recover()
        receipt = mailer.find(letter())
        assert receipt
        assert mailer.send(letter()) == receipt
        assert took() == [form(letter())]
