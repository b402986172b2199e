"""A mail service's report that somebody called a letter spam (feedback loops, ARF, RFC 5965)."""

from campaigns.bounce_mail import originals, returned_letter
from campaigns.incoming import Complaint, Nothing
from campaigns.mail_parts import Mail, header, inside, key_of, keys_in, leaves

_KINDS = frozenset({"abuse", "fraud", "virus", "other", "complaint"})
"""The others say that a mail was no spam after all, or was badly signed."""


def read_complaint(mail: Mail) -> Complaint | Nothing | None:
    """Who complains; Nothing if nobody does, None if ``mail`` is no such report."""
    parts = list(leaves(mail))
    report = next((part for part in parts if part.get_content_type() == "message/feedback-report"), None)
    if report is None:
        return None
    fields = next(iter(inside(report)), report)
    if header(fields, "Feedback-Type").lower() not in _KINDS:
        return Nothing("The report is no complaint.")
    named = [key_of(header(fields, name)) for name in ("Original-Rcpt-To", "Removal-Recipient")]
    written = [key for original in originals(parts) for key in keys_in(original, "To")]
    recipients = tuple(dict.fromkeys(key for key in (*named, *written) if key))
    return Complaint(recipients, returned_letter(mail, parts))
