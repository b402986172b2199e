from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.errors import BadAddress, Busy, Misconfigured, NoAccess, OverQuota, Unsure
from campaigns.faults import (
    GIVE_UP_AFTER,
    KEEP_IN_BATCH,
    MAX_ATTEMPTS,
    MAX_BRIEF_STUMBLES,
    MAX_STUMBLES,
    brake,
    closed_until,
    decide,
    is_probed,
    lost_replies,
    said_of,
)
from campaigns.model import DeliveryState, Reason
from tests.fakes.clocks import NOON

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def decision(fault, *, attempt=1, stumbles=0, first_claimed_at=NOON, now=NOON):
    return decide(fault, attempt=attempt, stumbles=stumbles, first_claimed_at=first_claimed_at, now=now)


@pytest.mark.parametrize(
    ("attempt", "wait"),
    [(1, 30), (2, 60), (3, 120), (4, 240), (5, 480), (6, 960), (7, 1920)],
)
def test_each_try_of_a_busy_address_waits_twice_as_long_as_the_last(attempt, wait):
    made = decision(Busy("Greylisted"), attempt=attempt)
    assert made.state is DeliveryState.QUEUED
    assert made.not_before == NOON + wait * SECOND
    assert not made.given_back
    assert made.hold_until is None
    assert made.pause is None


def test_a_short_wait_keeps_its_batch_and_a_long_one_leaves_it():
    assert not decision(Busy("Greylisted", after=KEEP_IN_BATCH)).leave_batch
    assert decision(Busy("Greylisted", after=KEEP_IN_BATCH + SECOND)).leave_batch
    assert not decision(Busy("Greylisted"), attempt=3).leave_batch
    assert decision(Busy("Greylisted"), attempt=4).leave_batch


def test_the_provider_knows_best_how_long_to_wait():
    assert decision(Busy("Later", after=5 * SECOND), attempt=7).not_before == NOON + 5 * SECOND
    assert decision(Busy("Later", after=3 * HOUR)).not_before == NOON + 3 * HOUR


@pytest.mark.parametrize("after", [None, timedelta(0)])
def test_no_word_or_an_empty_one_leaves_the_wait_to_us(after):
    assert decision(Busy("Later", after=after)).not_before == NOON + 30 * SECOND


def test_the_eighth_try_is_the_last():
    assert decision(Busy("Full"), attempt=MAX_ATTEMPTS - 1).state is DeliveryState.QUEUED
    made = decision(Busy("Full", evidence="452 4.2.2"), attempt=MAX_ATTEMPTS)
    assert made.state is DeliveryState.FAILED
    assert made.cause == "Full (gave up after 8 tries)"
    assert made.evidence == "452 4.2.2"


def test_a_day_after_the_first_try_nobody_tries_again():
    late = NOON + GIVE_UP_AFTER
    assert decision(Busy("Full"), attempt=2, now=late - SECOND).state is DeliveryState.QUEUED
    assert decision(Busy("Full"), attempt=2, now=late).state is DeliveryState.FAILED


def test_a_first_try_is_never_the_last_however_long_ago_it_was_claimed():
    """An invite given back by a quota, or sent again by a person, keeps its first date."""
    made = decision(Busy("Greylisted"), attempt=1, now=NOON + 3 * GIVE_UP_AFTER)
    assert made.state is DeliveryState.QUEUED


@pytest.mark.parametrize(
    ("stumbles", "wait"), [(0, 5), (1, 10), (2, 20), (3, 40), (7, 640), (8, 900), (MAX_STUMBLES - 1, 900)]
)
def test_a_busy_account_holds_the_batch_ever_longer_and_gives_the_try_back(stumbles, wait):
    made = decision(Busy("Down", whole_account=True), stumbles=stumbles, attempt=8)
    assert made.state is DeliveryState.QUEUED
    assert made.given_back
    assert made.hold_until == NOON + wait * SECOND
    assert made.not_before is None
    assert not made.leave_batch


def test_a_hold_is_never_shorter_than_the_provider_asked():
    assert decision(Busy("Down", whole_account=True, after=HOUR)).hold_until == NOON + HOUR
    short = Busy("Down", whole_account=True, after=SECOND)
    assert decision(short, stumbles=2).hold_until == NOON + 20 * SECOND


def test_an_account_that_stays_busy_pauses_the_run():
    made = decision(Busy("Down", whole_account=True), stumbles=MAX_STUMBLES)
    assert made.state is DeliveryState.QUEUED
    assert made.given_back
    assert made.hold_until is None
    assert made.pause.reason is Reason.FAULTS
    assert made.pause.resume_at is None


@pytest.mark.parametrize(
    ("minutes", "stumbles", "is_over"),
    [(15, 3, False), (15, 4, True), (60, 3, False), (60, 4, True), (5, 10, False)],
)
def test_who_is_sent_away_for_an_hour_in_all_is_told(minutes, stumbles, is_over):
    away = Busy("No logins just now", whole_account=True, after=timedelta(minutes=minutes))
    made = decision(away, stumbles=stumbles)
    assert (made.pause is not None) == is_over
    assert made.given_back


@pytest.mark.parametrize(
    ("stumbles", "wait"), [(0, 1), (1, 2), (5, 32), (6, 64), (7, 64), (MAX_BRIEF_STUMBLES - 1, 64)]
)
def test_what_is_counted_by_the_minute_is_tried_again_soon_and_never_much_later(stumbles, wait):
    brief = Busy("Too fast", whole_account=True, is_brief=True)
    assert decision(brief, stumbles=stumbles).hold_until == NOON + wait * SECOND
    asked = Busy("Too fast", whole_account=True, is_brief=True, after=90 * SECOND)
    assert decision(asked, stumbles=1).hold_until == NOON + 90 * SECOND


def test_what_is_counted_by_the_minute_has_an_hour_in_all_too():
    brief = Busy("Too fast", whole_account=True, is_brief=True)
    held = [decision(brief, stumbles=nth).hold_until - NOON for nth in range(MAX_BRIEF_STUMBLES)]
    assert HOUR - 3 * MINUTE <= sum(held, timedelta()) <= HOUR + 3 * MINUTE
    made = decision(brief, stumbles=MAX_BRIEF_STUMBLES)
    assert (made.pause.reason, made.given_back) == (Reason.FAULTS, True)


def test_a_spent_quota_pauses_until_it_opens():
    made = decision(OverQuota("Daily limit", after=6 * HOUR, evidence="550 5.4.5"))
    assert (made.state, made.given_back) == (DeliveryState.QUEUED, True)
    assert made.pause.reason is Reason.QUOTA
    assert made.pause.resume_at == NOON + 6 * HOUR
    assert made.evidence == "550 5.4.5"


@pytest.mark.parametrize(
    ("after", "every"),
    [
        (HOUR, "hour"),
        (30 * MINUTE, "30 minutes"),
        (6 * HOUR, "6 hours"),
        (90 * MINUTE, "90 minutes"),
        (MINUTE, "minute"),
        (SECOND, "2 minutes"),
        (90 * HOUR, "48 hours"),
    ],
)
def test_a_quota_without_a_time_says_how_often_it_is_tried(after, every):
    fault = OverQuota("Daily limit", after=after, is_probe=True)
    detail = decision(fault).pause.detail
    assert detail == f"Daily limit. It is tried again every {every} until the mail service takes more"
    assert is_probed(detail)
    assert not is_probed(said_of(OverQuota("Daily limit", after=after)))


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (NoAccess("Login refused", hint="Renew it."), Reason.ACCESS),
        (Misconfigured("No TLS", hint="Turn it on."), Reason.FAULTS),
    ],
)
def test_what_only_a_person_can_mend_pauses_at_once_and_gives_the_try_back(fault, reason):
    made = decision(fault, attempt=8, stumbles=MAX_STUMBLES)
    assert (made.state, made.given_back) == (DeliveryState.QUEUED, True)
    assert (made.pause.reason, made.pause.detail, made.pause.hint) == (reason, fault.cause, fault.hint)
    assert made.pause.resume_at is None


def test_a_bad_address_fails_at_once():
    made = decision(BadAddress("No such mailbox", evidence="550 5.1.1"))
    assert (made.state, made.cause, made.evidence) == (
        DeliveryState.FAILED,
        "No such mailbox",
        "550 5.1.1",
    )
    assert not made.policy
    assert made.pause is None


def test_a_refusal_that_speaks_of_the_sender_says_so():
    assert decision(BadAddress("Blocked", policy=True)).policy


def test_doubt_is_kept_as_doubt():
    made = decision(Unsure("The reply was lost", evidence="timeout"), attempt=8)
    assert (made.state, made.cause, made.evidence) == (DeliveryState.UNSURE, "The reply was lost", "timeout")
    assert not made.given_back


def test_a_lost_reply_holds_the_batch_like_a_busy_account_and_pauses_the_run_like_one():
    for stumbles in range(MAX_STUMBLES):
        busy = decision(Busy("Down", whole_account=True), stumbles=stumbles)
        assert decision(Unsure("Lost"), stumbles=stumbles).hold_until == busy.hold_until
    made = decision(Unsure("Lost"), stumbles=MAX_STUMBLES)
    assert (made.state, made.hold_until) == (DeliveryState.UNSURE, None)
    assert (made.pause.reason, made.pause.resume_at) == (Reason.FAULTS, None)


def test_a_provider_that_failed_and_asks_for_quiet_gets_it():
    for stumbles, wait in ((0, 120), (4, 120), (5, 160)):
        made = decision(Unsure("Failed", after=2 * MINUTE), stumbles=stumbles)
        assert (made.state, made.hold_until) == (DeliveryState.UNSURE, NOON + wait * SECOND)
    assert decision(Unsure("Failed", after=20 * MINUTE), stumbles=4).pause.reason is Reason.FAULTS


@pytest.mark.parametrize(
    ("fault", "after"),
    [
        (OverQuota("Daily limit", after=HOUR), HOUR),
        (Unsure("Failed", after=2 * MINUTE), 2 * MINUTE),
        (Unsure("Failed", after=5 * SECOND), None),
        (OverQuota("Daily limit", after=90 * HOUR), 48 * HOUR),
        (Busy("Slow down", after=6 * SECOND, whole_account=True), 6 * SECOND),
        (Busy("Slow down", after=5 * SECOND, whole_account=True), None),
        (Busy("Down", whole_account=True), None),
        (Busy("Mailbox full", after=HOUR), None),
        (Unsure("Lost"), None),
        (NoAccess("Login refused"), None),
    ],
    ids=str,
)
def test_only_what_the_provider_says_of_the_whole_account_closes_it(fault, after):
    assert closed_until(fault, NOON) == (NOON + after if after else None)


def test_the_pause_for_lost_replies_says_how_many_are_unsure():
    assert lost_replies("Timed out", 1).detail.startswith("1 invite is unsure")
    assert lost_replies("Timed out", 1_200).detail.startswith("1,200 invites are unsure")


def test_the_brake_names_the_cause_and_waits_for_a_person():
    pause = brake("Spam suspected", 5)
    assert pause.reason is Reason.FAULTS
    assert pause.detail.startswith("5 invites in a row")
    assert pause.detail.endswith("Spam suspected")
    assert pause.resume_at is None


waits = st.none() | st.timedeltas(timedelta(0), timedelta(days=30))
faults = st.one_of(
    st.builds(Busy, st.just("Busy"), after=waits, whole_account=st.booleans(), is_brief=st.booleans()),
    st.builds(
        OverQuota,
        st.just("Quota"),
        after=st.timedeltas(SECOND, timedelta(days=30)),
        is_probe=st.booleans(),
    ),
    st.builds(BadAddress, st.just("Bad"), policy=st.booleans()),
    st.builds(NoAccess, st.just("Access")),
    st.builds(Unsure, st.just("Unsure"), after=waits),
    st.builds(Misconfigured, st.just("Settings")),
)


@given(faults, st.integers(1, 12), st.integers(0, 20), st.timedeltas(timedelta(0), timedelta(days=60)))
def test_every_fault_at_every_stage_has_one_clear_consequence(fault, attempt, stumbles, age):
    made = decision(fault, attempt=attempt, stumbles=stumbles, now=NOON + age)
    queued = made.state is DeliveryState.QUEUED
    assert made.state in (DeliveryState.QUEUED, DeliveryState.FAILED, DeliveryState.UNSURE)
    consequences = [made.not_before, made.hold_until, made.pause]
    unsure = made.state is DeliveryState.UNSURE
    assert sum(one is not None for one in consequences) == (1 if queued or unsure else 0)
    # what is the account's trouble never costs the attendee a try, unless it may have gone
    is_of_account = made.hold_until is not None or made.pause is not None
    assert made.given_back == (is_of_account and not unsure)
    assert all(at is None or at > NOON + age for at in (made.not_before, made.hold_until))
    assert made.leave_batch <= (made.not_before is not None)
    assert made.cause.startswith(fault.cause)
