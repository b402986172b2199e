"""What every Inbox keeps that reads mail. Inherit the contract and give it a ``post``: a mailbox."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from campaigns.answer_port import Fetched, Inbox
from campaigns.errors import Busy, Misconfigured, NoAccess

SINCE = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
MIB = 1024 * 1024


class Post(Protocol):
    """One mailbox, and what can befall it."""

    def open(self, *, trusts: bool = True) -> Inbox: ...
    def put(self, content: bytes, at: datetime) -> None: ...
    def delete_first(self) -> None: ...
    def refuse_login(self) -> None: ...
    def be_busy(self) -> None: ...
    def break_off(self) -> None:
        """Once, in the middle of a mail."""
        ...

    def recover(self) -> None: ...
    def stop(self) -> None:
        """Nobody answers any more."""
        ...

    def state(self) -> object:
        """All that a reader could have changed."""
        ...


def mail(number: int, body: str = "é\r\n.\r\n") -> bytes:
    return f"From: bob@example.com\r\nTo: ann@acme.example\r\nSubject: {number}\r\n\r\n{body}".encode()


def put_some(post: Post, count: int, *, first: int = 0, at: datetime = SINCE) -> list[bytes]:
    """One a minute after ``at``."""
    mails = [mail(number) for number in range(first, first + count)]
    for number, one in enumerate(mails, 1):
        post.put(one, at + timedelta(minutes=number))
    return mails


def read_on(inbox: Inbox, cursor: str = "", *, limit: int = 100, most: int = 50) -> tuple[list[bytes], str]:
    """All there is from ``cursor`` on, as the watch reads it; and the last cursor."""
    found: list[bytes] = []
    for _ in range(most):
        fetched = inbox.fetch(cursor, since=SINCE, limit=limit)
        found += fetched.mails
        cursor = fetched.cursor
        if not fetched.is_more:
            return found, cursor
    raise AssertionError("the reader never comes to an end")


class InboxContract:
    """For every reader of mail."""

    @pytest.fixture
    def inbox(self, post: Post):
        opened = post.open()
        yield opened
        opened.close()

    def test_an_empty_mailbox_gives_nothing_and_then_what_comes(self, post: Post, inbox: Inbox):
        first = inbox.fetch("", since=SINCE, limit=10)
        assert first.mails == ()
        assert not first.is_more
        came = put_some(post, 2)
        assert read_on(inbox, first.cursor)[0] == came

    def test_mails_come_whole_and_oldest_first(self, post: Post, inbox: Inbox):
        came = put_some(post, 4)
        assert read_on(inbox)[0] == came

    def test_what_came_long_before_is_left_alone(self, post: Post, inbox: Inbox):
        post.put(mail(99), SINCE - timedelta(days=3))
        came = put_some(post, 1)
        assert read_on(inbox)[0] == came

    def test_a_page_is_no_longer_than_asked(self, post: Post, inbox: Inbox):
        put_some(post, 5)
        fetched = inbox.fetch("", since=SINCE, limit=2)
        assert len(fetched.mails) == 2
        assert fetched.is_more

    @pytest.mark.parametrize("limit", [1, 2, 3])
    def test_page_by_page_nothing_is_left_out_or_repeated(self, post: Post, inbox: Inbox, limit: int):
        came = put_some(post, 7)
        assert read_on(inbox, limit=limit)[0] == came

    def test_a_restart_in_the_middle_loses_nothing(self, post: Post):
        came = put_some(post, 7)
        found: list[bytes] = []
        fetched = Fetched("", is_more=True)
        while fetched.is_more:
            inbox = post.open()
            fetched = inbox.fetch(fetched.cursor, since=SINCE, limit=2)
            inbox.close()
            found += fetched.mails
        assert found == came

    def test_the_same_cursor_gives_the_same_again(self, post: Post, inbox: Inbox):
        """A process that was killed before it noted the cursor reads once more."""
        put_some(post, 3)
        first = inbox.fetch("", since=SINCE, limit=2)
        again = inbox.fetch(first.cursor, since=SINCE, limit=2)
        assert inbox.fetch("", since=SINCE, limit=2) == first
        assert inbox.fetch(first.cursor, since=SINCE, limit=2) == again

    def test_nothing_new_is_nothing_again(self, post: Post, inbox: Inbox):
        put_some(post, 3)
        _, cursor = read_on(inbox)
        for _ in range(3):
            found, cursor = read_on(inbox, cursor)
            assert found == []
        came = put_some(post, 2, first=3, at=SINCE + timedelta(hours=1))
        assert read_on(inbox, cursor)[0] == came

    def test_mails_of_one_second_are_all_read(self, post: Post, inbox: Inbox):
        came = [mail(number) for number in range(5)]
        for one in came:
            post.put(one, SINCE + timedelta(minutes=1))
        assert sorted(read_on(inbox, limit=2)[0]) == came

    def test_a_mail_that_is_filed_late_is_read_too(self, post: Post, inbox: Inbox):
        put_some(post, 3)
        _, cursor = read_on(inbox)
        late = mail(7)
        post.put(late, SINCE + timedelta(minutes=2, seconds=30))
        assert read_on(inbox, cursor)[0] == [late]

    def test_what_is_too_large_is_left_out_and_the_rest_is_read(self, post: Post, inbox: Inbox):
        before = put_some(post, 1)
        post.put(mail(8, "x" * MIB), SINCE + timedelta(minutes=2))
        after = put_some(post, 1, first=1, at=SINCE + timedelta(minutes=5))
        found, cursor = read_on(inbox, limit=1)
        assert found == before + after
        assert read_on(inbox, cursor)[0] == []

    def test_what_its_owner_has_deleted_is_no_trouble(self, post: Post, inbox: Inbox):
        came = put_some(post, 3)
        first = inbox.fetch("", since=SINCE, limit=1)
        post.delete_first()
        assert read_on(inbox, first.cursor)[0] == came[1:]

    def test_a_refused_login_is_no_access(self, post: Post):
        post.refuse_login()
        with pytest.raises(NoAccess) as refused:
            post.open().fetch("", since=SINCE, limit=10)
        assert refused.value.hint

    def test_a_busy_server_is_asked_later(self, post: Post):
        came = put_some(post, 2)
        inbox = post.open()
        post.be_busy()
        with pytest.raises(Busy):
            inbox.fetch("", since=SINCE, limit=10)
        post.recover()
        assert read_on(inbox)[0] == came

    def test_a_server_that_is_away_is_asked_later(self, post: Post):
        inbox = post.open()
        post.stop()
        with pytest.raises(Busy):
            inbox.fetch("", since=SINCE, limit=10)

    def test_a_connection_that_breaks_off_in_a_mail_loses_nothing(self, post: Post):
        came = put_some(post, 5)
        inbox = post.open()
        first = inbox.fetch("", since=SINCE, limit=2)
        post.break_off()
        found, cursor = list(first.mails), first.cursor
        for _ in range(3):  # as the watch does: it comes again
            try:
                more, cursor = read_on(inbox, cursor, limit=2)
            except Busy:
                continue
            found += more
        assert found == came

    def test_closed_it_opens_again_when_asked(self, post: Post, inbox: Inbox):
        """The watch closes it after each look; one is kept for each account."""
        came = put_some(post, 3)
        first = inbox.fetch("", since=SINCE, limit=2)
        inbox.close()
        assert read_on(inbox, first.cursor)[0] == came[2:]

    def test_reading_changes_nothing(self, post: Post, inbox: Inbox):
        put_some(post, 3)
        before = post.state()
        read_on(inbox, limit=2)
        assert post.state() == before

    def test_somebody_elses_cursor_begins_anew(self, post: Post, inbox: Inbox):
        """An account that was reached over IMAP and is now over an API keeps its row."""
        came = put_some(post, 2)
        for odd in ("garbage", "|||", "99999999999999999999|x@y", "a:b", ":", "12"):
            assert read_on(inbox, odd)[0] == came

    def test_the_wrong_certificate_is_not_trusted(self, post: Post):
        with pytest.raises(Misconfigured) as refused:
            post.open(trusts=False).fetch("", since=SINCE, limit=10)
        assert refused.value.hint
