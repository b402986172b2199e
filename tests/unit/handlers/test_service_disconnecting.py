"""An account is disconnected: asked first, and told what stays."""

from campaigns.account import AccountState
from campaigns.parting import Parting
from handlers.parting_words import after, before
from tests.unit.handlers.email_services import connected, kept, services_of, showing


def test_disconnecting_asks_first_and_says_what_stays(desk):
    account = connected(desk)
    block = next(
        element
        for block in services_of(desk, desk.ana).blocks
        for element in block.get("elements", ())
        if element.get("action_id") == "disconnect_account"
    )
    asked = block["confirm"]["text"]["text"]
    assert "Campaigns, lists, reports and people's calendars stay." in asked
    assert before(Parting.STAYS_AT_GOOGLE) in asked
    desk.ana.press("Disconnect", near="ana@acme.example")
    told = showing(desk, desk.ana, "is disconnected")
    assert after(Parting.STAYS_AT_GOOGLE) in told
    assert "Campaigns, lists and what was sent stay" in told
    assert kept(desk, account).state is AccountState.DISCONNECTED
    with desk.house.store.reading() as work:
        assert work.accounts.credential(account.id) is None
