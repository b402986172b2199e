"""A medium that notes what it was told."""

from dataclasses import dataclass, field

from campaigns.model import Attachment, Campaign
from campaigns.notices import Notice
from campaigns.report import RunReport


@dataclass(frozen=True)
class Told:
    """One notice as it reached the medium."""

    notice: Notice
    campaign: Campaign | None
    report: RunReport | None
    files: list[Attachment] = field(default_factory=list)


class ScriptedNotifier:
    """Implements ``campaigns.ports.Notifier``: each notice meets the next of ``script``, or is told.

    An entry is None (told), an exception (raised instead), or a function of the notice that may do anything.
    """

    def __init__(self, reference=""):
        self.reference = reference
        self.script = []
        self.told = []
        self.tried = []

    def tell(self, notice, campaign, report, files):
        self.tried.append(notice.kind)
        entry = self.script.pop(0) if self.script else None
        if callable(entry) and not isinstance(entry, BaseException):
            entry = entry(notice)
        if isinstance(entry, BaseException):
            raise entry
        self.told.append(Told(notice, campaign, report, files))
        return self.reference

    @property
    def kinds(self):
        return [one.notice.kind for one in self.told]
