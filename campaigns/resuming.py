"""Every run that waits for an account goes on by one press, as far as whoever presses may say so."""

from dataclasses import dataclass

from campaigns.errors import NotAllowed, StateError
from campaigns.model import Run, RunState
from campaigns.ports import Alarm, Clock
from campaigns.renewal import waiting_for
from campaigns.roles import Actor
from campaigns.steering import Steering
from campaigns.store_port import Store


@dataclass(frozen=True, slots=True)
class Resumed:
    """What came of it: the runs that go on, why others (by title) do not, and how many others may resume."""

    runs: tuple[Run, ...] = ()
    refused: tuple[tuple[str, StateError], ...] = ()
    not_theirs: int = 0


class Resuming:
    """Each run is a step of its own, with its own rights: one that cannot go on holds up no other."""

    def __init__(self, store: Store, clock: Clock, alarm: Alarm) -> None:
        self._store = store
        self._steering = Steering(store, clock, alarm)

    def resume_waiting(self, actor: Actor, account_id: int) -> Resumed:
        """Raises NotAllowed if what waits is for others to resume; StateError if nothing waits any more."""
        runs: list[Run] = []
        refused: list[tuple[str, StateError]] = []
        not_theirs: list[NotAllowed] = []
        for run_id, title in self._waiting(actor, account_id):
            try:
                runs.append(self._steering.move(actor, run_id, RunState.RUNNING))
            except NotAllowed as error:
                not_theirs.append(error)
            except StateError as error:
                refused.append((title, error))
        if not_theirs and not runs and not refused:
            raise not_theirs[0]
        return Resumed(tuple(runs), tuple(refused), len(not_theirs))

    def _waiting(self, actor: Actor, account_id: int) -> list[tuple[int, str]]:
        with self._store.reading() as work:
            found = [
                (run.id, campaign.event.title)
                for run, campaign in waiting_for(work, account_id)
                if campaign.workspace == actor.workspace
            ]
        if not found:
            raise StateError("No run waits for this account any more.", hint="Nothing was changed.")
        return found
