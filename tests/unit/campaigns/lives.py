"""Campaigns in the middle of their life: who was invited, who is listed now, and what they were sent."""

from campaigns.errors import BadAddress, Unsure
from campaigns.roster import Roster
from campaigns.uploaded_list import ListPurpose
from tests.fakes.campaigns import OWNER, form_for, roster_of, someone
from tests.fakes.mailers import LostReply

FIRST, SECOND, THIRD, NEW = (someone(n).address for n in (1, 2, 3, 9))
LOST = LostReply(Unsure("The reply was lost"))
BAD = BadAddress("No such mailbox")


def invited(house, people=3, *script):
    campaign = house.campaign(people)
    house.mailer.script = list(script)
    house.start(campaign)
    house.drain()
    house.mailer.accepted.clear()
    house.clock.minutes(1)
    return campaign


def relist(house, campaign, *people):
    """From now on these are on the list, and nobody else."""
    with house.store.writing() as work:
        upload = work.uploads.add(
            form_for(campaign.account_id),
            workspace=OWNER.workspace,
            user=OWNER.user,
            view_id="",
            file={},
            submission=f"list {house.clock.now()} {len(people)}",
            now=house.clock.now(),
            purpose=ListPurpose.REPLACE,
            target=campaign.id,
        )
        columns = roster_of(0).columns
        work.lists.stage(upload.id, Roster(columns, list(people), [], 0), house.clock.now())
    house.editing.apply_list(OWNER, upload.id)
    house.clock.minutes(1)


def sent(house):
    """(who, deed, SEQUENCE) of every letter the provider took, in order."""
    letters = (one.letter for one in house.mailer.accepted)
    return [(one.recipient, one.invite.kind, one.invite.sequence) for one in letters]


def view(house, campaign):
    return house.campaigns.view(OWNER, campaign.id)
