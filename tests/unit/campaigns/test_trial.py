import email
from dataclasses import replace
from datetime import timedelta

import pytest
from icalendar import Calendar

from campaigns import identity
from campaigns.account import AccountState
from campaigns.errors import (
    BadAddress,
    Busy,
    InputError,
    Misconfigured,
    NoAccess,
    NotAllowed,
    OverQuota,
    StateError,
    Unsure,
)
from campaigns.hand_over import LEASE
from campaigns.history import Deed
from campaigns.invite_template import InviteTemplate
from campaigns.model import Kind, Organizer, Reason, RunState
from campaigns.notices import NoticeKind
from campaigns.recurrence import Frequency, Recurrence
from campaigns.trial import Trials, is_organizer
from tests.fakes.campaigns import COLLEAGUE, OWNER, SUMMIT, roster_of, someone
from tests.fakes.mailers import OneMailer

TESTER = "me@acme.example.com"
WARM = replace(
    SUMMIT, title="Summit for {{first_name}}", greeting="Dear {{name}},", description="You are {{email}}."
)


@pytest.fixture
def trials(house):
    return Trials(house.store, OneMailer(house.mailer), house.clock)


def letter(house):
    return house.mailer.accepted[-1].letter


def entry_of(mime):
    message = email.message_from_bytes(mime)
    calendar = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    made = Calendar.from_ical(calendar.get_payload(decode=True))
    return made, made.walk("VEVENT")[0]


# preview


def test_the_preview_is_in_the_words_of_the_attendee(house, trials):
    campaign = house.campaign(3, event=WARM)
    seen = trials.preview(OWNER, campaign.id, 1)
    assert (seen.name, seen.address, seen.index, seen.of) == ("Person 2", "p002@example.org", 1, 3)
    assert (seen.title, seen.greeting) == ("Summit for P2", "Dear Person 2,")
    assert seen.description == "You are p002@example.org."
    assert seen.when.endswith("(CET, Europe/Madrid)")
    assert seen.missing == ()


def test_missing_values_are_pointed_out(house, trials):
    nameless = replace(someone(1), fields={"first_name": ""})
    campaign = house.campaign(roster=replace(roster_of(0), attendees=[nameless]), event=WARM)
    seen = trials.preview(OWNER, campaign.id, 0)
    assert (seen.title, seen.missing) == ("Summit for", ("first_name",))


def test_past_the_end_of_the_list_comes_the_last_one(house, trials):
    """The list may have been changed since the page was shown."""
    campaign = house.campaign(2)
    assert trials.preview(OWNER, campaign.id, 99).index == 1
    assert trials.preview(OWNER, campaign.id, -1).index == 0


# the test invite


def test_a_test_invite_is_the_attendees_own_but_for_the_address(house, trials):
    campaign = house.campaign(3, event=WARM)
    trials.send(OWNER, campaign.id, TESTER, nonce="press-1", index=1)
    sent = letter(house)
    assert sent.recipient == TESTER
    calendar, entry = entry_of(sent.mime)
    assert (calendar["METHOD"], entry["SUMMARY"]) == ("REQUEST", "Summit for P2")
    assert entry["ATTENDEE"] == f"mailto:{TESTER}"
    message = email.message_from_bytes(sent.mime)
    assert message["Subject"] == "Summit for P2"
    assert TESTER in message["To"]
    text = next(part for part in message.walk() if part.get_content_type() == "text/plain")
    assert "You are p002@example.org." in text.get_payload(decode=True).decode()


def test_it_is_an_entry_of_its_own_even_to_somebody_on_the_list(house, trials):
    campaign = house.campaign(2)
    person = someone(1)
    own = InviteTemplate(
        event=campaign.event,
        organizer=campaign.organizer,
        revision=campaign.revision,
        revised_at=campaign.revised_at,
        created_at=campaign.created_at,
        seed=campaign.seed,
        kind=Kind.INVITE,
    ).letter(person, house.clock.now())
    trials.send(OWNER, campaign.id, person.address, nonce="press-1")
    sent = letter(house)
    domain = identity.domain_of(campaign.organizer.address)
    assert entry_of(own.mime)[1]["UID"] == identity.uid(campaign.seed, person.key, domain)
    assert entry_of(sent.mime)[1]["UID"] != entry_of(own.mime)[1]["UID"]
    assert sent.message_id != own.message_id
    assert sent.key != own.key


def test_every_press_is_a_test_of_its_own_and_a_doubled_one_the_same(house, trials):
    campaign = house.campaign(1)
    for nonce in ("press-1", "press-2", "press-1"):
        trials.send(OWNER, campaign.id, TESTER, nonce=nonce)
    first, second, doubled = (one.letter for one in house.mailer.accepted)
    assert first.mime == doubled.mime
    assert first.message_id != second.message_id
    assert entry_of(first.mime)[1]["UID"] != entry_of(second.mime)[1]["UID"]


def test_nobody_on_the_list_is_touched(house, trials):
    campaign = house.campaign(2)
    trials.send(OWNER, campaign.id, someone(1).address, nonce="press-1")
    view = house.campaigns.view(OWNER, campaign.id)
    assert (view.to_invite, view.to_update, view.summary.run) == (2, 0, None)


def test_it_is_written_down_without_the_address(house, trials):
    campaign = house.campaign(1)
    trials.send(OWNER, campaign.id, TESTER, nonce="press-1")
    (entry,) = house.campaigns.history(OWNER, campaign.id)
    assert (entry.deed, entry.by, entry.facts) == (
        Deed.TEST_SENT,
        OWNER.user,
        {"domain": "acme.example.com"},
    )


# the account's limits


def test_a_test_counts_like_any_invite(house, trials):
    house.account(per_day=2)
    campaign = house.campaign(3)
    trials.send(OWNER, campaign.id, TESTER, nonce="press-1")
    assert house.spends() == [house.clock.now() + LEASE]
    house.start(campaign)
    house.carry_due()
    assert len(house.mailer.accepted) == 2  # the test, and the one invite that was left


def test_a_test_is_in_the_book_of_an_account_without_limits_too(house, trials):
    trials.send(OWNER, house.campaign(1).id, TESTER, nonce="press-1")
    assert house.spends() == [house.clock.now() + LEASE]


def test_past_the_limit_it_says_when_and_sends_nothing(house, trials):
    house.account(per_day=1)
    campaign = house.campaign(1)
    trials.send(OWNER, campaign.id, TESTER, nonce="press-1")
    house.clock.advance(timedelta(hours=1))
    with pytest.raises(StateError, match=r"counts like any invite.*after Wed 25 Nov 2026, 13:02 CET"):
        trials.send(OWNER, campaign.id, TESTER, nonce="press-2")
    assert len(house.mailer.tried) == 1
    house.clock.advance(timedelta(hours=23) + LEASE)
    trials.send(OWNER, campaign.id, TESTER, nonce="press-3")


def test_what_is_spent_is_written_before_it_goes(house, trials):
    """A process that is killed on the way must not find room for one more than the account has."""
    house.account(per_day=5)
    campaign = house.campaign(1)
    seen = []
    house.mailer.script = [lambda _: seen.append(len(house.spends()))]
    trials.send(OWNER, campaign.id, TESTER, nonce="press-1")
    assert seen == [1]


# faults


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (Busy("The mail server is busy"), StateError, "The mail server is busy. Nothing is wrong; try again"),
        (OverQuota("Daily limit", after=timedelta(hours=2)), StateError, "after Tue 24 Nov 2026, 15:00 CET"),
        (BadAddress("No such mailbox"), InputError, "No such mailbox. Check the address"),
        (NoAccess("Login refused"), StateError, "refused the login. Ask whoever runs sendinvites"),
        (Unsure("Reply lost"), StateError, "may have gone out or not. Look in that inbox"),
        (Misconfigured("TLS is off", hint="Switch it on."), StateError, "TLS is off. Switch it on."),
    ],
)
def test_a_fault_is_told_in_words(house, trials, fault, kind, words):
    campaign = house.campaign(1)
    house.mailer.script = [fault]
    with pytest.raises(kind) as caught:
        trials.send(OWNER, campaign.id, TESTER, nonce="press-1")
    assert words in str(caught.value)
    assert house.campaigns.history(OWNER, campaign.id) == []


def test_an_address_that_is_none_is_refused_before_anything_is_spent(house, trials):
    house.account(per_day=5)
    campaign = house.campaign(1)
    with pytest.raises(InputError) as caught:
        trials.send(OWNER, campaign.id, "me at home", nonce="press-1")
    assert set(caught.value.fields) == {"address"}
    assert house.spends() == []


def test_nobody_is_invited_on_trial_to_an_event_that_was_called_off(house, trials):
    campaign = house.campaign(2)
    house.start(campaign)
    house.drain()
    house.start(campaign, kind=Kind.CANCEL, submission="cancel")
    tried = list(house.mailer.tried)
    with pytest.raises(StateError, match="was cancelled"):
        trials.send(OWNER, campaign.id, TESTER, nonce="press-1")
    assert house.mailer.tried == tried


def test_who_may_not_send_sends_no_test(house, trials):
    with pytest.raises(NotAllowed):
        trials.send(COLLEAGUE, house.campaign(1).id, TESTER, nonce="press-1")
    assert house.mailer.tried == []


def test_the_organizers_own_address_is_known_however_it_is_written(house):
    campaign = replace(house.campaign(1), organizer=Organizer("Olga", "olga@acme.com"))
    assert is_organizer(campaign, " Olga@ACME.com ")
    assert not is_organizer(campaign, "ana@acme.com")
    assert not is_organizer(campaign, "")


def test_the_preview_of_an_event_that_repeats_says_so(house, trials):
    weekly = replace(SUMMIT, recurrence=Recurrence(Frequency.WEEKLY, weekdays=(4,), count=3))
    campaign = house.campaign(event=weekly)
    assert trials.preview(OWNER, campaign.id, 0).when.endswith("Every week on Thursday, 3 times")


def test_a_test_invite_that_meets_a_refused_login_is_an_alert_like_any_other(house, trials):
    """The account's runs would meet it next."""
    campaign = house.campaign()
    run = house.start(house.campaign(3), per_batch=1, gap=60)
    house.carry_due()
    house.mailer.script = [NoAccess("Login refused", hint="Press Renew token.")]
    with pytest.raises(StateError, match="refused the login"):
        trials.send(OWNER, campaign.id, TESTER, nonce="n")
    with house.store.reading() as work:
        assert work.accounts.get(campaign.account_id).state is AccountState.NEEDS_RENEWAL
    paused = house.run(run)
    assert (paused.state, paused.reason) == (RunState.PAUSED, Reason.ACCESS)
    assert house.heard()[NoticeKind.ACCESS_LOST]
