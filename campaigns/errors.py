"""Every error a person or a provider can cause, in one closed family.

The docstring of a class is its default message; ``hint`` says what to do next and is what Slack shows.
"""

from datetime import timedelta


class SendInvitesError(Exception):
    """Something went wrong."""

    hint = ""

    def __init__(self, message: str = "", *, hint: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").strip().splitlines()[0])
        if hint:
            self.hint = hint

    @property
    def message(self) -> str:
        return str(self.args[0])

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class InputError(SendInvitesError):
    """What was entered cannot be used.

    ``fields`` maps the name of each wrong field to what to change, so that a form can show it in place.
    """

    def __init__(self, message: str = "", *, hint: str = "", fields: dict[str, str] | None = None) -> None:
        super().__init__(message or "; ".join((fields or {}).values()), hint=hint)
        self.fields = fields or {}


class RosterError(InputError):
    """The attendee list cannot be read."""


class TemplateError(InputError):
    """A merge field in the text cannot be filled."""


class StateError(SendInvitesError):
    """That step is not possible now."""


class NotAllowed(SendInvitesError):
    """You may not do that with this campaign."""


class NotFound(SendInvitesError):
    """There is no such campaign in this workspace."""


class ConfigError(SendInvitesError):
    """The settings are not complete."""


class StorageTrouble(SendInvitesError):
    """The database cannot be written now."""

    hint = "Check the disk and the database; nothing that was recorded is lost."


class Fault(SendInvitesError):
    """The provider did not take an invite.

    ``evidence`` is the provider's own code and words, kept short and without the attendee's address;
    ``cause`` is a short stable phrase by which reports group failures.
    """

    def __init__(self, cause: str, *, evidence: str = "", hint: str = "") -> None:
        super().__init__(cause, hint=hint)
        self.cause = cause
        self.evidence = evidence

    @property
    def in_full(self) -> str:
        """The cause, and what to do about it."""
        return f"{self.cause}. {self.hint}".strip()


class Busy(Fault):
    """Not now; the same bytes may be tried again.

    ``after`` is how long to wait (None: our own back-off decides). ``whole_account``: nobody else can be
    served either, so the attempt is given back and the batch waits. ``is_brief``: the provider counts by the
    minute, so that our own back-off begins at a second and never waits much longer than a minute.
    ``may_have_gone``: it may have been done all the same; trying again has no second effect.
    """

    def __init__(
        self,
        cause: str,
        *,
        after: timedelta | None = None,
        whole_account: bool = False,
        is_brief: bool = False,
        may_have_gone: bool = False,
        evidence: str = "",
    ) -> None:
        super().__init__(cause, evidence=evidence)
        self.after = after
        self.whole_account = whole_account
        self.is_brief = is_brief
        self.may_have_gone = may_have_gone


class OverQuota(Fault):
    """The account may not send more until ``after`` has passed.

    ``is_probe``: the provider named no time, and ``after`` is how often we try whether it has passed.
    """

    def __init__(self, cause: str, *, after: timedelta, is_probe: bool = False, evidence: str = "") -> None:
        super().__init__(cause, evidence=evidence)
        self.after = after
        self.is_probe = is_probe


class BadAddress(Fault):
    """This attendee cannot be reached; never retried by itself.

    ``policy``: the refusal speaks of the sender or the content rather than of the mailbox, so several in a
    row for different attendees mean that the run should stop before the account is harmed.
    """

    def __init__(self, cause: str, *, evidence: str = "", policy: bool = False) -> None:
        super().__init__(cause, evidence=evidence)
        self.policy = policy


class NoAccess(Fault):
    """The mail account refused the login; a person has to renew it."""


class Unsure(Fault):
    """The reply was lost after the hand-over: it may have gone.

    ``after`` is how long the provider wants to be left alone, if it said so.
    """

    def __init__(self, cause: str, *, after: timedelta | None = None, evidence: str = "") -> None:
        super().__init__(cause, evidence=evidence)
        self.after = after


class Misconfigured(Fault):
    """Every invite would fail alike until the settings or the account change."""


AnyFault = Busy | OverQuota | BadAddress | NoAccess | Unsure | Misconfigured
"""The closed family: a ``match`` over it ends in ``assert_never``, so a new fault breaks the type check."""

FAULTS = (Busy, OverQuota, BadAddress, NoAccess, Unsure, Misconfigured)
"""The same family for ``except``."""
