"""What is told to whoever uploaded an attendee list."""

from campaigns.errors import StateError
from campaigns.model import Campaign
from campaigns.notices import Notice
from handlers import ids
from handlers.blocks import button, buttons, paragraph, small, words
from handlers.messages import Message, message
from handlers.messages_thread import count_of
from handlers.mrkdwn import advice, safe
from handlers.wording import number


def imported(campaign: Campaign, notice: Notice) -> Message:
    """What is in an uploaded list, told to who uploaded it."""
    told = notice.payload
    said = [f"{number(count_of(told, 'attendees'), 'attendee')} on the list."]
    counted = (
        ("duplicates", "duplicate was merged.", "duplicates were merged."),
        ("problems", "entry cannot be invited.", "entries cannot be invited."),
        ("remarks", "remark on other lines.", "remarks on other lines."),
        ("missing_values", "merge value is missing.", "merge values are missing."),
        ("never_invited", "person is on a never-invite list.", "people are on a never-invite list."),
    )
    said += [number(count, one, many) for key, one, many in counted if (count := count_of(told, key))]
    has_file = count_of(told, "problems") or count_of(told, "remarks")
    where = [small("Which lines, and why, is in the file in this thread.")] if has_file else []
    lines = "\n".join(said)
    return message(
        f"{safe(campaign.event.title)}: the campaign is ready. {' '.join(said)}",
        words(campaign.event.title),
        paragraph(f"*The campaign is ready.*\n{lines}"),
        *where,
        buttons(
            button(
                "Send Invite",
                ids.SEND_INVITE,
                str(campaign.id),
                style="primary",
                spoken=f"Send Invite: {campaign.event.title}",
            )
        ),
        small("Nothing is sent before you have seen what would go, and when."),
    )


def refused(notice: Notice) -> Message:
    """Why an uploaded list was not used."""
    told = notice.payload
    title = told.get("title", "")
    why = f"{told.get('message', '')} {told.get('hint', '')}"
    if told.get("target"):
        kept = "The campaign keeps the list it had. Correct the file, then upload it again with Edit."
    else:
        kept = "Nothing was stored. Change it, then make the campaign again with /sendinvites."
    return message(
        f"{safe(title)}: the list was not used. {safe(why, 2_500)}",
        words(title),
        paragraph("*The list was not used.*"),
        words(why),
        small(kept),
    )


def difference(campaign: Campaign, notice: Notice) -> Message:
    """What a list for a campaign that exists would change."""
    told, title = notice.payload, campaign.event.title
    counted = ", ".join(f"{count_of(told, key):,} {key}" for key in ("added", "removed", "changed"))
    problems = count_of(told, "problems")
    more = f" {number(problems, 'entry', 'entries')} cannot be invited." if problems else ""
    if never := count_of(told, "never_invited"):
        more += f" {number(never, 'person is', 'people are')} on a never-invite list and not invited."
    said = f"{counted}. Nothing has been changed yet.{more}"
    upload = told.get("upload") or notice.key.partition(":")[2]
    return message(
        f"{safe(title)}: your list was read: {said}",
        words(title),
        paragraph(f"*Your list was read:* {said}"),
        buttons(button("Review changes", ids.REVIEW_LIST, upload, spoken=f"Review changes: {title}")),
    )


def not_taken_in(campaign: Campaign, notice: Notice) -> Message:
    """Who was added is not invited by itself, though the campaign wants it: why, and what to press."""
    told, title = notice.payload, campaign.event.title
    lead = f"{number(count_of(told, 'attendees'), 'attendee was', 'attendees were')} added and not invited."
    why = advice(StateError(told.get("message", ""), hint=told.get("hint", "")))
    pressed = button("Send Invite", ids.SEND_INVITE, str(campaign.id), spoken=f"Send Invite: {title}")
    return message(
        f"{safe(title)}: {lead} {why}",
        words(title),
        paragraph(f"*{lead}*"),
        paragraph(why),
        buttons(pressed),
        small("They are on the list, and nobody is lost. This is told once a day at most."),
    )
