"""The bytes of a mail → what it says to us. Whatever they are, nothing is raised."""

from campaigns.bounce_mail import read_bounce, read_plain_bounce
from campaigns.complaint_mail import read_complaint
from campaigns.incoming import Incoming, Nothing
from campaigns.mail_parts import TooMuch, parse
from campaigns.reply_mail import read_reply


def read_mail(octets: bytes) -> Incoming:
    """An answer, a bounce, a complaint, or Nothing with the reason."""
    try:
        mail = parse(octets)
        reports = read_complaint(mail) or read_bounce(mail)
        said = reports or read_reply(mail) or read_plain_bounce(mail)
    except TooMuch as limit:
        return Nothing(str(limit))
    except Exception as error:  # noqa: BLE001 - two libraries read what anybody may send: one mail must not
        # keep the others from being read
        return Nothing(f"The mail cannot be read ({type(error).__name__}).")
    return said or Nothing("No answer and no report.")
