from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from campaigns.answer import AnswerCounts
from campaigns.answer_reading import AnswerReading
from campaigns.answers_seen import AnswersSeen
from campaigns.errors import OverQuota
from campaigns.event_over import pause_of
from campaigns.faults import said_of
from campaigns.model import Kind, Reason
from mailers.alert_texts import (
    CauseLine,
    RunFacts,
    access_lost,
    batch_done,
    daily_digest,
    failures,
    finished,
    paused,
    started,
)

FACTS = RunFacts(
    campaign="Autumn day",
    event_starts_at=datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
    zone="Europe/Berlin",
    total=120,
    sent=79,
    failed=1,
    left=40,
    batch=2,
    batches=3,
    per_batch=40,
    gap_minutes=90,
    next_at=datetime(2026, 11, 20, 11, 0, tzinfo=UTC),
    ends_at=datetime(2026, 11, 20, 12, 30, tzinfo=UTC),
    account="events@acme.example",
    slack_link="https://acme.slack.com/archives/C1/p1",
)
DONE = replace(FACTS, sent=120, failed=0, left=0, batch=3, next_at=None, ends_at=None)
ALL = [started, batch_done, daily_digest, finished, failures, access_lost, paused]


@pytest.mark.parametrize("words", ALL, ids=lambda words: words.__name__)
def test_every_mail_names_the_campaign_when_the_event_starts_and_where_to_go(words):
    said = words(FACTS)
    assert said.subject.endswith(": Autumn day")
    for text in (said.text, said.html):
        assert "Autumn day" in text
        assert "Tue 24 Nov 2026, 10:30 CET" in text
        assert FACTS.slack_link in text


@pytest.mark.parametrize("words", ALL, ids=lambda words: words.__name__)
def test_nothing_a_person_typed_is_html_or_a_second_line(words):
    evil = replace(
        FACTS,
        campaign="<img src=x>\r\nBcc: eve@evil.example",
        detail="<b>said</b>\x00",
        hint="<i>do</i>",
        account="<u>me</u>",
        reason=Reason.FAULTS,
        causes=(CauseLine("<s>why</s>", 3, "<em>do</em>"),),
        slack_link="javascript:alert(1)",
    )
    said = words(evil)
    for tag in ("<img", "<b>", "<i>", "<u>", "<s>", "<em>", "href="):
        assert tag not in said.html
    assert "\n" not in said.subject
    assert "\r" not in said.text + said.html


def test_started_says_how_many_how_fast_and_until_when():
    said = started(replace(FACTS, sent=0, failed=0, left=120, batch=1))
    assert said.subject == "Sending started: Autumn day"
    for line in ("120 invites in 3 batches.", "Invites per Batch: 40", "Time gap: 1 hour 30 minutes"):
        assert line in said.text
    assert "Last batch: about Fri 20 Nov 2026, 13:30 CET" in said.text


def test_started_all_at_once_speaks_of_no_batches():
    said = started(replace(FACTS, sent=0, failed=0, left=120, batch=1, batches=1, per_batch=None)).text
    assert "120 invites, all at once." in said
    assert "Batches" not in said
    assert "Time gap" not in said


def test_batch_done_says_when_the_next_one_goes():
    said = batch_done(FACTS)
    assert said.subject == "Batch 2 of 3 done: Autumn day"
    assert (
        "79 of 120 sent · 1 failed · 40 left. The next batch goes out Fri 20 Nov 2026, 12:00 CET."
        in said.text
    )


def test_the_digest_says_how_far_it_is():
    assert daily_digest(FACTS).subject == "79 of 120 sent: Autumn day"


def test_the_confirmation_comes_when_all_batches_have_been_processed():
    said = finished(DONE)
    assert said.subject == "All batches processed, all 120 sent: Autumn day"
    assert "All 120 invites went out." in said.text
    assert "Nothing to do" in said.text


def test_the_confirmation_of_a_run_with_failures_promises_the_list():
    said = finished(replace(DONE, sent=117, failed=2, unsure=1))
    assert "117 of 120 sent · 2 failed · 1 unsure." in said.text
    assert "A second mail lists who was not reached" in said.text
    assert "Nothing to do" not in said.text


def test_failures_are_grouped_by_cause_with_what_to_do():
    said = failures(
        replace(
            DONE,
            sent=117,
            failed=2,
            unsure=1,
            causes=(CauseLine("The mailbox is full", 2, "Ask the person to make room."),),
        )
    )
    assert said.subject == "2 invites failed, 1 is unsure: Autumn day"
    assert "2 x The mailbox is full\n    Ask the person to make room." in said.text
    assert "Send again or Leave as sent" in said.text
    assert "Retry" in said.text


def test_more_causes_than_a_mail_can_hold_are_counted():
    causes = tuple(CauseLine(f"Cause {number}", 1) for number in range(20))
    said = failures(replace(DONE, sent=100, failed=20, causes=causes))
    assert "And 8 more, in the attached list." in said.text
    assert "Cause 12" not in said.text


def test_an_expired_token_says_what_is_safe_and_to_renew_then_resume():
    said = access_lost(
        replace(FACTS, hint="Make a new app password.", detail="The mail account refused the login")
    )
    assert said.subject.startswith("Action needed")
    assert "1. Make a new app password.\n2. Open the campaign in Slack and press Resume." in said.text
    assert "79 people have theirs and will not get it twice; 40 people wait." in said.text
    assert "events@acme.example" in said.text
    assert "Why:" not in said.text, "the headline says it already"


def test_whom_nothing_has_reached_is_not_said_to_have_it():
    said = paused(replace(FACTS, sent=0, failed=5, unsure=1, left=114, reason=Reason.FAULTS)).text
    assert "Nobody is lost: 114 people wait." in said


def test_a_pause_for_access_is_the_token_alert():
    assert paused(replace(FACTS, reason=Reason.ACCESS)) == access_lost(replace(FACTS, reason=Reason.ACCESS))


def test_a_pause_at_the_limit_goes_on_by_itself():
    said = paused(
        replace(FACTS, reason=Reason.QUOTA, resume_at=datetime(2026, 11, 20, 13, 0, tzinfo=UTC), hint="x")
    )
    assert "It goes on by itself Fri 20 Nov 2026, 14:00 CET." in said.text
    assert "sending limit is reached" in said.subject


def test_where_the_provider_named_no_time_nothing_is_promised():
    detail = said_of(OverQuota("Daily limit", after=timedelta(hours=1), is_probe=True))
    at = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
    said = paused(replace(FACTS, reason=Reason.QUOTA, resume_at=at, detail=detail)).text
    assert "It is tried again every hour until the mail service takes more" in said
    assert "It tries again by itself Fri 20 Nov 2026, 14:00 CET." in said
    assert "goes on by itself" not in said


@pytest.mark.parametrize("reason", [*Reason, None])
def test_every_pause_names_its_next_step(reason):
    said = paused(replace(FACTS, reason=reason, detail="5 were refused")).text
    assert "Resume" in said
    assert "Nobody is lost" in said


def test_a_pause_at_the_end_of_the_event_promises_nothing_of_its_own():
    """A cancel run cannot go on: its date cannot be changed."""
    pause = pause_of(Kind.CANCEL)
    said = paused(replace(FACTS, kind=Kind.CANCEL, reason=pause.reason, detail=pause.detail, hint=pause.hint))
    assert said.subject == "Cancelling paused, the event is over: Autumn day"
    assert "Press Stop. Whoever is left still has it in their calendar." in said.text
    assert "goes on" not in said.text


def test_updates_are_called_updates():
    said = started(replace(FACTS, kind=Kind.UPDATE, sent=0, failed=0, left=120))
    assert said.subject == "Updating started: Autumn day"
    assert "120 updates in 3 batches." in said.text


@pytest.mark.parametrize(
    ("kind", "subject", "what", "done"),
    [
        (Kind.CANCEL, "Cancelling started", "120 cancellations in 3 batches.", "all 120 cancelled"),
        (Kind.REMIND, "Reminding started", "120 reminders in 3 batches.", "all 120 reminded"),
    ],
)
def test_every_kind_of_run_has_words_of_its_own(kind, subject, what, done):
    begun = started(replace(FACTS, kind=kind, sent=0, failed=0, left=120))
    assert begun.subject == f"{subject}: Autumn day"
    assert what in begun.text
    assert done in finished(replace(DONE, kind=kind)).subject
    refused = paused(replace(FACTS, kind=kind, reason=Reason.FAULTS))
    assert f"{what.split()[1]} do not get through" in refused.subject
    assert "invite" not in refused.subject.casefold()


def test_whoever_was_told_of_a_cancellation_is_not_said_to_be_invited():
    said = access_lost(replace(FACTS, kind=Kind.CANCEL)).text
    assert "79 people have theirs and will not get it twice" in said
    assert "invited" not in said
    assert "Cancelling is paused" in said
    assert "hold the event after all" in finished(replace(DONE, kind=Kind.CANCEL)).text


def test_what_came_back_is_counted():
    said = failures(replace(DONE, sent=117, failed=1, bounced=2))
    assert said.subject == "1 invite failed, 2 came back: Autumn day"
    assert (
        "117 of 120 sent · 1 failed · 2 came back."
        in finished(replace(DONE, sent=117, failed=1, bounced=2)).text
    )


def test_the_confirmation_of_a_run_from_which_mails_came_back_promises_the_list():
    back = replace(DONE, sent=118, bounced=2)
    assert "A second mail lists who was not reached" in finished(back).text
    assert "Nothing to do" not in finished(back).text
    assert "Report in Slack says who was not reached" in finished(replace(back, is_listed=False)).text


def test_what_came_back_is_told_with_what_helps_and_no_retry():
    back = replace(DONE, sent=115, bounced=5, wrong_bounced=3)
    said = failures(back)
    assert said.subject == "5 invites came back: Autumn day"
    assert "3 addresses do not exist, and the mail came back: sending again will not help." in said.text
    assert "Correct the list with Edit campaign" in said.text
    assert "2 that came back may get there once the cause has passed: use Send Invite in Slack" in said.text
    assert "Retry" not in said.text
    for kind, way in ((Kind.UPDATE, "Update Calendar Invites"), (Kind.CANCEL, "Cancel event")):
        assert f"use {way} in Slack then." in failures(replace(back, kind=kind)).text
    assert "Edit campaign" not in failures(replace(back, kind=Kind.CANCEL)).text


ANSWERED = AnswersSeen(AnswerCounts(12, 2, 3, 23), AnswerReading(is_on=True))


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (ANSWERED, "Answers: 12 yes · 3 maybe · 2 no · 23 no answer"),
        (replace(ANSWERED, reading=AnswerReading(is_on=False)), "Answers: not read from this account; Email"),
        (replace(ANSWERED, reading=AnswerReading(is_on=True, trouble="x")), "23 no answer · they cannot be"),
    ],
)
def test_the_confirmation_and_the_digest_tell_the_answers(answers, said):
    for words in (finished, daily_digest):
        assert said in words(replace(DONE, answers=answers)).text
        assert "Answers:" not in words(DONE).text


def test_a_long_title_is_cut_in_the_subject():
    assert len(started(replace(FACTS, campaign="word " * 60)).subject) < 110


def test_a_run_over_nobody_does_not_break_the_bar():
    assert finished(replace(DONE, total=0, sent=0)).html


def test_a_pause_by_a_person_says_what_has_to_be_done_before_resume_is_pressed():
    by_hand = replace(FACTS, reason=Reason.PERSON, detail="ana@acme.example is not shared any more.")
    said = paused(replace(by_hand, hint="Ask for it to be shared again.")).text
    assert said.index("Ask for it to be shared again.") < said.index("Press Resume")
    assert "ana@acme.example is not shared any more." in said
