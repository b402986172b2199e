"""A campaign that takes in whoever is added, and people who are added to it."""

from campaigns.adding import Adding, Rows
from campaigns.model import RunState
from campaigns.notices import NoticeKind
from campaigns.ports import CampaignSettings
from campaigns.roster import Roster
from campaigns.taking_in import TakingIn
from campaigns.uploaded_list import ListPurpose
from scheduler.chores import take_in_newcomers
from tests.fakes.campaigns import OWNER, form_for, someone


class Scene:
    """A campaign of four people that takes in whoever is added."""

    def __init__(self, house, *, approval_above=None, takes_in=True):
        self.house = house
        self.campaign = house.campaign(people=4)
        self.taking_in = TakingIn(approval_above=approval_above)
        self.adding = Adding(house.store, house.clock, house.alarm, self.taking_in)
        self.numbers = 0
        if takes_in:
            self.switch(on=True)

    def switch(self, *, on):
        now = self.campaign
        settings = CampaignSettings(
            now.alert_address, now.mail_progress, now.editors, now.routing, takes_in=on
        )
        with self.house.store.writing() as work:
            self.campaign = work.campaigns.change_settings(now.id, settings)

    def come_back(self, number):
        """Over the interface, as they would who were never there."""
        return self.adding.add(self.campaign.id, Rows([{"email": someone(number).address}]))

    def keep(self, *numbers):
        """A list of these people alone replaces the campaign's."""
        self.numbers += 1
        with self.house.store.writing() as work:
            upload = work.uploads.add(
                form_for(self.campaign.account_id),
                workspace=OWNER.workspace,
                user=OWNER.user,
                view_id="",
                file={},
                submission=f"list {self.numbers}",
                now=self.house.clock.now(),
                purpose=ListPurpose.REPLACE,
                target=self.campaign.id,
            )
            people = [someone(number) for number in numbers]
            work.lists.stage(upload.id, Roster(("email", "first_name"), people, []), self.house.clock.now())
        self.house.editing.apply_list(OWNER, upload.id)

    def came(self, number):
        """What each letter to them did, in order."""
        letters = [one.letter for one in self.house.mailer.accepted]
        return [one.invite.kind for one in letters if one.recipient == someone(number).address]

    def add(self, count=2):
        rows = [{"email": f"new{self.numbers + n}@acme.com"} for n in range(count)]
        self.numbers += count
        return self.adding.add(self.campaign.id, Rows(rows))

    def sent(self):
        return sorted(self.house.mailer.recipients)

    def history(self):
        with self.house.store.reading() as work:
            return [line.deed for line in work.history.of_campaign(self.campaign.id, limit=50)]

    def take_in(self):
        """The chore that looks after those who wait."""
        return take_in_newcomers(self.house.store, self.house.clock, self.house.alarm, self.taking_in)

    def told(self):
        return self.house.notices(NoticeKind.NOT_TAKEN_IN)

    def finished(self, **how):
        run = self.house.start(self.campaign, submission=f"run {len(self.house.all_runs())}", **how)
        self.house.drain()
        assert self.house.run(run).state is RunState.FINISHED
        return run
