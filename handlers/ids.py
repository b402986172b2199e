"""The names by which Slack tells us what was pressed and submitted."""

COMMAND = "/sendinvites"

NEW_CAMPAIGN = "new_campaign"
CAMPAIGN_LIST = "campaign_list"
OLDER = "older_campaigns"
NEWER = "newer_campaigns"
SEND_INVITE = "send_invite"
EDIT_EVENT = "edit_event"
TRY_AGAIN = "try_again"

SEND_CALENDAR_INVITE = "send_calendar_invite"
UPDATE_CALENDAR_INVITES = "update_calendar_invites"
ALL_AT_ONCE = "all_at_once"
IN_BATCHES = "in_batches"

PAUSE = "pause_run"
RESUME = "resume_run"
STOP = "stop_run"
RETRY = "retry_failed"
SEND_AGAIN = "send_unsure_again"
LEAVE = "leave_unsure"

NEW_CAMPAIGN_FORM = "new_campaign_form"
EDIT_EVENT_FORM = "edit_event_form"
BATCH_FORM = "batch_form"
CHECK_AND_START = "check_and_start"
