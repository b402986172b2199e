"""The organizer's mail is read as IMAP clients read it: byte for byte, and nothing is changed."""

from datetime import UTC, date, datetime

import pytest
from imapclient.exceptions import IMAPClientError

from tests.unit.playground.imap.clients import GONE, LETTER, OWNER, PASSWORD, dialled


def test_mail_to_the_owner_is_read_byte_for_byte_and_mail_to_others_is_not(box, line):
    box.deliver("kim@people.example", [OWNER], LETTER)
    box.deliver(OWNER, ["kim@people.example"], b"Subject: Invite\r\n\r\n")
    box.deliver(
        "ben@people.example", [OWNER.upper()], b"Subject: B\r\n\r\n" + b"\r\n".join([b"x" * 70] * 900)
    )
    line.noop()
    assert line.search("ALL") == [1, 2]
    got = line.fetch([1, 2], ["BODY.PEEK[]", "RFC822.SIZE", "INTERNALDATE", "FLAGS"])
    assert got[1][b"BODY[]"] == LETTER
    assert got[2][b"BODY[]"] == box.messages[2].content
    assert (got[1][b"RFC822.SIZE"], got[1][b"FLAGS"]) == (len(LETTER), ())
    came = got[1][b"INTERNALDATE"]
    assert abs((came.astimezone(UTC) - box.messages[0].received_at).total_seconds()) < 2


def test_a_range_beyond_the_last_mail_names_the_last_mail(box, imap, line):
    """As in real servers: a reader that asks for 4:* must look at the numbers that come."""
    for number in range(3):
        imap.folder.put(b"Subject: %d\r\n\r\n" % number)
    assert line.search(["UID", "4:*"]) == [3]
    assert line.search(["UID", "2:*"]) == [2, 3]
    assert line.search(["UID", "1:1,3"]) == [1, 3]


def test_a_search_by_day_goes_by_when_the_mail_came(imap, line):
    for day in (20, 21, 22):
        imap.folder.put(LETTER, datetime(2026, 11, day, 23, 59, tzinfo=UTC))
    line.noop()
    assert line.search(["SINCE", date(2026, 11, 21)]) == [2, 3]
    assert line.search(["BEFORE", date(2026, 11, 21)]) == [1]
    assert line.search(["ON", date(2026, 11, 21)]) == [2]
    assert line.search(["NOT", "ON", date(2026, 11, 21)]) == [1, 3]
    assert line.search(["OR", "UID", "1", ["SINCE", date(2026, 11, 22), "SUBJECT", "launch"]]) == [1, 3]
    assert line.search(["SMALLER", "10"]) == []
    assert line.search(["LARGER", "10", "UNSEEN"]) == [1, 2, 3]


def test_parts_of_a_mail_can_be_had_alone(imap, line):
    imap.folder.put(LETTER)
    line.noop()
    names = ["BODY.PEEK[HEADER]", "BODY.PEEK[TEXT]", "BODY.PEEK[HEADER.FIELDS (SUBJECT)]", "BODY.PEEK[]<6.3>"]
    got = line.fetch([1], names)[1]
    head, _, text = LETTER.partition(b"\r\n\r\n")
    assert got[b"BODY[HEADER]"] == head + b"\r\n\r\n"
    assert got[b"BODY[TEXT]"] == text
    assert got[b"BODY[HEADER.FIELDS (SUBJECT)]"] == b"Subject: Accepted: Launch\r\n\r\n"
    assert got[b"BODY[]<6>"] == LETTER[6:9]


def test_reading_leaves_no_trace_unless_it_is_asked_to(imap, line):
    imap.folder.put(LETTER)
    line.noop()
    line.fetch([1], ["BODY[]"])
    assert imap.folder.seen == frozenset()
    line.select_folder("INBOX")
    line.fetch([1], ["BODY.PEEK[]"])
    assert line.search("UNSEEN") == [1]
    line.fetch([1], ["BODY[]"])
    assert (imap.folder.seen, line.search("SEEN")) == ({1}, [1])


@pytest.mark.parametrize("work", ["add_flags", "copy", "expunge", "append"])
def test_nothing_can_be_changed(imap, line, work):
    imap.folder.put(LETTER)
    line.noop()
    does = {
        "add_flags": lambda: line.add_flags([1], ["\\Deleted"]),
        "copy": lambda: line.copy([1], "Other"),
        "expunge": line.expunge,
        "append": lambda: line.append("INBOX", b"Subject: x\r\n\r\n"),
    }
    with pytest.raises(IMAPClientError, match="Nothing is changed here"):
        does[work]()
    assert imap.commands[-1] in {"UID STORE", "UID COPY", "EXPUNGE", "APPEND"}


def test_what_was_deleted_meanwhile_is_left_out(imap, line):
    for _ in range(3):
        imap.folder.put(LETTER)
    line.noop()
    imap.folder.expunge(2)
    assert sorted(line.fetch([1, 2, 3], ["RFC822.SIZE"])) == [1, 3]
    assert line.search("ALL") == [1, 3]


def test_new_mail_is_told_to_who_waits_for_it(imap, line):
    line.idle()
    imap.folder.put(LETTER)
    assert line.idle_check(timeout=10) == [(1, b"EXISTS")]
    imap.folder.expunge(1)
    assert line.idle_check(timeout=10) == [(1, b"EXPUNGE")]
    line.idle_done()
    assert line.search("ALL") == []


def test_a_folder_made_anew_counts_from_one_under_another_validity(box, imap, line):
    for _ in range(3):
        imap.folder.put(LETTER)
    imap.folder.expunge(1)
    before = line.select_folder("INBOX", readonly=True)
    assert (before[b"EXISTS"], before[b"UIDNEXT"], line.search("ALL")) == (2, 4, [2, 3])
    imap.folder.renumber()
    with pytest.raises(GONE):
        line.search("ALL")
    with dialled(imap) as again:
        again.login(OWNER, PASSWORD)
        after = again.select_folder("INBOX", readonly=True)
        assert after[b"UIDVALIDITY"] > before[b"UIDVALIDITY"]
        assert (after[b"UIDNEXT"], again.search("ALL")) == (3, [1, 2])
        box.forget()
    with dialled(imap) as once_more:
        once_more.login(OWNER, PASSWORD)
        emptied = once_more.select_folder("INBOX", readonly=True)
        assert (emptied[b"EXISTS"], emptied[b"UIDNEXT"]) == (0, 1)
        assert emptied[b"UIDVALIDITY"] > after[b"UIDVALIDITY"]


def test_there_is_one_folder(line):
    assert [name for _, _, name in line.list_folders()] == ["INBOX"]
    with pytest.raises(IMAPClientError, match="NONEXISTENT"):
        line.select_folder("Sent", readonly=True)


def test_every_command_is_counted(imap, line):
    imap.folder.put(LETTER)
    line.search("ALL")
    line.logout()
    expected = ["LOGIN", "EXAMINE", "UID SEARCH", "LOGOUT"]
    assert [name for name in imap.commands if name != "CAPABILITY"] == expected
