"""Who sees what was answered, and what the list of all attendees says of each."""

import csv
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from campaigns.account import Account, Credential, How, Service
from campaigns.answer import Answer, AnswerCounts, Said
from campaigns.answer_desk import AnswerDesk, CampaignAnswers
from campaigns.answer_port import Mailbox
from campaigns.errors import BadAddress, NotAllowed, NotFound, Unsure
from campaigns.model import Kind
from campaigns.ports import ListQuery
from campaigns.reporting import report_of
from tests.fakes.campaigns import COLLEAGUE, OWNER, STRANGER, House, roster_of, someone
from tests.fakes.clocks import NOON


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)
    yield made
    made.close()


@pytest.fixture
def desk(house):
    return AnswerDesk(house.store, house.clock, reads_of_settings=True)


def sent(house, people=4, **how):
    campaign = house.campaign(people, **how)
    house.start(campaign)
    house.drain()
    return campaign


def answer(house, campaign, *said):
    """The first of the list say this, in its order."""
    with house.store.writing() as work:
        for person, one in zip(work.campaigns.attendees(campaign.id), said, strict=False):
            assert work.answers.record(person.id, Answer(one, 0, NOON))


def connected(house, **credential):
    account = Account(0, Service.GMAIL, "ana@example.org", "Ana", workspace="T1", connected_by="UOWNER")
    with house.store.writing() as work:
        kept = work.accounts.upsert(account)
        return work.accounts.keep_credential(kept.id, Credential(How.CONSENT, "secret", **credential), None)


def items(house):
    with house.store.reading() as work:
        return work.campaigns.summaries(OWNER.workspace, ListQuery())


def report(house, campaign):
    with house.store.reading() as work:
        return report_of(work, work.runs.latest(campaign.id), house.clock)


def test_what_was_answered_is_counted_for_those_who_hold_the_invite(house, desk):
    campaign = sent(house)
    answer(house, campaign, Said.ACCEPTED, Said.DECLINED, Said.TENTATIVE)
    answers = desk.of_campaign(OWNER, campaign.id)
    assert answers.seen.counts == AnswerCounts(1, 1, 1, 1)
    assert answers.to_remind == 1
    assert desk.of_list(OWNER, items(house)) == {campaign.id: answers.seen}


def test_it_is_not_for_everybody(house, desk):
    campaign = sent(house)
    for look in (desk.of_campaign, desk.attendees):
        with pytest.raises(NotAllowed):
            look(COLLEAGUE, campaign.id)
        with pytest.raises(NotFound):
            look(STRANGER, campaign.id)
    assert desk.of_list(STRANGER, items(house)) == {}


def test_of_what_was_not_sent_or_was_cancelled_nothing_is_said(house, desk):
    waiting, called_off = house.campaign(2), sent(house)
    house.start(called_off, kind=Kind.CANCEL, submission="cancel")
    house.drain()
    for campaign in (waiting, called_off):
        assert desk.of_campaign(OWNER, campaign.id) == CampaignAnswers()
    assert desk.of_list(OWNER, items(house)) == {}
    assert report(house, called_off).answers is None


@pytest.mark.parametrize("reads", [True, False])
def test_nobody_is_to_be_reminded_where_answers_are_not_read(house, desk, reads):
    campaign = sent(house, account_id=connected(house, reads=reads).id)
    answers = desk.of_campaign(OWNER, campaign.id)
    assert answers.seen.reading.is_on is reads
    assert answers.to_remind == (4 if reads else 0)
    assert ("Renew token" in answers.seen.reading.way) is not reads


def test_nobody_is_reminded_of_what_is_over_or_while_a_run_is_on(house, desk):
    campaign = sent(house)
    house.start(campaign, kind=Kind.REMIND, submission="again")
    assert desk.of_campaign(OWNER, campaign.id).to_remind == 0
    house.drain()
    assert desk.of_campaign(OWNER, campaign.id).to_remind == 4
    house.clock.advance(timedelta(days=40))
    assert desk.of_campaign(OWNER, campaign.id).to_remind == 0


def test_the_message_of_a_run_says_nothing_before_the_mail_was_looked_at(house):
    """Of the account of the settings it is not known there whether its mail will be read."""
    campaign = sent(house)
    assert report(house, campaign).answers is None
    with house.store.writing() as work:
        work.mailboxes.keep(Mailbox(campaign.account_id, looked_at=NOON))
    assert report(house, campaign).answers.counts == AnswerCounts(unanswered=4)


@contextmanager
def counted_queries():
    seen = []

    def note(_connection, _cursor, statement, *_more):
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


def test_a_page_of_campaigns_is_counted_in_one_query(house, desk):
    for _ in range(5):
        sent(house, 2)
        house.clock.advance(timedelta(minutes=1))
    page = items(house)
    with counted_queries() as queries:
        assert len(desk.of_list(OWNER, page)) == 5
    assert len([one for one in queries if "count(" in one.lower()]) == 1


def rows(file):
    return list(csv.reader(file.content.decode("utf-8-sig").splitlines()))


def test_the_list_of_all_attendees_says_what_each_holds_and_answered(house, desk):
    house.mailer.script = [None, BadAddress("The mailbox does not exist"), Unsure("The reply was lost")]
    campaign = sent(house)
    answer(house, campaign, Said.ACCEPTED)
    named, file = desk.attendees(OWNER, campaign.id)
    head, *people = rows(file)
    assert named.id == campaign.id
    assert file.name == f"attendees-campaign-{campaign.id}.csv"
    assert head[3:] == [
        "On the list",
        "In the calendar",
        "Answer",
        "Answered at (Europe/Madrid)",
        "Last outcome",
        "Why",
    ]
    assert {row[3] for row in people} == {"yes"}
    assert [row[4:] for row in people] == [
        ["Version 1", "yes", "2026-11-24 13:00", "sent", ""],
        ["Nothing", "", "", "failed", "The mailbox does not exist"],
        ["Unsure", "", "", "unsure, may have arrived", "The reply was lost"],
        ["Version 1", "", "", "sent", ""],
    ]
    assert [row[2] for row in people] == [someone(n).address for n in range(1, 5)]


def test_a_new_version_and_a_cancellation_show_in_the_list(house, desk):
    campaign = sent(house, 2)
    house.revise(campaign, place="Room 7")
    house.start(campaign, kind=Kind.UPDATE, submission="update")
    house.drain()
    assert {row[4] for row in rows(desk.attendees(OWNER, campaign.id)[1])[1:]} == {"Version 2"}
    house.start(campaign, kind=Kind.CANCEL, submission="cancel")
    house.drain()
    assert {row[4] for row in rows(desk.attendees(OWNER, campaign.id)[1])[1:]} == {"Cancelled"}


def test_no_spreadsheet_takes_a_name_for_a_formula(house, desk):
    evil = replace(someone(1), name='=HYPERLINK("https://evil.example")')
    campaign = house.campaign(roster=replace(roster_of(1), attendees=[evil]))
    (_, row) = rows(desk.attendees(OWNER, campaign.id)[1])
    assert row[1].startswith("'=HYPERLINK")
    assert row[3:] == ["yes", "Nothing", "", "", "", ""]
