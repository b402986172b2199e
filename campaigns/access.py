"""The way to a campaign and to a run: in the asker's own workspace, and with the right to what is asked."""

from campaigns.model import Campaign, Run
from campaigns.roles import Actor, Right, require
from campaigns.store_port import UnitOfWork


def campaign_for(work: UnitOfWork, actor: Actor, campaign_id: int, right: Right) -> Campaign:
    """Raises NotFound, also for another workspace's campaign; NotAllowed."""
    campaign = work.campaigns.get(campaign_id, actor.workspace)
    require(actor, campaign, right)
    return campaign


def run_for(work: UnitOfWork, actor: Actor, run_id: int, right: Right) -> tuple[Run, Campaign]:
    """The run and its campaign. Raises NotFound, NotAllowed."""
    run = work.runs.get(run_id)
    return run, campaign_for(work, actor, run.campaign_id, right)
