"""One campaign in memory, brought into the state in which each use-case can be asked for."""

from dataclasses import replace
from datetime import timedelta

from campaigns.account import Account, AccountSettings
from campaigns.account_port import Suppressed, Why
from campaigns.conduct import RunService
from campaigns.editing import CampaignEditing
from campaigns.failure_lists import FailureLists
from campaigns.forms import form_of
from campaigns.model import DeliveryState, Kind, MailProgress, RunState
from campaigns.never_inviting import NeverInviting, Place
from campaigns.ports import CampaignSettings, ListQuery, Selection, Settlement
from campaigns.service import CampaignService
from campaigns.timing import Pace
from campaigns.trial import Trials
from campaigns.uploaded_list import ListPurpose
from storage.memory import MemoryStore
from tests.fakes.campaigns import SUMMIT, HeldList, QuietAlarm, form_for, roster_of
from tests.fakes.clocks import HandClock
from tests.fakes.mailers import OneMailer, ScriptedMailer
from tests.unit.campaigns.role_people import OWNER

LONGER = roster_of(4)


class Scene:
    """A campaign of three people, owned by OWNER and shared with two editors.

    It sends from an account that somebody else has connected, and shares with everybody.
    """

    def __init__(self):
        self.store, self.clock = MemoryStore(), HandClock()
        alarm, self.mailer = QuietAlarm(), ScriptedMailer(self.clock)
        self.campaigns = CampaignService(self.store, HeldList(LONGER), self.clock, alarm)
        self.editing = CampaignEditing(self.store, self.clock, alarm)
        self.trials = Trials(self.store, OneMailer(self.mailer), self.clock)
        self.runs = RunService(self.store, self.clock, alarm)
        self.large_runs = RunService(self.store, self.clock, alarm, approval_above=1)
        self.failures = FailureLists(self.store)
        self.never = NeverInviting(self.store, self.clock, alarm)
        self.events = 0
        with self.store.writing() as work:
            account = work.accounts.upsert(
                Account(
                    0,
                    "smtp",
                    "out@example.org",
                    "Outgoing",
                    per_day=500,
                    workspace=OWNER.workspace,
                    connected_by="UKEEPER",
                    is_shared=True,
                )
            )
            self.campaign = work.campaigns.add(
                replace(form_for(account.id), editors=("UEDITOR", "UGUESTEDITOR")),
                workspace=OWNER.workspace,
                owner=OWNER.user,
                roster=roster_of(3),
                missing_values=0,
                now=self.clock.now(),
            )
        self.id = self.campaign.id

    def dump(self):
        """Every row of every table."""
        with self.store.reading() as work:
            return {name: table.all() for name, table in vars(work.ledger).items() if hasattr(table, "all")}

    def stop_sharing(self):
        """Nobody but its keeper may send from the account any more; runs stay as they are."""
        with self.store.writing() as work:
            work.accounts.change_settings(
                self.campaign.account_id, AccountSettings(None, 500, 0, 5, 25, is_shared=False)
            )

    def new_name(self):
        self.events += 1
        return f"name-{self.events}"

    def started(self, runs=None, starter=OWNER):
        return (runs or self.runs).start(
            starter,
            self.id,
            Selection(Kind.INVITE),
            Pace(None),
            channel="C1",
            submission=self.new_name(),
        )

    def paused(self):
        run = self.started()
        return self.runs.pause(OWNER, run.id)

    def ended(self, state):
        """A run that is over, all of it in ``state``."""
        run, now = self.started(), self.clock.now()
        with self.store.writing() as work:
            work.batches.open(run.id, 1, None, now)
            claimed = work.deliveries.claim(
                run.id, 1, limit=9, owner="w", now=now, lease_until=now + timedelta(minutes=2)
            )
            for delivery in claimed:
                work.deliveries.settle(delivery, Settlement(state), now)
            work.batches.end(run.id, 1, now)
            work.runs.move(run.id, RunState.FINISHED, now=now)
        return run

    def uploaded(self, actor=OWNER, target=None, purpose=ListPurpose.NEW):
        return self.campaigns.submit(
            actor,
            form_of(self.campaign),
            file={"id": "F1"},
            view_id="V1",
            submission=self.new_name(),
            purpose=purpose,
            target=target,
        )

    def staged(self):
        upload = self.uploaded(target=self.id, purpose=ListPurpose.REPLACE)
        self.campaigns.import_list(upload)
        return upload

    def archived(self):
        return self.editing.archive(OWNER, self.id)

    def suppressed(self, why=Why.BY_HAND):
        """ANA, on the list of the workspace and on the campaign's own."""
        entry = Suppressed(ANA, "", self.clock.now(), why)
        with self.store.writing() as work:
            work.suppressions.add(OWNER.workspace, entry)
            work.suppressions.add_to_campaign(self.id, entry)
        return self.never

    def settings(self, **changes):
        now = self.campaign
        kept = CampaignSettings(now.alert_address, MailProgress.OFF, now.editors, now.routing)
        return replace(kept, **changes)


PACE = Pace(2, 5)
ANA = "ana@acme.example.com"
CALLS = {
    "RunService.preview": lambda s: lambda who: s.runs.preview(who, s.id, Kind.INVITE, PACE),
    "RunService.start": lambda s: lambda who: s.started(starter=who),
    "RunService.test_account": lambda s: lambda who: s.runs.test_account(who, s.id),
    "RunService.approve": lambda s: _on(s.started(s.large_runs), s.large_runs.approve),
    "RunService.decline": lambda s: _on(s.started(s.large_runs), s.large_runs.decline),
    "RunService.pause": lambda s: _on(s.started(), s.runs.pause),
    "RunService.resume": lambda s: _on(s.paused(), s.runs.resume),
    "RunService.stop": lambda s: _on(s.started(), s.runs.stop),
    "RunService.change_pace": lambda s: _on(s.started(), s.runs.change_pace, PACE),
    "RunService.pace_outlook": lambda s: _on(s.started(), s.runs.pace_outlook, PACE),
    "RunService.retry_failed": lambda s: _on(
        s.ended(DeliveryState.FAILED), s.runs.retry_failed, submission="x"
    ),
    "RunService.send_again": lambda s: _on(s.ended(DeliveryState.UNSURE), s.runs.send_again, submission="x"),
    "RunService.leave_unsure": lambda s: _on(s.ended(DeliveryState.UNSURE), s.runs.leave_unsure),
    "RunService.report": lambda s: _on(s.started(), s.runs.report),
    "RunService.replaced": lambda s: lambda who: s.runs.replaced(who, s.id, Kind.CANCEL),
    "RunService.latest_run": lambda s: lambda who: s.runs.latest_run(who, s.id),
    "CampaignService.accounts": lambda s: s.campaigns.accounts,
    "CampaignService.page": lambda s: lambda who: s.campaigns.page(who, ListQuery()),
    "CampaignService.home_opened": lambda s: lambda who: s.campaigns.home_opened(who, ListQuery()),
    "CampaignService.home_place": lambda s: s.campaigns.home_place,
    "CampaignService.view": lambda s: lambda who: s.campaigns.view(who, s.id),
    "CampaignService.history": lambda s: lambda who: s.campaigns.history(who, s.id),
    "CampaignService.submit": lambda s: s.uploaded,
    "CampaignService.submit, for a list": lambda s: (
        lambda who: s.uploaded(who, target=s.id, purpose=ListPurpose.APPEND)
    ),
    "CampaignService.upload": lambda s: _on(s.uploaded(), s.campaigns.upload),
    "CampaignService.unfinished_uploads": lambda s: lambda _: s.campaigns.unfinished_uploads(),
    "CampaignService.import_list": lambda s: _import(s, s.uploaded()),
    "CampaignEditing.revise": lambda s: (
        lambda who: s.editing.revise(who, s.id, replace(SUMMIT, title="Summit, moved"))
    ),
    "CampaignEditing.change_settings": lambda s: (
        lambda who: s.editing.change_settings(who, s.id, s.settings())
    ),
    "CampaignEditing.change_settings, naming editors": lambda s: (
        lambda who: s.editing.change_settings(who, s.id, s.settings(editors=("UOTHER",)))
    ),
    "CampaignEditing.difference": lambda s: _on(s.staged(), s.editing.difference),
    "CampaignEditing.apply_list": lambda s: _on(s.staged(), s.editing.apply_list),
    "CampaignEditing.drop_list": lambda s: _on(s.staged(), s.editing.drop_list),
    "CampaignEditing.archive": lambda s: lambda who: s.editing.archive(who, s.id),
    "CampaignEditing.restore": lambda s: _on(s.archived(), s.editing.restore),
    "CampaignEditing.duplicate": lambda s: (
        lambda who: s.editing.duplicate(who, s.id, form_of(s.campaign), "copy-1")
    ),
    "FailureLists.of_run": lambda s: _on(s.ended(DeliveryState.FAILED), s.failures.of_run),
    "NeverInviting.page": lambda s: lambda who: s.never.page(who, Place(), 20),
    "NeverInviting.page, of a campaign": lambda s: lambda who: s.never.page(who, Place(s.id), 20),
    "NeverInviting.add": lambda s: lambda who: s.never.add(who, None, ANA),
    "NeverInviting.add, to a campaign": lambda s: lambda who: s.never.add(who, s.id, ANA),
    "NeverInviting.remove": lambda s: _remove(s.suppressed(), None),
    "NeverInviting.remove, from a campaign": lambda s: _remove(s.suppressed(), s.id),
    "NeverInviting.remove, who asked for it": lambda s: _remove(s.suppressed(Why.UNSUBSCRIBED), s.id),
    "NeverInviting.export": lambda s: lambda who: s.never.export(who, None),
    "NeverInviting.export, of a campaign": lambda s: lambda who: s.never.export(who, s.id),
    "Trials.preview": lambda s: lambda who: s.trials.preview(who, s.id, 0),
    "Trials.send": lambda s: lambda who: s.trials.send(who, s.id, "me@acme.example.com", nonce="n"),
}
"""What stands ready in a scene, and the call that is then made by whoever it is."""


def _remove(lists, campaign_id):
    return lambda who: lists.remove(who, campaign_id, ANA)


def _import(scene, upload):
    return lambda _: scene.campaigns.import_list(upload)


def _on(made, call, *more, **named):
    """The call, on what was made before anybody asks."""
    return lambda who: call(who, made.id, *more, **named)
