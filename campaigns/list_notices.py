"""What is told to whoever uploaded a list, once it was read."""

from campaigns.errors import InputError, RosterError
from campaigns.model import Campaign
from campaigns.notices import MEDIA, Draft, NoticeKind
from campaigns.roster import Roster
from campaigns.uploaded_list import Difference, Upload


def imported_notice(
    upload: Upload, campaign: Campaign, roster: Roster, missing_values: int, never_invited: int
) -> Draft:
    """The list was read: told to whoever uploaded it."""
    return Draft(
        NoticeKind.IMPORTED,
        f"imported:{upload.id}",
        MEDIA[NoticeKind.IMPORTED],
        campaign_id=campaign.id,
        payload={
            "user": upload.user,
            "attendees": str(len(roster.attendees)),
            "problems": str(roster.blocked),
            "remarks": str(len(roster.problems) - roster.blocked),
            "duplicates": str(roster.duplicates),
            "missing_values": str(missing_values),
            "never_invited": str(never_invited),
        },
    )


def difference_notice(upload: Upload, difference: Difference, never_invited: int) -> Draft:
    """The list for a campaign that exists was read, and waits for *Apply changes*."""
    return Draft(
        NoticeKind.DIFFERENCE,
        f"difference:{upload.id}",
        MEDIA[NoticeKind.DIFFERENCE],
        campaign_id=upload.target,
        payload={
            "user": upload.user,
            "upload": str(upload.id),
            "purpose": upload.purpose,
            "added": str(difference.added),
            "removed": str(difference.removed),
            "changed": str(difference.changed),
            "unchanged": str(difference.unchanged),
            "problems": str(sum(problem.blocks for problem in difference.problems)),
            "duplicates": str(difference.duplicates),
            "never_invited": str(never_invited),
        },
    )


def refused_notice(upload: Upload, error: InputError) -> Draft:
    """The list could not be used. ``target`` is the campaign it was for, or ''."""
    return Draft(
        NoticeKind.REFUSED,
        f"refused:{upload.id}",
        MEDIA[NoticeKind.REFUSED],
        payload={
            "workspace": upload.workspace,
            "user": upload.user,
            "title": upload.form.event.title,
            "message": error.message,
            "hint": error.hint,
            "is_list": "yes" if isinstance(error, RosterError) else "",
            "target": str(upload.target or ""),
        },
    )
