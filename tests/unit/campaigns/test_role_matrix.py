"""Who may do what: one table over every use-case and every kind of person, without a hole."""

import pytest

from campaigns.conduct import RunService
from campaigns.editing import CampaignEditing
from campaigns.errors import NotAllowed, NotFound, StateError
from campaigns.failure_lists import FailureLists
from campaigns.never_inviting import NeverInviting
from campaigns.service import CampaignService
from campaigns.trial import Trials
from tests.unit.campaigns.role_people import PEOPLE
from tests.unit.campaigns.role_scenes import CALLS, Scene

EVERYBODY = frozenset(PEOPLE)
CIRCLE = frozenset({"owner", "editor", "admin", "organizer", "guest editor"})
KEEPERS = frozenset({"owner", "admin"})
ADMINS = frozenset({"admin", "other workspace's admin"})  # each of their own workspace
ELSEWHERE = frozenset({"other workspace's admin", "same id elsewhere"})
MEMBERS = EVERYBODY - {"guest editor", "outside the group", "guest", "guest in the group"}

MATRIX = {
    "RunService.preview": CIRCLE,
    "RunService.start": CIRCLE,
    "RunService.test_account": CIRCLE,
    "RunService.approve": CIRCLE - {"owner"},  # who started it, here: nobody approves their own run
    "RunService.decline": CIRCLE,
    "RunService.pause": CIRCLE,
    "RunService.resume": CIRCLE,
    "RunService.stop": CIRCLE,
    "RunService.change_pace": CIRCLE,
    "RunService.pace_outlook": CIRCLE,
    "RunService.retry_failed": CIRCLE,
    "RunService.send_again": CIRCLE,
    "RunService.leave_unsure": CIRCLE,
    "RunService.report": CIRCLE,
    "RunService.replaced": CIRCLE,
    "RunService.latest_run": CIRCLE,
    "CampaignService.accounts": EVERYBODY,
    "CampaignService.page": EVERYBODY,  # of their own workspace: see below
    "CampaignService.home_opened": EVERYBODY,
    "CampaignService.home_place": EVERYBODY,
    "CampaignService.view": CIRCLE,
    "CampaignService.history": CIRCLE,
    "CampaignService.submit": MEMBERS - ELSEWHERE,  # where the account is one of theirs
    "CampaignService.submit, for a list": CIRCLE,
    "CampaignService.upload": frozenset({"owner"}),  # who uploaded it, here
    "CampaignService.unfinished_uploads": EVERYBODY,  # asked by the importer
    "CampaignService.import_list": EVERYBODY,  # done by the importer, for whoever could submit
    "CampaignEditing.revise": CIRCLE,
    "CampaignEditing.change_settings": CIRCLE,
    "CampaignEditing.change_settings, naming editors": KEEPERS,
    "CampaignEditing.difference": CIRCLE,
    "CampaignEditing.apply_list": CIRCLE,
    "CampaignEditing.drop_list": CIRCLE,
    "CampaignEditing.archive": KEEPERS,
    "CampaignEditing.restore": KEEPERS,
    "CampaignEditing.duplicate": CIRCLE - {"guest editor"},
    "FailureLists.of_run": CIRCLE,
    "NeverInviting.page": MEMBERS,
    "NeverInviting.page, of a campaign": CIRCLE,
    "NeverInviting.add": ADMINS,
    "NeverInviting.add, to a campaign": CIRCLE,
    "NeverInviting.remove": frozenset({"admin"}),  # nobody is on the other list
    "NeverInviting.remove, from a campaign": CIRCLE,
    "NeverInviting.remove, who asked for it": frozenset({"admin"}),
    "NeverInviting.export": MEMBERS,
    "NeverInviting.export, of a campaign": CIRCLE,
    "Trials.preview": CIRCLE,
    "Trials.send": CIRCLE,
}
SENDING = {
    "RunService.preview",
    "RunService.start",
    "RunService.test_account",
    "RunService.approve",
    "RunService.resume",
    "RunService.retry_failed",
    "RunService.send_again",
    "CampaignService.submit",
    "CampaignEditing.duplicate",
    "Trials.send",
}
"""What asks whether the campaign may send from its account: all that would let something go out of it."""

SERVICES = (RunService, CampaignService, CampaignEditing, FailureLists, NeverInviting, Trials)
CASES = [(name, role) for name in MATRIX for role in PEOPLE]


def public_methods():
    return {
        f"{service.__name__}.{name}"
        for service in SERVICES
        for name in vars(service)
        if not name.startswith("_") and callable(getattr(service, name))
    }


def test_every_use_case_has_its_line_in_the_table():
    """A new public method fails here until somebody has said who may call it."""
    assert {name.partition(",")[0] for name in MATRIX} == public_methods()
    assert set(CALLS) == set(MATRIX)


@pytest.mark.parametrize(("name", "role"), [case for case in CASES if case[1] in MATRIX[case[0]]])
def test_who_may_can(name, role):
    call = CALLS[name](Scene())
    call(PEOPLE[role])


@pytest.mark.parametrize(("name", "role"), [case for case in CASES if case[1] not in MATRIX[case[0]]])
def test_who_may_not_is_refused_and_changes_nothing(name, role):
    scene = Scene()
    call = CALLS[name](scene)
    before = scene.dump()
    with pytest.raises((NotAllowed, NotFound)):
        call(PEOPLE[role])
    assert scene.dump() == before
    assert scene.mailer.tried == []


@pytest.mark.parametrize(("name", "role"), [case for case in CASES if case[1] in MATRIX[case[0]]])
def test_nothing_leaves_an_account_that_is_not_shared_any_more(name, role):
    """Admins and editors have rights on the campaign; none on the mailbox of whoever connected it."""
    scene = Scene()
    call = CALLS[name](scene)
    scene.stop_sharing()
    before = scene.dump()
    if name not in SENDING:
        call(PEOPLE[role])
        return
    with pytest.raises((StateError, NotFound)):
        call(PEOPLE[role])
    assert scene.dump() == before
    assert scene.mailer.tried == []


@pytest.mark.parametrize("role", sorted(ELSEWHERE))
def test_another_workspace_sees_nothing_of_this_one(role):
    scene = Scene()
    assert CALLS["CampaignService.page"](scene)(PEOPLE[role]).items == []
    for name in ("RunService.report", "CampaignService.view", "CampaignEditing.difference"):
        with pytest.raises(NotFound):
            CALLS[name](scene)(PEOPLE[role])


def test_the_dump_notices_a_change():
    scene = Scene()
    before = scene.dump()
    CALLS["CampaignEditing.revise"](scene)(PEOPLE["editor"])
    assert scene.dump() != before
