"""What happens when a person acts on a view or a message: the request, and what Slack makes of the answer."""

from typing import Any, Literal

from playground import payloads
from playground.api_chat import checked
from playground.api_views import amend, checked_view, push
from playground.bot_line import BotLine
from playground.core import Core
from playground.inputs import HOLDS, elements_of, initial
from playground.records import ApiError, Channel, DispatchFailed, Message, User, View
from playground.state import BOT_USER

Json = dict[str, Any]
Tab = Literal["home", "messages"]
TROUBLE = "We had some trouble connecting. Try again?"


class Desk:
    """Carries what people do to the bot, and its answers back to their screens."""

    def __init__(self, core: Core, line: BotLine) -> None:
        self.core = core
        self.line = line

    def command(self, user: User, channel: Channel, command: str, text: str) -> str:
        """Sends a slash command; hands back the words the bot answered with at once."""
        with self.core.state.changing():
            payload = payloads.slash_command(self.core, user, channel, command, text)
        try:
            said = self.line.send("slash_commands", payload)
        except DispatchFailed as error:
            words = f"{command} failed with the error “{error.reason}”"
            self._tell(Message(channel.id, "", "USLACKBOT", words, only_for=user.id))
            raise
        if not said or not (said.get("text") or said.get("blocks")):
            return ""
        words, blocks = checked(said)
        is_public = said.get("response_type") == "in_channel"
        self._tell(Message(channel.id, "", BOT_USER, words, blocks, only_for=None if is_public else user.id))
        return words

    def _tell(self, message: Message) -> None:
        with self.core.state.changing():
            message.ts = self.core.state.new_ts()
            self.core.state.add_message(message)

    def act(
        self, user: User, surface: Message | View, block: Json, element: Json, option: Json | None = None
    ) -> None:
        """Presses a button, or makes a choice that the bot wants to hear of."""
        with self.core.state.changing():
            state = None
            if isinstance(surface, View):
                surface.trouble = ""
            if element["type"] in HOLDS:
                entered = surface.entered.get(block["block_id"], {})
                state = entered.get(element["action_id"]) or initial(element, surface.channel)
            action = payloads.action_of(block, element, state, option)
            payload = payloads.block_actions(self.core, user, surface, action)
        try:
            self.line.send("interactive", payload)
        except DispatchFailed:
            self._trouble(surface)
            raise

    def _trouble(self, surface: Message | View) -> None:
        if isinstance(surface, View):
            with self.core.state.changing():
                surface.trouble = TROUBLE

    def keep(self, surface: Message | View, block: Json, element: Json, state: Json) -> None:
        """Keeps what stands in a field, and leaves what is said about it."""
        with self.core.state.changing():
            surface.entered.setdefault(block["block_id"], {})[element["action_id"]] = state

    def enter(self, surface: Message | View, block: Json, element: Json, state: Json) -> bool:
        """Keeps what a person has entered; True when the bot wants to hear of it at once."""
        with self.core.state.changing():
            self.keep(surface, block, element, state)
            if isinstance(surface, View):
                surface.errors.pop(block["block_id"], None)
        return bool(block.get("dispatch_action")) if block["type"] == "input" else True

    def suggestions(
        self, user: User, surface: Message | View, block: Json, element: Json, typed: str
    ) -> list[Json]:
        """What the bot offers for an external select."""
        with self.core.state.changing():
            payload = payloads.block_suggestion(self.core, user, surface, block, element, typed)
        said = self.line.send("interactive", payload) or {}
        groups = said.get("option_groups") or []
        offered = [*(said.get("options") or []), *(option for group in groups for option in group["options"])]
        if len(offered) > 100:
            raise DispatchFailed("dispatch_failed", "more than 100 options")
        return offered

    def submit(self, user: User, view: View) -> dict[str, str]:
        """Submits a modal; the errors that the bot shows in place, by block_id."""
        with self.core.state.changing():
            view.errors, view.trouble = {}, ""
            payload = payloads.view_submission(self.core, user, view)
        try:
            said = self.line.send("interactive", payload) or {}
            with self.core.state.changing():
                self._follow(user, view, said)
        except (DispatchFailed, ApiError) as error:
            self._trouble(view)
            if isinstance(error, ApiError):
                # Slack drops an answer it cannot show; here the developer hears why.
                raise DispatchFailed(error.code, "; ".join(error.messages)) from error
            raise
        return dict(view.errors)

    def _follow(self, user: User, view: View, said: Json) -> None:
        stack = self.core.state.stacks[user.id]
        match said.get("response_action"):
            case None:
                # The bot may have changed the stack by views.update or views.open meanwhile.
                if view in stack:
                    del stack[stack.index(view) :]
            case "errors":
                known = {block["block_id"] for block in view.blocks if block["type"] == "input"}
                if not said.get("errors") or set(said["errors"]) - known:
                    raise ApiError("invalid_errors", f"keys must be input blocks' ids: {sorted(known)}")
                view.errors = dict(said["errors"])
            case "update":
                amend(view, checked_view(said, "modal"))
            case "push":
                push(self.core, user.id, checked_view(said, "modal"), view.channel)
            case "clear":
                stack.clear()
            case other:
                raise ApiError("invalid_response_action", str(other))

    def close(self, user: User, *, whole_stack: bool) -> None:
        """Closes the top view or, as the cross in the corner does, all of them."""
        with self.core.state.changing():
            stack = self.core.state.stacks[user.id]
            gone = (
                list(stack) if whole_stack or (stack and stack[-1].data.get("clear_on_close")) else stack[-1:]
            )
            del stack[len(stack) - len(gone) :]
            told = [
                payloads.view_closed(self.core, user, view, is_cleared=len(gone) > 1)
                for view in reversed(gone)
                if view.data.get("notify_on_close")
            ]
        for payload in told:
            self.line.send("interactive", payload)

    def open_app(self, user: User, tab: Tab) -> None:
        """A person opens a tab of the app."""
        with self.core.state.changing():
            payload = payloads.app_home_opened(self.core, user, tab)
        self.line.send("events_api", payload)


def place_of(surface: Message | View, block_id: str, action_id: str) -> tuple[Json, Json]:
    """The block and the element with these ids; a LookupError in words if they are not there (any more)."""
    for block in surface.blocks:
        if block.get("block_id") == block_id:
            for element in elements_of(block):
                if element.get("action_id") == action_id:
                    return block, element
    raise LookupError("This has just changed. Please look again.")
