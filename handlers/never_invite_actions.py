"""What is pressed and submitted on *Never invite*."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from slack_bolt import Ack, App
from slack_sdk import WebClient

from campaigns.errors import InputError, SendInvitesError
from campaigns.never_inviting import PASTED, Added, Lifted, NeverInvited, Place
from campaigns.roles import Actor, Right
from handlers import ids, screens
from handlers.blocks import Json
from handlers.form_values import entered
from handlers.guard import user_of
from handlers.mishaps import refuse
from handlers.mrkdwn import advice, safe
from handlers.searching import tidied
from handlers.sent_files import send_file
from handlers.services import Services
from handlers.views_never_invite import (
    PER_PAGE,
    SEARCH,
    add_form,
    never_invite,
    packed,
    unpacked,
)
from handlers.views_notes import trouble
from handlers.wording import number

Body = Mapping[str, Any]
Done = TypeVar("Done")

_SENT = "*The list is in your direct messages.*"


class NeverInviteActions:
    """Listeners of the never-invite lists. What may be done is decided by the use-cases."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def register(self, app: App) -> None:
        app.action(ids.NEVER_INVITE)(self.open)
        app.action(ids.NEVER_INVITE_ADD)(self.ask)
        app.view(ids.NEVER_INVITE_FORM)(self.add)
        app.action(ids.NEVER_INVITE_REMOVE)(self.remove)
        app.action(ids.NEVER_INVITE_EXPORT)(self.export)
        app.action(ids.NEVER_INVITE_OLDER)(self.turn)
        app.action(ids.NEVER_INVITE_NEWER)(self.turn)
        app.action(ids.NEVER_INVITE_ALL)(self.show_all)
        app.action(ids.NEVER_INVITE_SEARCH)(self.search)
        app.view(ids.NEVER_INVITE_LIST)(self.submit_search)

    def open_list(self, client: WebClient, body: Body, wanted: str = "") -> None:
        """The list of the workspace, as typed; ``wanted`` is a part of an address."""
        place = Place(wanted=tidied(wanted))
        screens.show(client, body, lambda: self._screen(client, body, place))

    def open(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        value = str(action.get("value") or "")
        place = Place(int(value) if value else None)
        screens.show(client, body, lambda: self._screen(client, body, place))

    def turn(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        self._redraw(client, body, replace(_place(body), offset=int(action["value"])))

    def show_all(self, ack: Ack, body: Body, client: WebClient) -> None:
        ack()
        self._redraw(client, body, Place(_place(body).campaign_id))

    def search(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        self._redraw(client, body, Place(_place(body).campaign_id, tidied(action.get("value"))))

    def submit_search(self, ack: Ack, body: Body, client: WebClient, view: Body) -> None:
        place = Place(unpacked(view["private_metadata"]).campaign_id, SEARCH.held(view))
        ack(response_action="update", view=screens.made(lambda: self._screen(client, body, place)))

    def ask(self, ack: Ack, body: Body, client: WebClient) -> None:
        ack()
        place, below = _place(body), str(body["view"]["id"])
        metadata = json.dumps([packed(place), below], ensure_ascii=False)
        screens.show(client, body, lambda: self._form(client, body, place, metadata))

    def add(self, ack: Ack, body: Body, client: WebClient, view: Body) -> None:
        place_text, below = json.loads(view["private_metadata"])
        place, lists = unpacked(place_text), self._services.never_inviting
        pasted = entered(view, PASTED)
        try:
            done = self._allowed(client, body, place, lambda who: lists.add(who, place.campaign_id, pasted))
        except InputError as error:
            ack(response_action="errors", errors=error.fields or {PASTED: str(error)})
            return
        except SendInvitesError as error:
            ack(response_action="update", view=trouble(error))
            return
        screen = screens.made(lambda: self._screen(client, body, Place(place.campaign_id), _added(done)))
        if below != view["id"]:
            ack()
            screens.replace(client, below, screen)
        else:
            ack(response_action="update", view=screen)

    def remove(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        place, key, lists = _place(body), str(action["value"]), self._services.never_inviting
        try:
            done = self._allowed(client, body, place, lambda who: lists.remove(who, place.campaign_id, key))
            note = _lifted(done)
        except SendInvitesError as error:
            note = f"*Not possible now.* {advice(error)}"
        self._redraw(client, body, place, note)

    def export(self, ack: Ack, body: Body, client: WebClient) -> None:
        """The file comes to whoever pressed: others may not be meant to have it."""
        ack()
        place, lists = _place(body), self._services.never_inviting
        try:
            campaign, file = self._allowed(
                client, body, place, lambda who: lists.export(who, place.campaign_id)
            )
        except SendInvitesError as error:
            refuse(client, body, error)
            return
        of = safe(campaign.event.title) if campaign else "This workspace"
        send_file(client, user_of(body), f"{of}: who is never invited, and why.", file)
        self._redraw(client, body, place, _SENT)

    def _redraw(self, client: WebClient, body: Body, place: Place, note: str = "") -> None:
        screens.in_place(client, body, lambda: self._screen(client, body, place, note))

    def _screen(self, client: WebClient, body: Body, place: Place, note: str = "") -> Json:
        # with every right: whether somebody is an admin decides what can be removed
        actor = self._services.guard.actor(client, body)
        page = self._page(actor, place)
        if not page.entries and page.total:  # the list has become shorter meanwhile
            page = self._page(actor, replace(place, offset=(page.total - 1) // PER_PAGE * PER_PAGE))
        return never_invite(page, actor, note)

    def _page(self, actor: Actor, place: Place) -> NeverInvited:
        return self._services.never_inviting.page(actor, place, PER_PAGE)

    def _form(self, client: WebClient, body: Body, place: Place, metadata: str) -> Json:
        if place.campaign_id is None:
            return add_form(None, metadata)
        seen, campaign_id = self._services.campaigns, place.campaign_id
        view = self._allowed(client, body, place, lambda who: seen.view(who, campaign_id, Right.EDIT))
        return add_form(view.summary.campaign, metadata)

    def _allowed(self, client: WebClient, body: Body, place: Place, do: Callable[[Actor], Done]) -> Done:
        """A campaign's own list needs no look-up for its owner; that of the workspace is for admins."""
        if place.campaign_id is None:
            return do(self._services.guard.actor(client, body))
        return self._services.guard.allow(client, body, do)


def _place(body: Body) -> Place:
    return unpacked(body["view"]["private_metadata"])


def _added(done: Added) -> str:
    said = [f"*{number(done.added, 'person', 'people')} added.*"]
    if done.known:
        said.append(f"{done.known:,} {'was' if done.known == 1 else 'were'} on the list already.")
    if done.skipped:
        said.append(f"{number(done.skipped, 'queued invite')} taken back.")
    return " ".join(said)


def _lifted(done: Lifted) -> str:
    if done.still is not None:
        return (
            f"*{safe(done.entry.key, 320)} is off this list,* and still on that of the workspace: "
            "they are not invited."
        )
    return f"*{safe(done.entry.key, 320)} may be invited again.* The next run takes them in."
