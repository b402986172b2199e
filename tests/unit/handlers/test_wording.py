"""Each kind of run has words of its own, in every state."""

from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.errors import OverQuota
from campaigns.faults import said_of
from campaigns.model import Counts, Kind, Reason, RunState
from campaigns.ports import Behind, Whom
from campaigns.service_names import entered_in
from campaigns.starting import _NAMES
from handlers.mrkdwn import moment
from handlers.wording import KIND_WORDS, counts_line, invites, next_step, replaced_by, state_line, whom_line
from tests.fakes.clocks import NOON
from tests.fakes.largest_screens import NOBODY, run, summary

HALF = Counts(queued=80, sent=40)
ALL = Counts(sent=120)


def line(state, kind, counts, *, is_cancelled=False, behind=NOBODY):
    item = summary("Team Day", run(state, kind=kind) if state else None, counts=counts, behind=behind)
    of = replace(item.campaign, is_cancelled=is_cancelled, attendees=120)
    return state_line(replace(item, campaign=of), moment)


def test_every_kind_has_words_and_no_two_the_same():
    assert set(KIND_WORDS) == set(Kind)
    for name in ("doing", "done", "one", "way"):
        assert len({getattr(words, name) for words in KIND_WORDS.values()}) == len(Kind)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Kind.INVITE, "Sending: 40 of 120 sent, next batch "),
        (Kind.UPDATE, "Updating: 40 of 120 updated, next batch "),
        (Kind.CANCEL, "Cancelling: 40 of 120 cancelled, next batch "),
        (Kind.REMIND, "Reminding: 40 of 120 reminded, next batch "),
    ],
)
def test_a_run_that_is_on_says_what_it_does(kind, said):
    is_cancelled = kind is Kind.CANCEL
    assert line(RunState.RUNNING, kind, HALF, is_cancelled=is_cancelled).startswith(said)


@pytest.mark.parametrize(
    ("state", "kind", "counts", "said"),
    [
        (RunState.FINISHED, Kind.CANCEL, ALL, "Cancelled: everybody was told"),
        (RunState.FINISHED, Kind.CANCEL, Counts(sent=118, failed=2), "Cancelled · 118 of 120 cancelled"),
        (RunState.STOPPED, Kind.CANCEL, Counts(sent=40, skipped=80), "Cancelled · Stopped · 40 of 120"),
        (RunState.FINISHED, Kind.INVITE, ALL, "Cancelled · All 120 sent"),
        (None, Kind.INVITE, Counts(), "Cancelled · Not sent yet"),
    ],
)
def test_a_cancelled_event_is_marked_in_whatever_state_its_last_run_is(state, kind, counts, said):
    assert line(state, kind, counts, is_cancelled=True).startswith(said)
    assert "Cancelled" not in line(state, kind, counts)


def test_an_event_that_takes_place_after_all_is_not_said_to_be_cancelled():
    assert line(RunState.FINISHED, Kind.CANCEL, ALL) == "Takes place after all"
    told = line(RunState.FINISHED, Kind.CANCEL, ALL, behind=Behind(off=118, outdated=1))
    assert told == "Takes place after all · 118 still believe it is off · 1 holds an earlier version"


@pytest.mark.parametrize("kind", [Kind.INVITE, Kind.UPDATE, Kind.REMIND])
def test_whoever_is_behind_is_counted_after_any_run(kind):
    """A run of a newcomer, say, does not tell the others."""
    told = line(RunState.FINISHED, kind, ALL, behind=Behind(off=1, outdated=8_986))
    assert told.endswith(" · 1 still believes it is off · 8,986 hold an earlier version")


def test_a_cancellation_that_could_not_reach_everybody_does_not_say_so():
    told = line(RunState.FINISHED, Kind.CANCEL, ALL, is_cancelled=True, behind=Behind(keeping=2))
    assert told == "Cancelled: 120 told · 2 not told have it still"


def test_what_came_back_is_counted_apart_from_what_was_sent():
    assert counts_line(Counts(sent=118, bounced=2), Kind.INVITE) == "118 of 120 sent · 2 came back"


@pytest.mark.parametrize(
    ("whom", "said"),
    [
        (
            Whom(invites=5, updates=80, cancels=3),
            (
                "80 get the new version · 5 are invited for the first time · "
                "3 who are no longer on the list get a cancellation"
            ),
        ),
        (
            Whom(1, 1, 1),
            (
                "1 gets the new version · 1 is invited for the first time · "
                "1 who is no longer on the list gets a cancellation"
            ),
        ),
        (
            Whom(invites=5, again=4, left_out=2),
            "4 are invited again · 1 is invited for the first time · 2 on a never-invite list get nothing",
        ),
        (Whom(invites=1, again=1, left_out=1), "1 is invited again · 1 on a never-invite list gets nothing"),
        (Whom(reminders=34), "34 who have not answered get the invite once more"),
    ],
)
def test_an_update_says_who_gets_what(whom, said):
    assert whom_line(whom) == said


def test_a_run_that_gave_way_says_to_what():
    """The words are those that the run is stopped with."""
    for kind, name in _NAMES.items():
        gone = replace(run(RunState.STOPPED), detail=f"Replaced by {name}")
        assert replaced_by(gone) == f"Replaced by {name}"
        assert kind in {Kind.UPDATE, Kind.CANCEL}
    assert replaced_by(replace(run(RunState.STOPPED), detail="The run was stopped")) == ""


def test_one_is_not_called_many():
    assert [invites(1, kind) for kind in Kind] == ["1 invite", "1 update", "1 cancellation", "1 reminder"]
    assert invites(1_200, Kind.CANCEL) == "1,200 cancellations"


def test_a_start_ahead_is_told_with_its_number():
    ahead = replace(run(RunState.RUNNING, kind=Kind.CANCEL), total=120, created_at=NOON)
    item = summary("Team Day", ahead, counts=Counts(queued=120))
    timed = replace(ahead, timing=replace(ahead.timing, starts_at=NOON + timedelta(hours=1)))
    item = replace(item, run=timed, next_at=NOON + timedelta(hours=1))
    assert state_line(item, moment).endswith("120 cancellations")


NEW_PASSWORD = "Make a new password or app password at the mail provider."


RENEW = "*Renew token* is in the alert, and under *Email services*."


@pytest.mark.parametrize(
    ("detail", "says"),
    [
        ("", RENEW),
        (NEW_PASSWORD, RENEW),
        (
            f"{NEW_PASSWORD} {entered_in('SMTP_URL')}",
            "Then the run goes on where it stopped; if not by itself, press *Resume*.",
        ),
        ("Renew the token of this account: press Renew token and allow access again.", RENEW),
    ],
)
def test_lost_access_leads_over_its_renewal_to_resume(detail, says):
    """Whether it then goes on by itself is a setting, and the card stays after the renewal: both are true."""
    paused = replace(run(RunState.PAUSED), reason=Reason.ACCESS, detail=detail)
    said = next_step(paused, moment)
    assert said.startswith(says)
    assert "*Resume*" in said


@pytest.mark.parametrize(
    ("is_probe", "says"), [(False, "It goes on by itself"), (True, "It tries again by itself")]
)
def test_a_spent_quota_promises_an_end_only_where_the_provider_named_one(is_probe, says):
    detail = said_of(OverQuota("Daily limit", after=timedelta(hours=1), is_probe=is_probe))
    paused = replace(run(RunState.PAUSED), reason=Reason.QUOTA, detail=detail, resume_at=NOON)
    assert next_step(paused, moment).startswith(says)
