"""What programs are answered: JSON, with words for the people who read their logs."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from flask import Response

from campaigns.adding import CampaignFacts, RowsAdded
from campaigns.model import Problem, RunState
from campaigns.taking_in import TakenIn


def facts(seen: CampaignFacts) -> Mapping[str, object]:
    """A campaign: numbers and states, and nobody's name."""
    campaign, run = seen.summary.campaign, seen.summary.run
    counts = seen.summary.counts
    return {
        "id": campaign.id,
        "title": campaign.event.title,
        "starts_at": campaign.event.starts_at.isoformat(),
        "ends_at": campaign.event.ends_at.isoformat(),
        "time_zone": campaign.event.zone,
        "is_cancelled": campaign.is_cancelled,
        "is_archived": campaign.archived_at is not None,
        "invites_whoever_is_added": campaign.takes_in,
        "fields": list(campaign.columns),
        "attendees": campaign.attendees,
        "to_invite": seen.to_invite,
        "run": None
        if run is None
        else {
            "id": run.id,
            "kind": run.kind.value,
            "state": run.state.value,
            "total": counts.total,
            "sent": counts.sent,
            "left": counts.left,
            "failed": counts.failed,
            "unsure": counts.unsure,
            "skipped": counts.skipped,
            "bounced": counts.bounced,
        },
    }


def added(outcome: RowsAdded) -> Mapping[str, object]:
    """What became of a call; ``said`` is the same in words."""
    return {
        "added": outcome.added,
        "already_on_the_list": outcome.known,
        "duplicates": outcome.duplicates,
        "not_added": _problems([one for one in outcome.problems if one.blocks]),
        "remarks": _problems([one for one in outcome.problems if not one.blocks]),
        "fields_left_out": list(outcome.left_out),
        "never_invited": outcome.suppressed,
        "attendees": outcome.campaign.attendees,
        "run": outcome.taken_in.run.id if outcome.taken_in.run else None,
        "invited_by_themselves": outcome.taken_in.invites,
        "is_repeat": outcome.is_repeat,
        "said": _said(outcome),
    }


def problem(status: HTTPStatus, title: str, detail: str, problems: Sequence[Problem] = ()) -> Response:
    """An error as RFC 9457 has it."""
    said: dict[str, object] = {"type": "about:blank", "title": title, "status": status.value}
    if detail:
        said["detail"] = detail
    if problems:
        said["not_added"] = _problems(problems)
    text = json.dumps(said, ensure_ascii=False)
    return Response(text, status=status, mimetype="application/problem+json")


def _problems(problems: Sequence[Problem]) -> list[Mapping[str, object]]:
    """``attendee`` is its place in the call, from 1."""
    return [{"attendee": one.line, "value": one.value, "reason": one.reason} for one in problems]


def _said(outcome: RowsAdded) -> str:
    if outcome.is_repeat:
        return "This call was done before; nothing was done again."
    if not outcome.added:
        return "Nobody was added."
    return _invited(outcome.taken_in, is_wanted=outcome.campaign.takes_in)


def _invited(taken_in: TakenIn, *, is_wanted: bool) -> str:
    if taken_in.waits and taken_in.refusal is not None:
        return f"They wait: {taken_in.refusal}"
    if taken_in.refusal is not None:
        return f"They are not invited by themselves: {taken_in.refusal}"
    run = taken_in.run
    if run is None:
        if is_wanted and not taken_in.is_before_all:
            return "Nobody is invited by this: they hold the invite, or are on a never-invite list."
        return "Press Send Invite in Slack to invite them."
    match run.state:
        case RunState.PAUSED:
            return "They are in the run, which is paused."
        case RunState.PLANNED:
            return "They are in the run, which waits for approval."
        case _:
            return "They are invited in the next batch."
