"""*Never invite* as people press it: the list of the workspace, and a campaign's own."""

import csv
import io

from campaigns.account_port import Suppressed, Why
from campaigns.model import DeliveryState
from playground.state import TEAM
from tests.fakes.slack_desk import start_sending


def open_list(person, *words):
    person.type(" ".join(("/sendinvites never-invite", *words)))
    return person.wait_for_modal("Never invite")


def open_own_list(desk, person, title="Team Day"):
    desk.list_of(person)
    person.press("Edit", near=title)
    person.wait_for_modal("Edit campaign")
    person.press("Never invite")
    return person.wait_for_modal("Never invite")


def add(person, pasted):
    person.press("Add")
    person.wait_for_modal("Add to never invite")
    person.fill("Email addresses", pasted)
    return person.submit()


def suppress(desk, *addresses, why=Why.UNSUBSCRIBED):
    with desk.house.store.writing() as work:
        for address in addresses:
            work.suppressions.add(TEAM, Suppressed(address, "", desk.house.clock.now(), why))


def text_of(person):
    return person.modal.plain()


def test_an_admin_adds_people_from_the_home_tab_and_what_is_queued_is_taken_back(desk):
    start_sending(desk, desk.ana, per_batch="1")
    desk.kim.open_home()
    desk.workspace.wait_for(lambda: desk.kim.home)
    desk.kim.press("Never invite", where=desk.kim.home)
    desk.kim.wait_for_modal("Never invite")
    assert "Nobody is on this list." in text_of(desk.kim)
    assert add(desk.kim, "ana@mail.acme.com\nDan <dan@mail.acme.com>") == {}
    desk.workspace.wait_for(lambda: "2 people added." in text_of(desk.kim))
    assert "1 queued invite taken back." in text_of(desk.kim)
    desk.house.drain()
    assert sorted(desk.house.mailer.recipients) == ["bea@mail.acme.com", "cruz@mail.acme.com"]


def test_wrong_addresses_are_told_in_the_form_and_what_was_typed_stays(desk):
    open_list(desk.kim)
    errors = add(desk.kim, "ana@mail.acme.com\nbea")
    assert "“bea”: This is not an e-mail address" in errors["Email addresses"]
    assert "Nobody was added yet." in errors["Email addresses"]
    desk.kim.fill("Email addresses", "ana@mail.acme.com")
    assert desk.kim.submit() == {}
    desk.workspace.wait_for(lambda: "1 person added." in text_of(desk.kim))


def test_who_makes_campaigns_may_look_and_not_change(desk):
    suppress(desk, "ana@mail.acme.com")
    open_list(desk.ben)
    assert "ana@mail.acme.com" in text_of(desk.ben)
    assert "Admins of the workspace keep this list." in text_of(desk.ben)
    buttons = [b["accessory"] for b in desk.ben.modal.blocks if "accessory" in b]
    buttons += [e for b in desk.ben.modal.blocks if b["type"] == "actions" for e in b["elements"]]
    assert [one["text"]["text"] for one in buttons] == ["Export"]


def test_an_admin_lifts_somebody_who_asked_for_it_after_being_warned(desk):
    suppress(desk, "ana@mail.acme.com")
    open_list(desk.kim)
    [remove] = [b["accessory"] for b in desk.kim.modal.blocks if "accessory" in b]
    assert "They asked for it themselves." in remove["confirm"]["text"]["text"]
    desk.kim.press("Remove")
    desk.workspace.wait_for(lambda: "may be invited again" in text_of(desk.kim))
    assert "Nobody is on this list." in text_of(desk.kim)


def test_a_second_remove_is_told_the_truth(desk):
    suppress(desk, "ana@mail.acme.com")
    open_list(desk.kim)
    with desk.house.store.writing() as work:
        work.suppressions.remove(TEAM, "ana@mail.acme.com")
    desk.kim.press("Remove")
    desk.workspace.wait_for(lambda: "not on the list any more" in text_of(desk.kim))


def test_the_list_comes_as_a_file_to_whoever_asks(desk):
    suppress(desk, "ana@mail.acme.com", why=Why.BOUNCED)
    open_list(desk.ben)
    desk.ben.press("Export")
    desk.workspace.wait_for(lambda: "in your direct messages" in text_of(desk.ben))
    told = [one for one in desk.ben.messages if "never invited" in one.text]
    [file] = [one for one in desk.workspace.files if one.name == "never-invite.csv"]
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert rows[1][:2] == ["ana@mail.acme.com", "Their address bounced"]
    assert len(told) == 1


def test_a_long_list_has_pages_and_a_search(desk):
    suppress(desk, *(f"p{n:02}@mail.acme.com" for n in range(45)))
    open_list(desk.kim)
    assert "1–20 of 45 people" in text_of(desk.kim)
    desk.kim.press("Older")
    desk.workspace.wait_for(lambda: "21–40 of 45 people" in text_of(desk.kim))
    desk.kim.press("Newer")
    desk.workspace.wait_for(lambda: "1–20 of 45 people" in text_of(desk.kim))
    desk.kim.fill("Search addresses", "p33@")
    desk.workspace.wait_for(lambda: "p33@mail.acme.com" in text_of(desk.kim))
    assert "p01@mail.acme.com" not in text_of(desk.kim)
    desk.kim.press("Show all")
    desk.workspace.wait_for(lambda: "1–20 of 45 people" in text_of(desk.kim))


def test_an_address_can_be_named_when_the_list_is_opened(desk):
    suppress(desk, *(f"p{n:02}@mail.acme.com" for n in range(45)))
    open_list(desk.kim, "P07")
    assert "p07@mail.acme.com" in text_of(desk.kim)
    assert "p08@mail.acme.com" not in text_of(desk.kim)


def test_the_owner_keeps_the_list_of_a_campaign(desk):
    desk.ready_campaign(desk.ana)
    desk.ana.close()
    open_own_list(desk, desk.ana)
    assert add(desk.ana, "ana@mail.acme.com") == {}
    desk.workspace.wait_for(lambda: "1 person added." in text_of(desk.ana))
    desk.ana.close()
    run = start_batches_of(desk, desk.ana)
    desk.house.drain()
    assert desk.house.states(run) == {
        "bea@mail.acme.com": DeliveryState.SENT,
        "cruz@mail.acme.com": DeliveryState.SENT,
    }
    open_own_list(desk, desk.ana)
    desk.ana.press("Remove")
    desk.workspace.wait_for(lambda: "may be invited again" in text_of(desk.ana))
    assert open_history(desk, desk.ana).count("changed the never-invite list") == 2


def start_batches_of(desk, person):
    campaign = desk.campaign_called("Team Day")
    return desk.house.start(campaign, actor=desk.actor(person))


def open_history(desk, person):
    person.close()
    desk.list_of(person)
    person.press("History", near="Team Day")
    return person.wait_for_modal("History").plain()
