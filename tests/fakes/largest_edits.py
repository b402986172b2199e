"""The screens by which a campaign is changed and tried, each as large and as nasty as can come."""

from dataclasses import replace
from itertools import product

from campaigns.answer_desk import CampaignAnswers
from campaigns.editing import ListChanged
from campaigns.errors import InputError, StateError
from campaigns.model import Medium, Organizer, Routing
from campaigns.ports import Whom
from campaigns.service import CampaignView
from campaigns.taking_in import TakenIn
from campaigns.trial import InvitePreview
from campaigns.uploaded_list import Change, Difference, ListPurpose
from handlers import views_afterwards, views_campaign, views_difference, views_edit, views_trial
from tests.fakes.clocks import NOON
from tests.fakes.largest_screens import (
    ACCOUNTS,
    ANSWERS,
    LONG,
    NAME,
    PROBLEMS,
    RUNS,
    TITLES,
    TYPED,
    campaign,
    series,
    summary,
)

TARGET = f"{10**12} V0123456789AB"
ADDRESS = "a" * 64 + "@" + "b" * 180 + ".example"
EVERYWHERE = Routing(*[(Medium.SLACK, Medium.DIRECT, Medium.MAIL)] * 4)
EDITORS = ("U0BEN", "U0KIM") * 60
CELLS = {f"column {n} {LONG[:60]}": LONG for n in range(12)}
PEOPLE = tuple(Change(ADDRESS, name, CELLS, dict.fromkeys(CELLS, "")) for name in (*TITLES, "", LONG))
TAKEN_IN = {
    "nobody": TakenIn(),
    **{f"by {run.state}": TakenIn(run, 123_456) for run in RUNS if run is not None},
    "refused": TakenIn(refusal=StateError(LONG, hint=LONG)),
    "waiting": TakenIn(refusal=StateError(LONG, hint=LONG), waits=True),
}


def difference(purpose, count, *, samples=PEOPLE, problems=()):
    return Difference(
        purpose=purpose,
        added=count,
        removed=count,
        changed=count,
        unchanged=count,
        removed_holding=count,
        added_samples=samples,
        removed_samples=samples,
        changed_samples=samples,
        problems=tuple(problems),
        duplicates=count,
    )


def preview(title, index, of):
    return InvitePreview(
        campaign_id=10**12,
        name=title,
        address=ADDRESS,
        index=index,
        of=of,
        organizer=Organizer(NAME, ADDRESS),
        title=(title * 40)[:900],
        when=LONG[:200],
        where=LONG,
        description=LONG * 3,
        greeting=LONG,
        missing=tuple(f"field_{n}_{LONG[:80]}" for n in range(40)),
    )


def hubs(title):
    for of in (None, *RUNS):
        yield (
            f"edit campaign {of and of.kind} {of and of.state}",
            views_edit.edit_campaign(CampaignView(summary(title, of), 1, 2, 3)),
        )
    shared = replace(campaign(title), editors=EDITORS, routing=EVERYWHERE, alert_address=ADDRESS)
    nobody = replace(campaign(title), routing=Routing((), (), (), ()), alert_address="")
    for who, made in (("shared", shared), ("silent", nobody)):
        for may_share in (True, False):
            form = views_edit.settings_form(made, TARGET, may_share=may_share)
            yield f"settings {who} {may_share}", form
    yield (
        "edit campaign, shared",
        views_edit.edit_campaign(CampaignView(replace(summary(title), campaign=shared), 1, 2, 3)),
    )
    called_off = replace(series(title), is_cancelled=True, takes_in=True)
    view = CampaignView(replace(summary(title), campaign=called_off), 1, 2, 3)
    yield "edit campaign, a series that was cancelled", views_edit.edit_campaign(view)
    yield "settings, taking in", views_edit.settings_form(called_off, TARGET, may_share=True)
    for answers in ANSWERS:
        told = CampaignAnswers(answers, 123_456, 123_456)
        for seen in (view, replace(view, to_cancel=123_456)):
            edit, more = views_edit.edit_campaign(seen), views_afterwards.afterwards(seen, told)
            name = f"edit campaign, afterwards {seen.to_cancel} {answers and answers.reading}"
            yield name, {**edit, "blocks": [*edit["blocks"], *more]}
    yield "settings saved", views_edit.settings_saved(shared)
    yield "duplicate", views_campaign.duplicate_form(TYPED, ACCOUNTS, NOON, campaign(title))
    yield "duplicated", views_campaign.duplicated(campaign(title))
    for of in (None, *RUNS):
        for count in (0, 1, 123_456):
            whom = Whom(updates=count, again=count)
            saved = CampaignView(summary(title, of), 0, count, 0, whom=whom)
            name = f"event saved {of and of.kind} {of and of.state} {count}"
            yield name, views_campaign.event_saved(saved)
            yield f"{name}, held again", views_campaign.event_saved(saved, was_cancelled=True)


def lists(title):
    for purpose in ListPurpose:
        yield f"attendee list {purpose}", views_difference.attendee_list(campaign(title), TARGET, purpose)
        for count in (0, 1, 123_456):
            found = difference(purpose, count, problems=PROBLEMS)
            yield f"changes {purpose} {count}", views_difference.check_changes(10**12, title, found)
    bare = difference(ListPurpose.REPLACE, 5, samples=())
    yield "changes without samples", views_difference.check_changes(7, title, bare)
    yield "applying", views_difference.applying()
    yield "discarded", views_difference.list_discarded(campaign(title))
    for left, is_on, (name, taken_in) in product((0, 123_456), (True, False), TAKEN_IN.items()):
        changed = ListChanged(campaign(title), 123_456, taken_in)
        shown = views_difference.list_changed(changed, left, run_is_on=is_on)
        yield f"list changed {left} {is_on} {name}", shown


def trials(title):
    for index, of in ((0, 1), (0, 123_456), (60_000, 123_456), (123_455, 123_456)):
        yield f"preview {index}", views_trial.preview_invite(preview(title, index, of))
    plain = replace(preview("", 0, 1), where="", description="", greeting="", missing=())
    yield "preview, bare", views_trial.preview_invite(plain)
    for is_own in (True, False):
        yield f"test form {is_own}", views_trial.trial_form(campaign(title), ADDRESS, TARGET, is_own=is_own)
        yield f"test sent {is_own}", views_trial.trial_sent(ADDRESS, is_own=is_own)
    yield "test form, empty", views_trial.trial_form(campaign(title), "", TARGET, is_own=False)
    yield "sending the test", views_trial.sending_trial(ADDRESS)
    for error in (StateError(LONG, hint=LONG), InputError(fields={"address": LONG})):
        yield f"test not sent {type(error).__name__}", views_trial.trial_not_sent(error)


def everything():
    """(name, payload, surface) of all of them, for every title."""
    for title in TITLES:
        for name, payload in (*hubs(title), *lists(title), *trials(title)):
            yield name, payload, "modal"
