"""The slash command: alone it opens the Campaign List, with a word it does what the word says."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from campaigns.errors import NotFound, SendInvitesError, StateError
from campaigns.model import Run
from campaigns.ports import CampaignSummary, ListQuery
from campaigns.roles import Actor, Right, may, refusal
from handlers import ids
from handlers.blocks import Json
from handlers.campaign_lists import CampaignLists
from handlers.command_words import Typed, Unknown, Word, meant, named, typed, unnamed
from handlers.messages import Message
from handlers.mrkdwn import advice
from handlers.private_answers import answer
from handlers.report_actions import ReportActions
from handlers.screens import show
from handlers.services import Services
from handlers.views_command import help_text, not_a_word, several, standing, stop_question
from handlers.views_list import choose_one

Body = Mapping[str, Any]
Opens = Callable[[Ack, Body, WebClient], None]
OpensWithWords = Callable[[WebClient, Body, str], None]

_PER_LOOK = 100
_NOTHING_TO: dict[Word, tuple[str, str]] = {
    Word.PAUSE: ("Nothing is being sent now.", "To look, type /sendinvites status."),
    Word.RESUME: ("No run is paused.", "To look, type /sendinvites status."),
    Word.STOP: ("No run is on.", "To look, type /sendinvites status."),
}


class Commands:
    """Everything that can be typed. Answers are private; what must open a window opens one."""

    def __init__(
        self,
        services: Services,
        lists: CampaignLists,
        reports: ReportActions,
        *,
        new_campaign: Opens,
        email_services: OpensWithWords,
        never_invite: OpensWithWords,
    ) -> None:
        self._services = services
        self._lists = lists
        self._reports = reports
        self._new_campaign = new_campaign
        self._email_services = email_services
        self._never_invite = never_invite

    def register(self, app: App) -> None:
        app.command(ids.COMMAND)(self.sendinvites)

    def sendinvites(self, ack: Ack, body: Body, client: WebClient, respond: Respond) -> None:
        said = typed(str(body.get("text") or ""))
        if isinstance(said, Typed) and said.word is Word.NEW:
            self._new_campaign(ack, body, client)
            return
        ack()
        if isinstance(said, Typed) and said.word is Word.LIST:
            show(client, body, lambda: self._lists.screen(client, body, ListQuery(said.campaign)))
        elif isinstance(said, Typed) and said.word is Word.REPORT:
            show(client, body, lambda: self._report(client, body, said))
        elif isinstance(said, Typed) and said.word is Word.SERVICES:
            self._email_services(client, body, said.campaign)
        elif isinstance(said, Typed) and said.word is Word.NEVER_INVITE:
            self._never_invite(client, body, said.campaign)
        else:
            answer(respond, client, body, self._answer(client, body, said))

    def _answer(self, client: WebClient, body: Body, said: Typed | Unknown) -> Message:
        if isinstance(said, Unknown):
            return not_a_word(said)
        if said.word is Word.HELP:
            return help_text()
        try:
            actor = self._services.guard.actor(client, body)
            found = self._found(actor, said)
            if len(found) > 1:
                return several(found, said.word, actor)
            return self._done(actor, said.word, found[0])
        except SendInvitesError as error:
            return Message(advice(error), [])

    def _done(self, actor: Actor, word: Word, item: CampaignSummary) -> Message:
        runs = self._services.runs
        if word is Word.STATUS:
            return standing(item, actor)
        if item.run is None:
            raise StateError("This campaign has not been sent yet.", hint="Nothing was changed.")
        if word is Word.STOP:
            if item.run.ended_at is not None:
                return standing(item, actor, "There is nothing to stop: this run is over.")
            return stop_question(item, item.run.id)
        step: Callable[[Actor, int], Run] = runs.pause if word is Word.PAUSE else runs.resume
        step(actor, item.run.id)
        now = self._services.campaigns.view(actor, item.campaign.id).summary
        return standing(now, actor, "Paused." if word is Word.PAUSE else "Resumed.")

    def _report(self, client: WebClient, body: Body, said: Typed) -> Json:
        actor = self._services.guard.actor(client, body)
        found = self._found(actor, said)
        if len(found) > 1:
            return choose_one(found, actor)
        return self._reports.latest(client, body, found[0].campaign.id)

    def _found(self, actor: Actor, said: Typed) -> list[CampaignSummary]:
        """Whom the words mean, of those this person may look at. Raises NotFound, NotAllowed, StateError."""
        wanted = named(said.campaign)
        if wanted.number is not None:
            try:
                return [self._services.campaigns.view(actor, wanted.number).summary]
            except NotFound:
                if not wanted.words:
                    raise
        everybodys = list(self._all(actor, wanted.words))
        own = [one for one in everybodys if may(actor, one.campaign, Right.LOOK)]
        if wanted.words:
            return _named_by(wanted.words, everybodys, own)
        found = unnamed(said.word, own)
        if not found:
            what, hint = _NOTHING_TO.get(
                said.word, ("You have no campaign yet.", "To make one, type /sendinvites new.")
            )
            raise StateError(what, hint=hint)
        return found

    def _all(self, actor: Actor, words: str) -> Iterator[CampaignSummary]:
        offset, total = 0, 1
        while offset < total:
            page = self._services.campaigns.page(actor, ListQuery(words, offset=offset, limit=_PER_LOOK))
            yield from page.items
            offset, total = offset + _PER_LOOK, page.total


def _named_by(
    words: str, everybodys: list[CampaignSummary], own: list[CampaignSummary]
) -> list[CampaignSummary]:
    if not everybodys:
        raise NotFound(f"No campaign has “{words}” in its title.", hint="To see them all, type /sendinvites.")
    if not own:
        raise refusal(everybodys[0].campaign)
    return meant(own, words)
