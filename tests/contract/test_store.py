"""The judge of every store: SQLite, PostgreSQL and memory."""

import pytest

from campaigns.store_port import Store
from tests.contract.store_accounts import AccountsContract, CampaignsContract, UploadsContract
from tests.contract.store_answers import AnswersContract, InHandContract
from tests.contract.store_applied import AppliedListsContract
from tests.contract.store_asked_anew import AnsweredInDoubtContract, AskedAnewContract
from tests.contract.store_books import BooksContract
from tests.contract.store_came_back import (
    MailboxesContract,
    PeopleContract,
    ReturnedContract,
    SentAgainContract,
)
from tests.contract.store_deliveries import DeliveriesContract
from tests.contract.store_doubts import WaitingInDoubtContract
from tests.contract.store_finding import FindingContract, SettingsContract
from tests.contract.store_ledger import LedgerContract, MootContract
from tests.contract.store_lists import StagedListsContract
from tests.contract.store_newcomers import NewcomersContract
from tests.contract.store_notices import NoticesContract, TransactionsContract
from tests.contract.store_people import HistoryContract, HomesContract
from tests.contract.store_plans import OutlookContract, PlansContract
from tests.contract.store_replies import RepliesContract
from tests.contract.store_runs import BatchesContract, RunsContract
from tests.contract.store_scene import Scene
from tests.contract.store_selection import CalledOffContract, SelectionContract
from tests.contract.store_services import CredentialsContract, ServicesContract
from tests.contract.store_suppressions import ExclusionsContract, SuppressionsContract
from tests.contract.store_tickets import TicketsContract


@pytest.fixture
def scene(store: Store) -> Scene:
    return Scene(store)


class TestAccounts(AccountsContract):
    pass


class TestBooks(BooksContract):
    pass


class TestServices(ServicesContract):
    pass


class TestCredentials(CredentialsContract):
    pass


class TestTickets(TicketsContract):
    pass


class TestSuppressions(SuppressionsContract):
    pass


class TestExclusions(ExclusionsContract):
    pass


class TestCampaigns(CampaignsContract):
    pass


class TestUploads(UploadsContract):
    pass


class TestSettings(SettingsContract):
    pass


class TestFinding(FindingContract):
    pass


class TestStagedLists(StagedListsContract):
    pass


class TestAppliedLists(AppliedListsContract):
    pass


class TestHistory(HistoryContract):
    pass


class TestHomes(HomesContract):
    pass


class TestPlans(PlansContract):
    pass


class TestOutlook(OutlookContract):
    pass


class TestRuns(RunsContract):
    pass


class TestBatches(BatchesContract):
    pass


class TestDeliveries(DeliveriesContract):
    pass


class TestAnswers(AnswersContract):
    pass


class TestWaitingInDoubt(WaitingInDoubtContract):
    pass


class TestInHand(InHandContract):
    pass


class TestReplies(RepliesContract):
    pass


class TestAskedAnew(AskedAnewContract):
    pass


class TestAnsweredInDoubt(AnsweredInDoubtContract):
    pass


class TestSentAgain(SentAgainContract):
    pass


class TestReturned(ReturnedContract):
    pass


class TestPeople(PeopleContract):
    pass


class TestMailboxes(MailboxesContract):
    pass


class TestNotices(NoticesContract):
    pass


class TestTransactions(TransactionsContract):
    pass


class TestLedger(LedgerContract):
    pass


class TestMoot(MootContract):
    pass


class TestSelection(SelectionContract):
    pass


class TestNewcomers(NewcomersContract):
    pass


class TestCalledOff(CalledOffContract):
    pass
