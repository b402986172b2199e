"""Changing a campaign's attendee list: choose a file, check the changes, apply them."""

from campaigns.editing import ListChanged
from campaigns.model import Campaign, RunState
from campaigns.taking_in import TakenIn
from campaigns.uploaded_list import Change, Difference, ListPurpose
from handlers import ids
from handlers.blocks import (
    Json,
    button,
    buttons,
    choice_input,
    divider,
    entry,
    header,
    modal,
    option,
    paragraph,
    small,
    words,
)
from handlers.form_values import LIST
from handlers.mrkdwn import cut
from handlers.send_buttons import send_button
from handlers.views_campaign import LIST_HINT, list_input
from handlers.views_import import SHOWN, problem_line
from handlers.wording import DOT, number

PURPOSE = "purpose"
_SHOWN_COLUMNS = 3


def attendee_list(campaign: Campaign, metadata: str, purpose: ListPurpose = ListPurpose.APPEND) -> Json:
    """*Attendee list*: a file, and what it is for."""
    what = [
        option("Add these people", ListPurpose.APPEND, "Nobody is taken off the list."),
        option("Replace the list", ListPurpose.REPLACE, "Whoever is not in the file is taken off."),
    ]
    return modal(
        "Attendee list",
        [
            header(campaign.event.title),
            words(
                f"{number(campaign.attendees, 'person is', 'people are')} on the list. "
                "You see what would change before anything does."
            ),
            entry(PURPOSE, "What to do", choice_input("radio_buttons", what, purpose)),
            entry(LIST, "Attendee list", list_input(), hint=LIST_HINT),
        ],
        callback_id=ids.ATTENDEE_LIST_FORM,
        submit="Check the changes",
        close="Cancel",
        metadata=metadata,
    )


def check_changes(upload_id: int, title: str, difference: Difference) -> Json:
    """*Check the changes*: what applying the list would do, and to whom."""
    value = str(upload_id)
    blocks = [header(title), paragraph(f"*{_counts(difference)}*"), *_people(difference)]
    blocks += [*_about_the_file(difference), *_unusable(difference)]
    if not _changes(difference):
        blocks.append(words("This list changes nothing: everybody in it is on the list as they are."))
        made = [button("Discard", ids.DISCARD_LIST, value)]
    else:
        made = [
            button("Apply changes", ids.APPLY_LIST, value, style="primary"),
            button("Discard", ids.DISCARD_LIST, value),
        ]
        blocks.append(small("Nothing has been changed yet."))
    return modal("Check the changes", [*blocks, divider(), buttons(*made)], closes_all=True)


def applying() -> Json:
    return modal("Applying changes…", [words("The attendee list is being changed.")])


def list_changed(changed: ListChanged, to_invite: int, *, run_is_on: bool) -> Json:
    """The changes are made. Whoever is new is invited by itself, where that is wanted, or by a press."""
    campaign = changed.campaign
    blocks = [
        header(campaign.event.title),
        words(f"Done. {number(campaign.attendees, 'person is', 'people are')} on the list now."),
    ]
    if said := _taken_in(changed.taken_in):
        blocks.append(words(said))
    elif run_is_on and changed.added:
        said = "A run is on, for those who were on the list when it began. "
        blocks.append(words(said + "Whoever is new is invited by the next run."))
    if to_invite and not run_is_on:
        blocks += [
            words(f"{number(to_invite, 'person has', 'people have')} not been invited yet."),
            buttons(
                send_button(campaign.id),
                button("Edit campaign", ids.EDIT, str(campaign.id)),
            ),
        ]
    return modal("List changed", blocks, closes_all=True)


def _taken_in(taken_in: TakenIn) -> str:
    """What becomes of the new people without a press; '' if nothing does."""
    if taken_in.refusal is not None:
        begins = "Whoever is new waits" if taken_in.waits else "Whoever is new is not invited by itself"
        return f"{begins}: {taken_in.refusal}"
    if taken_in.run is None:
        return ""
    new = number(taken_in.invites, "new person is", "new people are")
    match taken_in.run.state:
        case RunState.PAUSED:
            return f"{new} in the run that is on, which is paused."
        case RunState.PLANNED:
            return f"{new} in a run that waits for approval."
        case _:
            return f"{new} invited automatically, in the next batch."


def list_discarded(campaign: Campaign) -> Json:
    said = f"Discarded. The list is as it was: {number(campaign.attendees, 'attendee')}."
    return modal("List discarded", [header(campaign.event.title), words(said)])


def _changes(difference: Difference) -> int:
    return difference.added + difference.removed + difference.changed


def _counts(difference: Difference) -> str:
    """``12 added · 3 removed · 1 changed · 200 unchanged``; appending removes nobody."""
    said = [f"{difference.added:,} added"]
    if difference.purpose is ListPurpose.REPLACE:
        said.append(f"{difference.removed:,} removed")
    said += [f"{difference.changed:,} changed", f"{difference.unchanged:,} unchanged"]
    if difference.duplicates:
        said.append(f"{number(difference.duplicates, 'duplicate')} merged")
    return DOT.join(said)


def _people(difference: Difference) -> list[Json]:
    """Each kind of change: the first few by name, and what it means for them."""
    return [
        *_group(
            f"Added: {difference.added:,}",
            difference.added,
            difference.added_samples,
            "Later additions is on: once there has been a first run, they are invited automatically."
            if difference.takes_in
            else "They are not invited until the next run.",
        ),
        *_group(
            f"Removed: {difference.removed:,}",
            difference.removed,
            difference.removed_samples,
            _what_removed_means(difference.removed_holding),
        ),
        *_group(
            f"Changed: {difference.changed:,}",
            difference.changed,
            difference.changed_samples,
            "Used from the next invite or update on.",
        ),
    ]


def _what_removed_means(holding: int) -> str:
    if not holding:
        return "None of them has been invited; none will be."
    hold = number(holding, "of them holds an invite", "of them hold an invite")
    until = "it stays in their calendar until the next Update Calendar Invites, which takes it out"
    return f"{hold}: {until}. The others are not invited."


def _group(title: str, count: int, samples: tuple[Change, ...], meaning: str) -> list[Json]:
    if not count:
        return []
    lines = [_person(change) for change in samples]
    if count > len(samples):
        lines.append(f"and {count - len(samples):,} more")
    # the names stand in plain text: nothing that was typed can link or mention
    return [paragraph(f"*{title}*"), words("\n".join(lines)), small(meaning)]


def _person(change: Change) -> str:
    who = f"{cut(change.name, 80)}, {cut(change.address, 120)}" if change.name else cut(change.address, 120)
    differs = [
        f"{cut(name, 40)}: {_cell(change.before.get(name, ''))} → {_cell(value)}"
        for name, value in change.after.items()
    ]
    if len(differs) > _SHOWN_COLUMNS:
        differs = [*differs[:_SHOWN_COLUMNS], f"{len(differs) - _SHOWN_COLUMNS} more"]
    return f"• {who}" + (f" ({'; '.join(differs)})" if differs else "")


def _cell(value: str) -> str:
    return f"“{cut(value, 40)}”" if value.strip() else "empty"


def _about_the_file(difference: Difference) -> list[Json]:
    """What is true of all its lines, such as whose addresses were taken."""
    return [words(problem_line(problem)) for problem in difference.problems[:SHOWN] if not problem.line]


def _unusable(difference: Difference) -> list[Json]:
    blocking = [problem for problem in difference.problems if problem.blocks]
    if not blocking:
        return []
    lines = [problem_line(problem) for problem in blocking[:SHOWN]]
    if len(blocking) > SHOWN:
        lines.append(f"and {len(blocking) - SHOWN:,} more")
    cannot = number(len(blocking), "entry", "entries")
    return [paragraph(f"*Cannot be used: {cannot}*"), words("\n".join(lines))]
