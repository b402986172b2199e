"""Makes the pictures in docs/images from the running product: ``.venv/bin/python docs/make_images.py``.

Two stages as in the demo, the real bot, the playground's page, and Chromium without a window. Nothing
leaves this machine.
"""  # noqa: INP001 - a script, not a package

from datetime import UTC, datetime, timedelta

from picture_shoot import IMAGES, PATIENCE, Shoot, chromium, message_with, save, thread_of
from playwright.sync_api import expect

from bot.demo_stage import Stage
from campaigns.account import Service
from playground import sample_attendees
from playground.mailbox import Mailbox
from playground.script import NewCampaign, create_campaign, prepare_batches, start_batch_sending
from playground.script_answers import answer_for_everybody
from playground.script_connect import ask_for_link

GIVEN_NAMES = ("Noor", "Liam", "Mei", "Tomás", "Aïcha", "Jonas", "Priya", "Mateo", "Freya", "Kwame")
SURNAMES = ("Silva", "Novak", "Okoro", "Tanaka", "Larsen", "Kaya", "Moreau", "Rossi", "Haddad", "Weber")
ODD_LINES = """lena.meyer@example.com,Lena,Meyer,Nordlicht GmbH
Lena.Meyer@example.com,Lena,Meyer,Nordlicht GmbH
omar.haddad@example,Omar,Haddad,Atlas Travel
info@example.org,,,Harbour Foundation
"""
BATCHES = "Invites per Batch"
GAP = "Time Gap Between Batches (in minutes)"


def sample() -> str:
    return sample_attendees().read_text(encoding="utf-8")


def many_people(count: int) -> str:
    """A list of so many made-up people."""
    names = [(GIVEN_NAMES[n % 10], SURNAMES[n // 10 % 10], n) for n in range(1, count + 1)]
    rows = [f"{last.lower()}.{n}@example.net,{first},{last},Orbit Works" for first, last, n in names]
    return "\n".join(["Email,First name,Last name,Company", *rows, ""])


def day(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def campaign(title: str, days: int, people: str, list_name: str = "attendees.csv") -> NewCampaign:
    return NewCampaign(
        title=title,
        starts_at=day(days).replace(hour=10, minute=30),
        minutes=60,
        place="https://meet.example.com/autumn",
        description="What is new, what is next, and a table for {{company|your team}}.",
        list_name=list_name,
        list_content=people.encode(),
    )


def ended_run(shoot: Shoot) -> None:
    """A run that ended with failures and one unsure: its thread, its chart and its report."""
    post, title = shoot.stage.post, "Autumn product webinar"
    post.faults.refuse_recipients("chloe|dieter", 550, "5.1.1 The email account does not exist", times=2)
    post.faults.refuse_recipients("sofia|marek", 554, "5.7.1 Refused by local policy", times=2)
    post.faults.drop("after_dot", pattern="ana.gomez", times=1)
    shoot.run(campaign(title, 21, sample()), "20", "2")
    shoot.ana.wait_for_message("Finished", channel="events", timeout=PATIENCE)
    shoot.stage.workspace.wait_for(
        lambda: {"csv", "png"} <= {f.name.rpartition(".")[2] for f in shoot.stage.workspace.files}, PATIENCE
    )
    post.clear_faults()
    with shoot.page("?as=ana&channel=events", 1_280, 3_000) as page:
        thread = thread_of(page, message_with(page, title, "started by"))
        save("failures.png", thread.get_by_role("article").filter(has=page.get_by_text("Retry these")).last)
    chart = next(file for file in shoot.stage.workspace.files if file.name.endswith(".png"))
    (IMAGES / "report-chart.png").write_bytes(chart.content)
    shoot.home_button("Report", 1)
    shoot.modal("report.png", "Report")
    shoot.ana.close()


def mails(shoot: Shoot) -> None:
    """An invite as it arrived, and the mails to the registered address."""
    post = shoot.stage.post
    number = next(m.number for m in post.messages if m.message["To"].addresses[0].display_name.isascii())
    with shoot.page(f"inbox/{number}", 1_280, 800) as page:
        expect(page.get_by_role("button", name="Accept")).to_be_visible()
        page.get_by_role("button", name="Accept").click()
        expect(page.get_by_role("status").filter(has_text="ccepted")).to_be_visible()
        save("invite.png", page.get_by_role("main"))
    alert_mail(shoot, shoot.stage.alerts, "confirmation.png", "processed")
    alert_mail(shoot, shoot.stage.alerts, "failure-mail.png", "failed")


def alert_mail(shoot: Shoot, alerts: Mailbox, name: str, words: str) -> None:
    told = alerts.wait_for(lambda: [m for m in alerts.messages if words in m.subject], PATIENCE)
    html = told[0].message.get_body(("html",))
    if html is None:
        raise RuntimeError(told[0].subject)
    with shoot.page("", 700, 200) as page:
        page.set_content(html.get_content())
        save(name, page.locator("body"))


def paused_run(shoot: Shoot) -> None:
    """A run that paused because the account refused the login."""
    shoot.stage.post.faults.slow_down(0.2)
    shoot.run(campaign("Team day", 14, sample()), "40", "60")
    shoot.stage.post.wait_for_count(3, PATIENCE)
    shoot.stage.post.faults.expire_token()
    shoot.stage.post.faults.slow_down(0)
    shoot.ana.wait_for_message("Paused", channel="events", timeout=PATIENCE)
    alert_mail(shoot, shoot.stage.alerts, "token-alert.png", "renew")
    shoot.message("paused.png", "Team day", "Paused")
    with shoot.page("?as=ana&channel=events", 1_280, 1_000) as page:
        page.get_by_text("Break things").click()
        expect(page.get_by_role("button", name="Renew the token")).to_be_visible()
        save("break-things.png", page.locator("#side"))
    shoot.stage.post.clear_faults()


def run_under_way(shoot: Shoot) -> None:
    """The progress message between two batches, with its thread; and the pace is changed."""
    title = "Customer breakfast"
    shoot.run(campaign(title, 28, sample()), "40", "60")
    shoot.ana.wait_for_message("40 of 120", channel="events", timeout=PATIENCE)
    with shoot.page("?as=ana&channel=events", 1_200, 700) as page:
        thread_of(page, message_with(page, title, "40 of 120"))
        save("progress.png", page.locator("body"))
    with shoot.page("?as=ana&channel=events", 400, 800) as page:
        message_with(page, title, "40 of 120").scroll_into_view_if_needed()
        save("phone.png", page.locator("body"))
    shoot.home_button("Change pace", 3)
    shoot.ana.wait_for_modal("Change pace", timeout=PATIENCE)
    shoot.ana.fill(BATCHES, "20")
    shoot.ana.fill(GAP, "30")
    shoot.modal("change-pace.png", "Change pace")
    shoot.submit()
    shoot.ana.wait_for_modal("Pace changed", timeout=PATIENCE)
    shoot.ana.close()
    with shoot.page("?as=ana&channel=events", 900, 700) as page:
        message_with(page, title, "20 every 30 minutes").get_by_role("button", name="Stop").click()
        question = page.get_by_role("alertdialog")
        expect(question).to_be_visible()
        save("stop.png", question)


def sent_run(shoot: Shoot) -> None:
    """One more for the list: everybody has theirs."""
    shoot.run(campaign("Autumn product webinar", 21, sample()), "120", "0")
    shoot.ana.wait_for_message("All 120 sent", channel="events", timeout=PATIENCE)


def forms(shoot: Shoot) -> None:
    """Every screen from the Campaign List to the press on Start."""
    ana = shoot.ana
    event = campaign("Partner meeting in Lisbon", 35, sample() + ODD_LINES, "partners.csv")
    ana.type("/sendinvites new", channel="events")
    ana.wait_for_modal("New campaign", timeout=PATIENCE)
    for label, value in (
        ("Title", event.title),
        ("Start date", f"{event.starts_at:%Y-%m-%d}"),
        ("Start time", f"{event.starts_at:%H:%M}"),
        ("Duration in minutes", "90"),
        ("Place or link", "Rua Augusta 12, Lisbon"),
        ("Description", event.description),
        ("Attendee list", (event.list_name, event.list_content)),
    ):
        ana.fill(label, value)
    shoot.modal("new-campaign.png", "New campaign")
    shoot.submit()
    ana.wait_for_modal("Campaign ready", timeout=PATIENCE)
    shoot.modal("campaign-ready.png", "Campaign ready")
    ana.press("Preview invite")
    shoot.modal("invite-preview.png", "Preview invite")
    ana.back()
    ana.press("Send Calendar Invite")
    shoot.modal("how-to-send.png", "Send Calendar Invite")
    ana.press("Send Invite in Batches")
    ana.wait_for_modal("Send in batches", timeout=PATIENCE)
    ana.fill(BATCHES, "50")
    ana.fill(GAP, "180")
    shoot.modal("send-in-batches.png", "Send in batches")
    ana.check("Only send at certain hours")
    shoot.modal("sending-hours.png", "Send in batches")
    shoot.submit()
    shoot.modal("check-and-start.png", "Check and start")
    ana.close()


def over_the_limit(shoot: Shoot) -> None:
    """The forecast for more people than the account may send to in a day; and a run that waits for Kim."""
    ana = shoot.ana
    event = campaign("Annual conference", 60, many_people(900), "everybody.csv")
    create_campaign(shoot.stage.workspace, ana, event)
    ana.press("Send Calendar Invite")
    ana.wait_for_modal("Send Calendar Invite", timeout=PATIENCE)
    ana.press("Send Invite in Batches")
    ana.wait_for_modal("Send in batches", timeout=PATIENCE)
    ana.fill(BATCHES, "300")
    ana.fill(GAP, "60")
    shoot.modal("over-the-limit.png", "Send in batches")
    ana.fill(BATCHES, "100")
    ana.fill(GAP, "360")
    shoot.submit()
    ana.wait_for_modal("Check and start", timeout=PATIENCE)
    shoot.submit()
    ana.wait_for_modal("Waits for approval", timeout=PATIENCE)
    ana.close()
    ana.wait_for_message("Waits for approval", channel="events", timeout=PATIENCE)
    with shoot.page("?as=kim&channel=events", 960, 2_400) as page:
        save("approval.png", message_with(page, event.title, "has to approve"))


def editing(shoot: Shoot) -> None:
    """Edit campaign, its settings, and a new list with what it would change."""
    ana = shoot.ana
    shoot.home_button("Edit", 4)
    shoot.modal("edit-campaign.png", "Edit campaign")
    ana.press("Settings")
    shoot.modal("settings.png", "Settings")
    ana.back()
    ana.press("Attendee list")
    ana.wait_for_modal("Attendee list", timeout=PATIENCE)
    new = [line for line in sample().splitlines() if not line.startswith(("ana.gomez", "benjamin"))]
    new += many_people(4).splitlines()[1:]
    changed = "\n".join(new).replace("Straßenbau Nord GmbH", "Gross & Partner")
    ana.fill("What to do", "Replace the list")
    ana.fill("Attendee list", ("partners-2.csv", changed.encode()))
    shoot.submit()
    ana.wait_for_modal("Check the changes", timeout=PATIENCE)
    shoot.modal("difference.png", "Check the changes")
    ana.close()


def home(shoot: Shoot) -> None:
    """The Campaign List on the Home tab, in the light and in the dark."""
    for name, is_dark in (("home.png", False), ("home-dark.png", True)):
        with shoot.page("?as=ana&channel=home", 1_100, 920, is_dark=is_dark) as page:
            expect(page.get_by_role("button", name="New campaign")).to_be_visible()
            expect(page.locator("#room")).to_contain_text("Partner meeting in Lisbon")
            save(name, page.locator("body"))


def services(shoot: Shoot) -> None:
    """Ana connects her Gmail, its token expires in mid-run, and she renews it."""
    ana, stage = shoot.ana, shoot.stage
    link = ask_for_link(stage.workspace, ana, "Gmail")
    with shoot.page("", 760, 200) as page:
        page.goto(link)
        save("connect-page.png", page.locator("body"))
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("button", name="Allow").click()
        expect(page.get_by_role("heading", name="connected")).to_be_visible()
    ana.close()
    create_campaign(stage.workspace, ana, campaign("Autumn product webinar", 21, sample()))
    prepare_batches(stage.workspace, ana, per_batch="120", gap="60")
    start_batch_sending(stage.workspace, ana)
    ana.close()
    stage.post.wait_for_count(60, PATIENCE)
    with shoot.page("?as=ana&channel=events", 1_280, 1_000) as page:
        page.get_by_text("Break things").click()
        page.get_by_role("button", name="Expire the token").click()
    # sixty a minute is this account's limit: the next goes when the minute is over
    ana.wait_for_message("no longer lets", channel="events", timeout=2 * PATIENCE)
    shoot.message("alert.png", "no longer lets")
    alert_mail(shoot, stage.alerts, "renew-mail.png", "renew")
    ana.type("/sendinvites services", channel="events")
    ana.wait_for_modal("Email services", timeout=PATIENCE)
    shoot.modal("email-services.png", "Email services")
    ana.close()


def life(shoot: Shoot) -> None:
    """The attendees answer; the event is moved, and would be cancelled."""
    ana, stage = shoot.ana, shoot.stage
    answer_for_everybody(stage.post)
    ana.wait_for_message("Answers: 5", channel="events", timeout=PATIENCE)
    shoot.home_button("Report", 1)
    ana.wait_for_modal("Report", timeout=PATIENCE)
    shoot.modal("report-answers.png", "Report")
    ana.close()
    shoot.home_button("Edit", 1)
    ana.wait_for_modal("Edit campaign", timeout=PATIENCE)
    shoot.modal("edit-campaign-life.png", "Edit campaign")
    ana.press("Edit event")
    ana.wait_for_modal("Edit event", timeout=PATIENCE)
    ana.fill("Repeats", "Every week")
    stage.workspace.wait_for(lambda: ana.modal and "Number of times" in ana.modal.plain(), PATIENCE)
    ana.fill("Number of times", "6")
    ana.fill("Except on", f"{day(21 + 2 * 7):%-d %B %Y}")  # the third week
    shoot.modal("edit-event.png", "Edit event")
    ana.fill("Place or link", "Room 2")
    shoot.submit()
    ana.wait_for_modal("Event saved", timeout=PATIENCE)
    ana.press("Update Calendar Invites")
    ana.wait_for_modal("Update Calendar Invites", timeout=PATIENCE)
    ana.press("Update in Batches")
    ana.wait_for_modal("Update in batches", timeout=PATIENCE)
    ana.fill(BATCHES, "40")
    ana.fill(GAP, "60")
    shoot.submit()
    ana.wait_for_modal("Check and start", timeout=PATIENCE)
    shoot.modal("update.png", "Check and start")
    ana.close()
    ana.type("/sendinvites never-invite", channel="events")
    ana.wait_for_modal("Never invite", timeout=PATIENCE)
    shoot.modal("never-invite.png", "Never invite")
    ana.close()


QUICK = (ended_run, mails, life)
LASTING = (paused_run, sent_run, run_under_way, forms, over_the_limit, editing, home)


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with chromium() as browser:
        with Stage(minute_lasts=2, rate_limits=None) as stage:
            stage.start_bot()
            for scene in QUICK:
                scene(Shoot(stage, browser))
        with Stage(minute_lasts=60, rate_limits=None, service=Service.GMAIL) as stage:
            stage.start_bot()
            services(Shoot(stage, browser))
        # a minute is a minute here: the times on the screens are what a person would see
        with Stage(minute_lasts=60, rate_limits=None) as stage:
            stage.start_bot(SMTP_PER_DAY="600", APPROVAL_ABOVE="500")
            for scene in LASTING:
                scene(Shoot(stage, browser))


if __name__ == "__main__":
    main()
