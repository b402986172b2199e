"""What *Change pace* carries in ``private_metadata``, and what is typed in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from campaigns.timing import Pace
from handlers.batch_entries import GAP, PER_BATCH, Typed, typed_in

PREFIX = "new_"
HEARD = (PREFIX + PER_BATCH, PREFIX + GAP)


@dataclass(frozen=True, slots=True)
class PaceForm:
    """``filled`` counts how often the bot has written ``pace`` into the two numbers."""

    run_id: int
    pace: Pace
    filled: int = 0

    def filled_with(self, pace: Pace) -> "PaceForm":
        return replace(self, pace=pace, filled=self.filled + 1)

    def packed(self) -> str:
        return json.dumps([self.run_id, self.pace.per_batch, self.pace.gap_minutes, self.filled])


def form_in(view: Mapping[str, Any]) -> PaceForm:
    """The form that ``view`` shows."""
    run_id, per_batch, gap_minutes, filled = json.loads(view["private_metadata"])
    return PaceForm(run_id, Pace(per_batch, gap_minutes), filled)


def new_pace_in(view: Mapping[str, Any]) -> Typed:
    """The two numbers as they stand in ``view``."""
    return typed_in(view, prefix=PREFIX)
