"""*Change pace*: another size and another gap for a run that is on, without stopping it."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from campaigns.errors import InputError, SendInvitesError
from campaigns.outlook import PaceOutlook
from campaigns.timing import Pace
from handlers import ids
from handlers.batch_entries import Typed, in_their_places
from handlers.blocks import Json
from handlers.living import LivingForms
from handlers.pace_entries import HEARD, PREFIX, PaceForm, form_in, new_pace_in
from handlers.screens import made, show
from handlers.services import Services
from handlers.views_forecast import ENTER_BOTH, pace_of, still_expected
from handlers.views_notes import trouble
from handlers.views_pace import pace_changed, pace_form

Body = Mapping[str, Any]


class PaceActions:
    """Listeners of *Change pace*, wherever its button stands."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._living = LivingForms()

    def register(self, app: App) -> None:
        app.action(ids.CHANGE_PACE)(self.change_pace)
        for name in HEARD:
            app.action(name)(self.typed)
        app.action(ids.USE_NEW_PACE)(self.use_pace)
        app.view(ids.PACE_FORM)(self.submit)

    def change_pace(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        ack()
        show(client, body, lambda: self._first(client, body, int(action["value"])))

    def typed(self, ack: Ack, body: Body, client: WebClient) -> None:
        """The forecast anew."""
        ack()
        form, typed = form_in(body["view"]), new_pace_in(body["view"])
        self._living.changed(client, body, lambda: made(lambda: self._form(client, body, form, typed)))

    def use_pace(self, ack: Ack, body: Body, client: WebClient, action: Body) -> None:
        """The suggestion, written into the two numbers."""
        ack()
        form = form_in(body["view"]).filled_with(pace_of(action["value"]))
        typed = Typed(str(form.pace.per_batch), str(form.pace.gap_minutes))
        self._living.changed(client, body, lambda: made(lambda: self._form(client, body, form, typed)))

    def submit(self, ack: Ack, body: Body, client: WebClient, view: Body) -> None:
        """The new pace is committed before Slack gets its answer. Whoever is too late hears the truth."""
        runs, run_id = self._services.runs, form_in(view).run_id
        try:
            pace = new_pace_in(view).pace()
            run = self._services.guard.allow(
                client, body, lambda actor: runs.change_pace(actor, run_id, pace)
            )
        except InputError as error:
            fields = {PREFIX + name: said for name, said in error.fields.items()}
            ack(response_action="errors", errors=in_their_places(view, fields))
        except SendInvitesError as error:
            ack(response_action="update", view=trouble(error))
        else:
            ack(response_action="update", view=pace_changed(run))

    def _first(self, client: WebClient, body: Body, run_id: int) -> Json:
        seen = self._outlook(client, body, run_id, None)
        pace = seen.run.pace
        known = pace if pace.per_batch is not None else None
        return pace_form(PaceForm(run_id, pace), seen, known, ENTER_BOTH, self._services.now())

    def _form(self, client: WebClient, body: Body, form: PaceForm, typed: Typed) -> Json:
        try:
            pace: Pace | None = typed.pace()
            expected = ""
        except InputError as error:
            pace, expected = None, still_expected(typed, error)
        seen = self._outlook(client, body, form.run_id, pace)
        return pace_form(form, seen, pace, expected, self._services.now())

    def _outlook(self, client: WebClient, body: Body, run_id: int, pace: Pace | None) -> PaceOutlook:
        runs = self._services.runs
        return self._services.guard.allow(client, body, lambda actor: runs.pace_outlook(actor, run_id, pace))
