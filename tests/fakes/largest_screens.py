"""Every screen the bot can show, each filled with as much, and as nasty, as can come."""

from dataclasses import replace
from datetime import date, timedelta

from campaigns.account import Account
from campaigns.answer import AnswerCounts
from campaigns.answer_reading import AnswerReading
from campaigns.answers_seen import AnswersSeen
from campaigns.errors import NotAllowed, RosterError, StateError, TemplateError
from campaigns.forms import EventFields
from campaigns.lifecycle import outranks
from campaigns.model import (
    Campaign,
    Counts,
    Event,
    Kind,
    MailProgress,
    Medium,
    Organizer,
    Problem,
    Reason,
    Run,
    RunState,
)
from campaigns.notices import Notice
from campaigns.ports import Behind, CampaignForm, CampaignSummary, Whom
from campaigns.recurrence import Frequency, Recurrence
from campaigns.repeat_forms import Ends, RepeatFields, Repeats, Unit
from campaigns.replacing import Replaced
from campaigns.report import CauseCount, RunReport
from campaigns.service import CampaignView, Imported
from campaigns.timing import Pace
from campaigns.uploaded_list import Upload
from handlers import views_campaign, views_import, views_notes, views_send
from handlers.form_values import FormValues, values_of_event
from tests.fakes import largest_never_invite, largest_sending, largest_services
from tests.fakes.clocks import NOON

TITLES = (
    "<!channel> <@U0VICTIM> <https://evil.example|click me> & *bold* `code` ~x~ :tada: {{first_name}}",
    ("&" * 150),
    ("<" * 150),
    "يوم الفريق \u202eevil\u202c " * 8,
    "👩‍👩‍👧‍👦🎉" * 18,
    "T" * 150,
    "x",
)
LONG = ("<!here> & <https://evil.example> " * 100)[:3_000]
NAME = "N" * 74 + "<"
HOUR = timedelta(hours=1)


def event(title):
    zone = "America/Argentina/Buenos_Aires"
    return Event(title[:150], NOON + 5 * HOUR, NOON + 600 * HOUR, zone, LONG[:300], LONG, LONG[:300])


def campaign(title, number=1, owner="U0ANA"):
    return Campaign(
        id=number,
        workspace="T1",
        owner=owner,
        account_id=1,
        organizer=Organizer(NAME, "a" * 60 + "@" + "b" * 60 + ".example"),
        event=event(title),
        revision=3,
        revised_at=NOON,
        seed="s",
        alert_address="o@example.org",
        mail_progress=MailProgress.DAILY,
        columns=("email",),
        attendees=123_456,
        created_at=NOON,
    )


def run(state, reason=None, kind=Kind.INVITE, *, channel="C0EVENTS", resume_at=None):
    ended_at = NOON if state in {RunState.FINISHED, RunState.STOPPED} else None
    return Run(
        id=9_999_999,
        campaign_id=1,
        kind=kind,
        state=state,
        reason=reason,
        detail=LONG if reason else "",
        resume_at=resume_at,
        pace=Pace(10_000, 10_080),
        total=123_456,
        started_by="U0ANA",
        channel=channel,
        posted_channel="C0EVENTS",
        posted_ts="1.2",
        created_at=NOON,
        ended_at=ended_at,
        acted_by="U0KIM",
    )


COUNTS = Counts(
    queued=60_000, sending=64, sent=38_000, failed=12_345, unsure=9_876, skipped=1_171, bounced=2_000
)
ALL_SENT = Counts(sent=123_456)
RUNS = [
    run(RunState.PLANNED),
    run(RunState.RUNNING),
    run(RunState.RUNNING, kind=Kind.UPDATE, channel=""),
    *(run(RunState.PAUSED, reason) for reason in Reason),
    run(RunState.PAUSED, Reason.QUOTA, resume_at=NOON + HOUR),
    run(RunState.PAUSED, Reason.PERSON, Kind.UPDATE, channel=""),
    run(RunState.FINISHED),
    run(RunState.STOPPED, kind=Kind.UPDATE),
    replace(run(RunState.STOPPED), detail="Replaced by Update Calendar Invites"),
    *(
        run(state, Reason.FAULTS if state is RunState.PAUSED else None, kind)
        for kind in (Kind.CANCEL, Kind.REMIND)
        for state in RunState
    ),
]
READ = AnswersSeen(
    AnswerCounts(123_456, 123_456, 123_456, 123_456), AnswerReading(is_on=True, looked_at=NOON, replies=9)
)
TROUBLED = replace(READ, reading=AnswerReading(is_on=True, trouble=LONG))
UNREAD = AnswersSeen(AnswerCounts(), AnswerReading(is_on=False, way=LONG))
ANSWERS = (None, READ, TROUBLED, UNREAD)
WHOM = Whom(123_456, 123_456, 123_456, 123_456, again=61_728, left_out=123_456)
NOBODY, BEHIND = Behind(), Behind(123_456, 123_456, 123_456)


def report(of, counts=COUNTS, *, is_open=False, causes=40, answers=None):
    return RunReport(
        run=of,
        counts=counts,
        batch=99_998,
        batches=99_999,
        batch_open=is_open,
        next_at=None if is_open or of.ended_at else NOON + HOUR,
        expected_end_at=NOON + 9 * HOUR,
        causes=tuple(CauseCount(f"{n} {LONG}", LONG, 12_345) for n in range(causes)),
        answers=answers,
    )


def summary(title, of=None, number=1, owner="U0ANA", counts=COUNTS, behind=NOBODY):
    counts = counts if of else Counts()
    return CampaignSummary(campaign(title, number, owner), of, counts, NOON + HOUR, behind)


def upload(title):
    form = CampaignForm(event(title), Organizer(NAME, "o@example.org"), 1, "o@example.org", MailProgress.OFF)
    return Upload(7, "T1", "U0ANA", "V1", form, {"id": "F1"})


def notice(kind, **payload):
    return Notice(1, kind, Medium.SLACK, "k", 1, 1, payload, 0, 0, NOON, NOON)


ACCOUNTS = [Account(n, "smtp", f"{n}@" + "m" * 90 + ".example", LONG, 30, 2_000) for n in range(1, 140)]
PROBLEMS = [Problem(n, LONG, LONG, blocks=n % 2 == 0) for n in range(1, 400)]
TYPED = FormValues(
    EventFields(
        title=LONG[:150],
        start_date="2026-12-24",
        start_time="10:30",
        end_date="2026-12-25",
        end_time="11:30",
        duration="99999",
        zone="America/Argentina/Buenos_Aires",
        place=LONG[:300],
        description=LONG,
        greeting=LONG[:300],
    ),
    NAME,
    "3",
    "o@example.org",
    "off",
)
EXCEPT_ON = tuple(date(2027, 9, 1) + timedelta(weeks=n) for n in range(50))
SERIES = Recurrence(Frequency.WEEKLY, 1, tuple(range(1, 8)), until=date(2099, 12, 31), except_on=EXCEPT_ON)


def series(title):
    """A campaign whose event repeats in as many words as there are."""
    made, short = campaign(title), event(title)
    short = replace(short, ends_at=short.starts_at + HOUR, recurrence=SERIES, reminder_minutes=40_320)
    return replace(made, event=short)


def repeating_forms():
    """Every set of inputs that the choices in the form can ask for."""
    event = TYPED.event
    for is_all_day in (True, False):
        for repeats in Repeats:
            for unit in Unit if repeats is Repeats.CUSTOM else (Unit.WEEKS,):
                for ends in Ends:
                    days, odd = tuple("1234567"), LONG if ends is Ends.NEVER else "24 Sep 2026\n" * 100
                    repeat = RepeatFields(repeats, "9" * 20, unit, days, ends, "9" * 20, "2027-01-01", odd)
                    typed = replace(event, is_all_day=is_all_day, repeat=repeat, reminder="77")
                    yield f"{repeats} {unit} {ends} {is_all_day}", replace(TYPED, event=typed)


def forms(title):
    yield "new campaign", views_campaign.new_campaign(TYPED, ACCOUNTS, NOON), "modal"
    yield "new campaign, empty", views_campaign.new_campaign(FormValues(), ACCOUNTS[:1], NOON), "modal"
    yield "new campaign without accounts", views_campaign.new_campaign(TYPED, [], NOON), "modal"
    for name, typed in repeating_forms() if title == TITLES[0] else ():
        yield f"new campaign {name}", views_campaign.new_campaign(typed, ACCOUNTS[:2], NOON), "modal"
    for made in (campaign(title), series(title), replace(series(title), is_cancelled=True)):
        filled = values_of_event(made.event)
        name = f"edit event {made.event.recurrence} {made.is_cancelled}"
        yield name, views_campaign.edit_event(made, filled, NOON, "1"), "modal"
    yield "reading", views_import.reading(upload(title)), "modal"
    for problems in ([], PROBLEMS[:1], PROBLEMS):
        imported = Imported(campaign(title), problems, len(problems), len(problems))
        yield f"ready with {len(problems)}", views_import.ready(imported), "modal"
    for error in (RosterError(LONG, hint=LONG), TemplateError(LONG)):
        yield f"not used {type(error).__name__}", views_import.not_used(upload(title), error), "modal"
    for trouble in (NotAllowed(hint="Ask <@U0ANA>."), StateError(LONG, hint=LONG)):
        yield f"trouble {type(trouble).__name__}", views_notes.trouble(trouble), "modal"
    yield "broken", views_notes.broken("deadbeef"), "modal"
    yield "loading", views_notes.loading(), "modal"


def sending(title):
    for of in (None, *RUNS):
        name = f"send invite {of.state if of else ''} {of.reason if of else ''}"
        for left in (0, 123_456):
            item = summary(title, of, behind=BEHIND if left else NOBODY)
            view = CampaignView(item, left, left, 5, left, left, WHOM if left else Whom())
            yield f"{name} {left}", views_send.send_invite(view, report(of) if of else None), "modal"
            over = replace(view.summary, campaign=replace(view.summary.campaign, is_cancelled=True))
            seen = views_send.send_invite(replace(view, summary=over), report(of) if of else None)
            yield f"{name} {left}, cancelled", seen, "modal"
    for kind in Kind:
        for whom in (WHOM, Whom(1, 1, 1, 1)):
            yield f"choice {kind} {whom.total}", views_send.choice(campaign(title), kind, whom), "modal"
        for of in (one for one in RUNS if one.ended_at is None and outranks(kind, one.kind)):
            made = views_send.choice(campaign(title), kind, WHOM, Replaced(of, largest_sending.MANY[of.kind]))
            yield f"choice {kind} instead of {of.kind} {of.state}", made, "modal"
    yield from largest_sending.everything(campaign(title), RUNS[1])


def everything():
    """(name, payload, surface) of all of them, for every title."""
    for title in TITLES:
        yield from (*forms(title), *sending(title), *largest_services.everything(title))
        yield from largest_never_invite.everything(campaign(title))
