"""What the web APIs let one account send. A default only: the account's own settings come first."""

from mailers.smtp_profiles import Limits

# 100 of 6,000 units a minute for each mail, 150 mails for projects made before May 2026
# (developers.google.com/workspace/gmail/api/reference/quota). A day: 2,000 with Workspace, shared with
# everything else that the account sends (support.google.com/a/answer/166852).
GMAIL_WORKSPACE = Limits(per_minute=60, per_day=2_000, connections=2)
# Free Gmail and trials: 500 a day (same page).
GMAIL_FREE = Limits(per_minute=60, per_day=500, connections=2)

# 600 requests a minute (developers.google.com/workspace/calendar/api/guides/quota), of which an invite is one
# and whatever changes an event takes two (campaigns/mailbox_book.py). Invitations to people
# outside: about 10,000 "in a short period" for an account that has paid for a while, fewer for others and no
# number published (support.google.com/a/answer/2905486): none is assumed, Google says when it is too much.
GOOGLE_CALENDAR = Limits(per_minute=600, connections=4)

# 30 messages a minute, 10,000 recipients in any 24 hours, 4 requests at once
# (learn.microsoft.com/en-us/answers/questions/2258712 and /542802).
MICROSOFT_365 = Limits(per_minute=30, per_day=10_000, connections=4)
