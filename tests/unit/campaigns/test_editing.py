from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.errors import BadAddress, InputError, NotAllowed, NotFound, StateError, TemplateError
from campaigns.forms import form_of
from campaigns.history import Deed
from campaigns.model import DEFAULT_ROUTING, Kind, MailProgress, Medium, Routing
from campaigns.ports import CampaignSettings, ListQuery
from campaigns.roles import Actor
from tests.fakes.campaigns import ADMIN, COLLEAGUE, OWNER, STRANGER, SUMMIT, roster_of, someone

GREETED = replace(SUMMIT, greeting="Dear {{first_name}},")


def settings_of(campaign, **changes):
    now = CampaignSettings(campaign.alert_address, campaign.mail_progress, campaign.editors, campaign.routing)
    return replace(now, **changes)


def seen(house, campaign, who=OWNER):
    return house.campaigns.view(who, campaign.id)


def latest(house, campaign):
    return house.campaigns.history(OWNER, campaign.id)[0]


# the event


def test_a_change_raises_the_sequence_and_selects_who_was_invited(house):
    campaign = house.campaign(3)
    house.mailer.script = [BadAddress("No such mailbox")]
    house.start(campaign)
    house.drain()
    house.clock.minutes(5)
    revised = house.revise(campaign, title="Summit, moved")
    assert (revised.revision, revised.event.title) == (1, "Summit, moved")
    assert revised.revised_at == house.clock.now()
    view = seen(house, campaign)
    assert (view.to_invite, view.to_update) == (1, 2)
    assert house.revise(campaign, title="Summit, moved again").revision == 2
    assert house.start(campaign, kind=Kind.UPDATE).total == 3  # whoever was never invited is


def test_a_change_during_a_run_makes_outdated_who_was_sent_and_reaches_the_rest(house):
    campaign = house.campaign(4)
    run = house.start(campaign, per_batch=2, gap=10)
    house.carry_due()
    house.revise(campaign, place="Room 2")
    assert seen(house, campaign).to_update == 2
    house.drain()
    assert house.counts(run).sent == 4
    assert seen(house, campaign).to_update == 2
    assert house.start(campaign, kind=Kind.UPDATE).total == 2


def test_a_change_during_a_run_is_told_in_its_thread(house):
    campaign = house.campaign(4)
    run = house.start(campaign, per_batch=2, gap=10)
    house.revise(campaign, place="Room 2")
    (told,) = house.notices("deed")
    assert told.run_id == run.id
    assert told.payload["deed"] == "edited"
    assert latest(house, campaign).run_id == run.id


def test_the_history_says_what_was_changed_and_by_whom(house):
    campaign = house.campaign()
    later = SUMMIT.starts_at + timedelta(hours=1)
    house.revise(campaign, title="Summit II", starts_at=later, ends_at=later + timedelta(hours=1))
    entry = latest(house, campaign)
    assert (entry.deed, entry.by) == (Deed.EDITED, OWNER.user)
    assert entry.facts == {"fields": "title, start, end", "revision": "1"}
    assert house.notices("deed") == []


def test_a_change_that_changes_nothing_is_not_one(house):
    campaign = house.campaign()
    with pytest.raises(StateError, match="Nothing was changed"):
        house.editing.revise(OWNER, campaign.id, campaign.event)
    assert seen(house, campaign).summary.campaign.revision == 0
    assert house.campaigns.history(OWNER, campaign.id) == []


def test_of_two_who_edit_at_the_same_time_the_second_takes_nothing_back(house):
    campaign = house.campaign()
    house.editing.revise(ADMIN, campaign.id, replace(campaign.event, place="Room 2"), seen=0)
    with pytest.raises(StateError, match="Somebody changed the event while you were at it"):
        house.editing.revise(OWNER, campaign.id, replace(campaign.event, title="Mine"), seen=0)
    now = house.editing.revise(OWNER, campaign.id, replace(campaign.event, title="Mine"), seen=1)
    assert (now.revision, now.event.title) == (2, "Mine")


def test_a_change_may_only_name_columns_of_the_list(house):
    campaign = house.campaign()
    with pytest.raises(TemplateError, match="last_name"):
        house.revise(campaign, greeting="Dear {{last_name}}")
    assert house.revise(campaign, greeting="Dear {{first_name}}").revision == 1


def test_a_change_counts_anew_who_lacks_a_value(house):
    nameless = replace(someone(2), fields={"first_name": ""})
    campaign = house.campaign(roster=replace(roster_of(1), attendees=[someone(1), nameless]))
    house.revise(campaign, greeting="Dear {{first_name}}")
    assert seen(house, campaign).missing_values == 1
    house.revise(campaign, greeting="Dear {{first_name|friend}}")
    assert seen(house, campaign).missing_values == 0


@pytest.mark.parametrize(("who", "refused"), [(COLLEAGUE, NotAllowed), (STRANGER, NotFound)])
def test_who_may_not_change_it_does_not(house, who, refused):
    campaign = house.campaign()
    with pytest.raises(refused):
        house.editing.revise(who, campaign.id, GREETED)
    assert seen(house, campaign).summary.campaign.revision == 0


def test_an_open_home_tab_hears_of_a_change(house):
    campaign = house.campaign()
    house.campaigns.home_opened(COLLEAGUE, ListQuery())
    house.revise(campaign, title="Summit II")
    (told,) = house.notices("home")
    assert (told.medium, told.payload["user"]) == ("home", COLLEAGUE.user)


# settings


def test_settings_change_whom_it_tells_and_not_what_attendees_hold(house):
    campaign = house.campaign()
    routing = replace(DEFAULT_ROUTING, finished=(Medium.DIRECT,))
    wanted = settings_of(
        campaign,
        alert_address="new@acme.example.com",
        mail_progress=MailProgress.OFF,
        routing=routing,
    )
    changed = house.editing.change_settings(OWNER, campaign.id, wanted)
    assert (changed.alert_address, changed.routing, changed.revision) == ("new@acme.example.com", routing, 0)
    assert seen(house, campaign).summary.campaign == changed
    entry = latest(house, campaign)
    assert entry.deed is Deed.SETTINGS_CHANGED
    assert entry.facts == {"fields": "alert address, progress by mail, what goes where"}


def test_an_editor_who_is_named_may_edit(house):
    campaign = house.campaign()
    house.editing.change_settings(OWNER, campaign.id, settings_of(campaign, editors=(COLLEAGUE.user,)))
    assert seen(house, campaign, COLLEAGUE).summary.campaign.editors == (COLLEAGUE.user,)
    assert house.editing.revise(COLLEAGUE, campaign.id, GREETED).revision == 1


def test_an_editor_changes_settings_but_not_who_the_editors_are(house):
    campaign = house.campaign()
    shared = house.editing.change_settings(
        OWNER, campaign.id, settings_of(campaign, editors=(COLLEAGUE.user,))
    )
    house.editing.change_settings(COLLEAGUE, campaign.id, settings_of(shared, mail_progress=MailProgress.OFF))
    with pytest.raises(NotAllowed):
        house.editing.change_settings(
            COLLEAGUE, campaign.id, settings_of(shared, editors=(COLLEAGUE.user, "UFRIEND"))
        )
    assert seen(house, campaign).summary.campaign.editors == (COLLEAGUE.user,)


@pytest.mark.parametrize("alerts", [(), (Medium.SLACK,)])
def test_alerts_must_reach_somebody(house, alerts):
    campaign = house.campaign()
    with pytest.raises(InputError) as caught:
        house.editing.change_settings(
            OWNER, campaign.id, settings_of(campaign, routing=Routing(alerts=alerts))
        )
    assert set(caught.value.fields) == {"alerts"}
    assert seen(house, campaign).summary.campaign.routing == DEFAULT_ROUTING


def test_a_wrong_alert_address_is_refused_in_its_field(house):
    campaign = house.campaign()
    with pytest.raises(InputError) as caught:
        house.editing.change_settings(OWNER, campaign.id, settings_of(campaign, alert_address="olga"))
    assert set(caught.value.fields) == {"alert_address"}


def test_settings_as_they_were_are_no_change(house):
    campaign = house.campaign()
    with pytest.raises(StateError, match="Nothing was changed"):
        house.editing.change_settings(OWNER, campaign.id, settings_of(campaign))


# archive


def test_an_archived_campaign_leaves_the_list_and_comes_back(house):
    campaign = house.campaign()
    assert house.editing.archive(OWNER, campaign.id).archived_at == house.clock.now()
    assert house.campaigns.page(OWNER, ListQuery()).total == 0
    assert house.campaigns.page(OWNER, ListQuery(archived=True)).total == 1
    with pytest.raises(StateError, match="archived already"):
        house.editing.archive(OWNER, campaign.id)
    assert house.editing.restore(OWNER, campaign.id).archived_at is None
    with pytest.raises(StateError, match="on the list already"):
        house.editing.restore(OWNER, campaign.id)
    assert [one.deed for one in house.campaigns.history(OWNER, campaign.id)] == [Deed.RESTORED, Deed.ARCHIVED]


def test_a_campaign_whose_run_is_on_is_not_archived(house):
    campaign = house.campaign()
    house.start(campaign)
    with pytest.raises(StateError, match="is on"):
        house.editing.archive(OWNER, campaign.id)


# duplicate


def test_a_duplicate_has_the_list_and_has_invited_nobody(house):
    campaign = house.campaign(3)
    house.start(campaign)
    house.drain()
    form = replace(form_of(campaign), event=GREETED)
    made = house.editing.duplicate(ADMIN, campaign.id, form, "press-1")
    assert (made.owner, made.attendees, made.event) == (ADMIN.user, 3, GREETED)
    assert made.seed != campaign.seed
    assert seen(house, made, ADMIN).to_invite == 3
    (entry,) = house.campaigns.history(ADMIN, made.id)
    assert (entry.deed, entry.facts) == (Deed.DUPLICATED, {"source": str(campaign.id), "attendees": "3"})
    assert house.campaigns.unfinished_uploads() == []


def test_a_doubled_press_is_one_duplicate(house):
    campaign = house.campaign(3)
    first, again = (
        house.editing.duplicate(OWNER, campaign.id, form_of(campaign), "press-1") for _ in range(2)
    )
    assert first == again
    assert house.campaigns.page(OWNER, ListQuery()).total == 2
    assert len(house.campaigns.history(OWNER, first.id)) == 1


def test_a_duplicate_counts_who_lacks_a_value(house):
    nameless = replace(someone(2), fields={"first_name": ""})
    campaign = house.campaign(roster=replace(roster_of(1), attendees=[someone(1), nameless]))
    made = house.editing.duplicate(OWNER, campaign.id, replace(form_of(campaign), event=GREETED), "press-1")
    assert seen(house, made).missing_values == 1


def test_a_duplicate_whose_text_names_no_column_is_not_made(house):
    campaign = house.campaign()
    form = replace(form_of(campaign), event=replace(SUMMIT, title="For {{last_name}}"))
    with pytest.raises(TemplateError, match="last_name"):
        house.editing.duplicate(OWNER, campaign.id, form, "press-1")
    assert house.campaigns.page(OWNER, ListQuery()).total == 1
    assert house.campaigns.unfinished_uploads() == []


def test_a_guest_who_may_edit_does_not_duplicate(house):
    campaign = house.campaign()
    house.editing.change_settings(OWNER, campaign.id, settings_of(campaign, editors=("UGUEST",)))
    with pytest.raises(NotAllowed, match="cannot make campaigns"):
        house.editing.duplicate(
            Actor("T1", "UGUEST", is_guest=True), campaign.id, form_of(campaign), "press-1"
        )
