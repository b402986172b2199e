"""What every Mailer keeps. Inherit ``MailerContract``, give it a ``mailer`` and a ``took`` fixture.

A mailer whose provider can be made to misbehave inherits ``FaultyProviderContract`` as well, and gives a
``provider`` fixture.
"""

import threading
from collections.abc import Callable
from typing import Protocol

import pytest

from campaigns.errors import BadAddress, Busy, NoAccess, OverQuota, Unsure
from campaigns.model import Letter
from campaigns.ports import Mailer

Took = Callable[[], list[bytes]]

MIME = b"From: ann@acme.example\r\nTo: %s\r\nSubject: Hi\r\n\r\nBody\r\n.dot\r\n..two\r\n"


def letter(recipient: str = "bob@example.com", number: int = 0) -> Letter:
    return Letter(
        key=f"{number:032x}",
        sender="ann@acme.example",
        recipient=recipient,
        message_id=f"<{number}@acme.example>",
        mime=MIME % recipient.encode(),
    )


class Provider(Protocol):
    """A provider that can be told to misbehave."""

    def refuse_address(self) -> None: ...
    def refuse_login(self) -> None: ...
    def reach_quota(self) -> None: ...
    def talk_garbage(self) -> None: ...
    def drop_before_taking(self) -> None: ...
    def drop_after_taking(self) -> None: ...
    def recover(self) -> None: ...
    def restart(self) -> None: ...


class MailerContract:
    """For every mailer, the dry-run one included."""

    def test_a_letter_arrives_byte_for_byte(self, mailer: Mailer, took: Took):
        mailer.send(letter())
        assert took() == [letter().mime]

    def test_the_receipt_has_a_reference_without_the_address(self, mailer: Mailer):
        receipt = mailer.send(letter())
        assert receipt.reference
        assert "bob@example.com" not in receipt.reference

    def test_a_retry_carries_the_same_bytes(self, mailer: Mailer, took: Took):
        mailer.send(letter())
        mailer.send(letter())
        first, second = took()
        assert first == second

    def test_an_address_that_cannot_be_written_is_a_bad_address(self, mailer: Mailer, took: Took):
        for address in (
            "bob@example.com\r\nRCPT TO:<eve@evil.example>",
            "bob dee@example.com",
            "é@example.com",
        ):
            with pytest.raises(BadAddress):
                mailer.send(Letter("k", "ann@acme.example", address, "<m@a>", b"x\r\n"))
        assert took() == []

    def test_check_raises_nothing_when_all_is_well(self, mailer: Mailer, took: Took):
        mailer.check()
        assert took() == []

    def test_threads_may_share_a_mailer(self, mailer: Mailer, took: Took):
        def work(start: int) -> None:
            for number in range(start, start + 10):
                mailer.send(letter(f"p{number}@example.com", number))

        threads = [threading.Thread(target=work, args=(start,)) for start in range(0, 40, 10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(took()) == sorted(MIME % b"p%d@example.com" % number for number in range(40))

    def test_it_may_be_closed_twice(self, mailer: Mailer):
        mailer.send(letter())
        mailer.close()
        mailer.close()


class FaultyProviderContract(MailerContract):
    """For every mailer with a real provider behind it."""

    def test_a_refused_address_is_a_bad_address_and_spoils_nothing(self, mailer, provider: Provider, took):
        provider.refuse_address()
        with pytest.raises(BadAddress) as caught:
            mailer.send(letter())
        assert caught.value.cause == "The mailbox doesn't exist"
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

    def test_a_drop_after_the_hand_over_is_unsure(self, mailer, provider: Provider):
        provider.drop_after_taking()
        with pytest.raises(Unsure):
            mailer.send(letter())
        provider.recover()
        mailer.send(letter())

    def test_garbage_instead_of_a_reply_is_busy(self, mailer, provider: Provider):
        provider.talk_garbage()
        with pytest.raises(Busy):
            mailer.send(letter())

    def test_it_goes_on_after_the_provider_was_restarted(self, mailer, provider: Provider, took):
        mailer.send(letter(number=1))
        provider.restart()
        mailer.send(letter(number=2))
        assert len(took()) == 2
