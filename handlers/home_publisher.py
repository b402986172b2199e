"""Draws the Home tab of a person anew, when the Campaign List has changed under their eyes."""

from slack_sdk import WebClient

from campaigns.answer_desk import AnswerDesk
from campaigns.errors import Busy
from campaigns.model import Attachment, Campaign
from campaigns.notices import Notice
from campaigns.report import RunReport
from campaigns.service import CampaignService
from handlers.guard import Guard
from handlers.slack_faults import as_faults
from handlers.views_home import home


class HomePublisher:
    """See ``campaigns.ports.Notifier``. Everybody sees the place of the list at which they were."""

    def __init__(
        self, client: WebClient, campaigns: CampaignService, guard: Guard, answers: AnswerDesk
    ) -> None:
        self._client = client
        self._campaigns = campaigns
        self._guard = guard
        self._answers = answers

    def tell(
        self, notice: Notice, campaign: Campaign | None, report: RunReport | None, files: list[Attachment]
    ) -> str:
        workspace, user = notice.payload["workspace"], notice.payload["user"]
        if not self._guard.profile(self._client, workspace, user).is_known:
            raise Busy("Slack does not say who looks")  # a tab for nobody in particular would have no buttons
        actor = self._guard.known(self._client, workspace, user)
        page = self._campaigns.page(actor, self._campaigns.home_place(actor))
        view = home(page, actor, self._answers.of_list(actor, page.items))
        with as_faults():
            self._client.views_publish(user_id=user, view=view)
        return ""
