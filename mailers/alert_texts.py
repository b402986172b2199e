"""What alert mails say. Pure: the facts of a run in, subject, text and HTML out.

Short, calm, exact; the next step stands first. Times are in the event's zone.
"""

from dataclasses import replace

from campaigns.faults import is_probed
from campaigns.invite_clean import one_line
from campaigns.model import Kind, Reason
from mailers.alert_facts import (
    KIND_WORDS,
    CauseLine,
    RunFacts,
    answers,
    counted,
    done_word,
    end,
    event,
    invites,
    kept,
    minutes,
    number,
    verb,
)
from mailers.alert_page import AlertText, Link, Page, Progress, Tone, render

_MOST_CAUSES = 12
_NOTHING_TO_DO = {
    Kind.INVITE: "Nothing to do. Answers come to the organizer's mailbox and calendar.",
    Kind.UPDATE: "Nothing to do. Answers come to the organizer's mailbox and calendar.",
    Kind.CANCEL: "Nothing to do. To hold the event after all, use Edit event in Slack, then send.",
    Kind.REMIND: "Nothing to do. Answers come to the organizer's mailbox and calendar.",
}

__all__ = [
    "AlertText",
    "CauseLine",
    "RunFacts",
    "access_lost",
    "batch_done",
    "daily_digest",
    "failures",
    "finished",
    "paused",
    "started",
]


def started(facts: RunFacts) -> AlertText:
    """Sending has begun, and when it should be over."""
    what = invites(facts, facts.total)
    pace = [("Batches", f"{facts.batches:,}")] if facts.batches > 1 else []
    if facts.batches > 1 and facts.per_batch:
        pace += [("Invites per Batch", f"{facts.per_batch:,}"), ("Time gap", minutes(facts.gap_minutes))]
    headline = f"{verb(facts)} has started" if facts.begins_at is None else f"{verb(facts)} is set to start"
    page = Page(
        tone=Tone.NEWS,
        headline=headline,
        lead=_how(facts, what),
        steps=("Nothing to do. You will get a confirmation once all batches have been processed.",),
        facts=(*event(facts), *pace, *end(facts)),
    )
    begun = "started" if facts.begins_at is None else f"starts {facts.at(facts.begins_at)}"
    return _render(f"{verb(facts)} {begun}: {facts.title}", page, facts)


def _how(facts: RunFacts, what: str) -> str:
    first = "at once" if facts.begins_at is None else facts.at(facts.begins_at)
    if facts.batches > 1:
        return f"{what} in {number(facts.batches, 'batch', 'batches')}. The first batch goes out {first}."
    return f"{what}, all at once." if facts.begins_at is None else f"{what}, all at once, {first}."


def batch_done(facts: RunFacts) -> AlertText:
    """One batch is over; when the next one goes."""
    coming = f" The next batch goes out {facts.at(facts.next_at)}." if facts.next_at else ""
    of = f"Batch {facts.batch:,} of {facts.batches:,}"
    page = Page(
        tone=Tone.NEWS,
        headline=f"{of} is done",
        lead=f"{counted(facts)}.{coming}",
        facts=(*event(facts), *end(facts)),
    )
    return _render(f"{of} done: {facts.title}", page, facts)


def daily_digest(facts: RunFacts) -> AlertText:
    """Once a day: how far it is."""
    coming: list[tuple[str, str]] = []
    if facts.next_at:
        coming.append(("Next batch", f"{facts.batch:,} of {facts.batches:,}, {facts.at(facts.next_at)}"))
    page = Page(
        tone=Tone.NEWS,
        headline=f"{facts.sent:,} of {facts.total:,} {done_word(facts)} so far",
        lead=f"{counted(facts)}.",
        facts=(*event(facts), *coming, *end(facts), *answers(facts)),
    )
    return _render(f"{facts.sent:,} of {facts.total:,} {done_word(facts)}: {facts.title}", page, facts)


def finished(facts: RunFacts) -> AlertText:
    """The confirmation once all batches have been processed."""
    all_sent = facts.sent == facts.total
    page = Page(
        tone=Tone.GOOD if all_sent else Tone.HEED,
        headline="All batches have been processed",
        lead=_all_went_out(facts) if all_sent else f"{counted(facts)}.",
        steps=(_last_step(facts),),
        facts=(*event(facts), *answers(facts)),
    )
    tail = f"all {facts.total:,}" if all_sent and facts.total > 1 else f"{facts.sent:,} of {facts.total:,}"
    return _render(f"All batches processed, {tail} {done_word(facts)}: {facts.title}", page, facts)


def _last_step(facts: RunFacts) -> str:
    if not facts.unreached:
        return _NOTHING_TO_DO[facts.kind]
    where = "A second mail lists" if facts.is_listed else "Report in Slack says"
    return f"{where} who was not reached, why, and what to do."


def _all_went_out(facts: RunFacts) -> str:
    what = invites(facts, facts.total)
    return f"{what} went out." if facts.total == 1 else f"All {what} went out."


def failures(facts: RunFacts) -> AlertText:
    """Who was not reached, grouped by cause; the list itself is attached."""
    steps = []
    if facts.failed:
        steps.append(
            "Do what the causes below say. Where trying again can help, press Retry in the run's thread in "
            "Slack: only those who failed are tried again."
        )
    steps += _about_bounced(facts)
    if facts.unsure:
        steps.append(
            f"{facts.unsure:,} may have arrived: the reply was lost after the hand-over. "
            "Ask whether they have it, then choose Send again or Leave as sent. "
            "Sending again makes no second calendar entry."
        )
    said = [f"{invites(facts, facts.failed)} failed"] if facts.failed else []
    if facts.bounced:
        said.append(f"{facts.bounced:,} came back" if said else f"{invites(facts, facts.bounced)} came back")
    said += [f"{facts.unsure:,} {'is' if facts.unsure == 1 else 'are'} unsure"] if facts.unsure else []
    page = Page(
        tone=Tone.HEED,
        headline=", ".join(said) or "Nobody was missed",
        lead=f"{facts.sent:,} of {facts.total:,} {done_word(facts)}. Who was not reached, and what the mail "
        "service said about each, is in the attached list.",
        steps=tuple(steps),
        causes=facts.causes[:_MOST_CAUSES],
        more_causes=max(len(facts.causes) - _MOST_CAUSES, 0),
        facts=event(facts),
    )
    return _render(f"{', '.join(said) or 'No failures'}: {facts.title}", page, facts)


def _about_bounced(facts: RunFacts) -> list[str]:
    """Retry is for what failed: of these a mail server had said that it took them."""
    steps, way = [], KIND_WORDS[facts.kind].way
    if facts.wrong_bounced:
        what = number(facts.wrong_bounced, "address does not", "addresses do not")
        said = f"{what} exist, and the mail came back: sending again will not help."
        if facts.kind in {Kind.INVITE, Kind.UPDATE}:  # a corrected address is somebody new, who holds nothing
            said += " Correct the list with Edit campaign; Send Invite then reaches whoever is new on it."
        steps.append(said)
    if again := facts.bounced - facts.wrong_bounced:
        steps.append(
            f"{again:,} that came back may get there once the cause has passed: use {way} in Slack then."
        )
    return steps


def access_lost(facts: RunFacts) -> AlertText:
    """The alert when the mail account's login or token no longer works."""
    account = f" of {one_line(facts.account)}" if facts.account else ""
    page = Page(
        tone=Tone.STOP,
        headline=f"{verb(facts)} is paused: the mail account refused the login",
        lead=f"The token or password{account} has expired or was changed. Nothing more goes out until it is "
        "renewed.",
        steps=(
            one_line(facts.hint) or "Renew the account's token or password where the bot is set up.",
            "Open the campaign in Slack and press Resume. It goes on where it stopped.",
        ),
        quote=one_line(facts.detail),
        facts=event(facts),
        safe=kept(facts),
    )
    return _render(f"Action needed, renew the mail account: {facts.title}", page, facts)


def paused(facts: RunFacts) -> AlertText:
    """Sending stopped by itself: at a limit, after refusals, as the event ended, or as nothing was stored."""
    if facts.reason is Reason.ACCESS:
        return access_lost(facts)
    hint = one_line(facts.hint)
    press = "Press Resume on the run's message in Slack. It goes on where it stopped."
    tone, steps = Tone.STOP, tuple(step for step in (hint, press) if step)
    match facts.reason:
        case Reason.QUOTA:
            why, tone = "the account's sending limit is reached", Tone.HEED
            if facts.resume_at:
                when = facts.at(facts.resume_at)
                does = "tries again" if is_probed(facts.detail) else "goes on"
                steps = (f"Nothing to do. It {does} by itself {when}. Resume in Slack tries earlier.",)
        case Reason.FAULTS:
            why = f"{KIND_WORDS[facts.kind].one}s do not get through"
        case Reason.OVER:
            why, tone = "the event is over", Tone.HEED
            steps = steps[:1]  # what can be done about it says whether it can go on
        case Reason.STORAGE:
            why = "the database could not be written"
            steps = ("Check the disk and the database.", press)
        case _:
            why, tone = "by hand", Tone.HEED
    page = Page(
        tone=tone,
        headline=f"{verb(facts)} is paused: {why}",
        lead=f"{counted(facts)}.",
        steps=steps,
        quote=one_line(facts.detail),
        facts=event(facts),
        safe=kept(facts),
    )
    return _render(f"{verb(facts)} paused, {why}: {facts.title}", page, facts)


def _render(subject: str, page: Page, facts: RunFacts) -> AlertText:
    counts = "" if counted(facts) in page.lead else counted(facts)
    percent = 100 * facts.sent // facts.total if facts.total else 100
    return render(
        subject,
        replace(
            page,
            about=facts.title,
            links=(Link("Open in Slack", facts.slack_link),),
            progress=Progress(percent, counts),
        ),
    )
