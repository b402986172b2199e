"use strict";
// The server draws every page; this swaps in the parts that changed, so that the list keeps its place.
const mail = document.getElementById("mail");
const news = document.getElementById("news");

function tellTimes(root) {
  for (const one of root.querySelectorAll("time[data-moment]")) {
    const moment = new Date(one.dateTime);
    const isToday = moment.toDateString() === new Date().toDateString();
    const long = one.dataset.moment === "long";
    const style = long ? { dateStyle: "medium", timeStyle: "medium" } : isToday ? { timeStyle: "short" } : { dateStyle: "medium" };
    one.textContent = new Intl.DateTimeFormat(undefined, style).format(moment);
    one.title = one.dateTime;
  }
  for (const one of root.querySelectorAll(".yours")) {
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const words = (zone) => new Intl.DateTimeFormat(undefined, {
      weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hour12: false, timeZone: zone,
    }).formatRange(new Date(one.dataset.starts), new Date(one.dataset.ends));
    one.hidden = words(here) === words(one.dataset.zone);
    one.textContent = `Where you are: ${words(here)} (${here.replaceAll("_", " ")})`;
  }
}

function put(id, fresh) {
  const old = document.getElementById(id);
  const next = fresh.getElementById(id);
  if (old.innerHTML === next.innerHTML) return;
  const at = old.scrollTop;
  const held = old.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  old.innerHTML = next.innerHTML;
  if (held) old.querySelector(`a[href="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
  old.scrollTop = at;
}

function showLists(fresh) {
  tellTimes(fresh);
  put("folders", fresh);
  put("rows", fresh);
}

function show(fresh) {
  const next = fresh.getElementById("reading");
  const old = document.getElementById("reading");
  showLists(fresh);
  put("bulk", fresh);
  const isSame = old.dataset.mail === next.dataset.mail;
  old.dataset.mail = next.dataset.mail;
  old.innerHTML = next.innerHTML;
  keepProgram();
  if (!isSame) old.scrollTop = 0;
  mail.className = fresh.getElementById("mail").className;
  document.title = fresh.title;
}

// Who answers as some program goes on answering so.
let program = "";
function keepProgram() {
  const choice = document.getElementById("program");
  if (choice && program) choice.value = program;
}

function parsed(text) {
  return new DOMParser().parseFromString(text, "text/html");
}

let asked = 0;
async function open(address, how = {}) {
  const turn = ++asked;
  const answer = await fetch(address, how);
  const fresh = parsed(await answer.text());
  if (turn !== asked) return;
  if (!fresh.getElementById("reading")) { location.assign(address); return; }
  show(fresh);
}

async function go(address) {
  await open(address);
  if (location.href !== new URL(address, location.href).href) history.pushState(null, "", address);
}

// The open mail stays as it is while the reader types, and is drawn anew when something came of it.
async function refresh() {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const fresh = parsed(await answer.text());
  const writing = document.querySelector("#reading input[name=comment]");
  const isBusy = writing && (writing.value || document.activeElement === writing);
  const old = document.getElementById("reading");
  showLists(fresh);
  if (!document.querySelector("#bulk [aria-busy], #bulk .note")) put("bulk", fresh);
  const next = fresh.getElementById("reading");
  const drawn = (one) => [...one.querySelectorAll(".standing, .note, .others, .deeds")].map((part) => part.textContent).join();
  if (!isBusy && !old.querySelector("[aria-busy]") && (drawn(old) !== drawn(next) || !next.dataset.mail)) {
    const held = old.contains(document.activeElement) ? document.activeElement.textContent : null;
    old.innerHTML = next.innerHTML;
    keepProgram();
    if (held) [...old.querySelectorAll("a, button")].find((one) => one.textContent === held)?.focus();
  }
}

async function follow() {
  let stamp = mail.dataset.stamp;
  for (;;) {
    try {
      const answer = await fetch(`${mail.dataset.changes}?since=${stamp}`);
      if (!answer.ok) throw new Error(String(answer.status));
      const now = (await answer.json()).stamp;
      if (now !== stamp) {
        await refresh();
        news.textContent = "New mail has come.";
        // Many mails a second are one change to a reader.
        await new Promise((resolve) => setTimeout(resolve, 400));
      }
      stamp = now;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-row], a[data-open], #folders ul a, .back a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const isTab = link.closest(".tabs");
  const name = link.textContent;
  go(link.getAttribute("href")).then(() => {
    if (isTab) [...document.querySelectorAll(".tabs a")].find((one) => one.textContent === name)?.focus();
    else if (!link.hasAttribute("data-row") || matchMedia("(max-width: 44rem)").matches) document.getElementById("reading").focus();
  });
});

document.addEventListener("keydown", (event) => {
  const row = event.target.closest("a[data-row]");
  if (!row || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const next = row.parentElement[event.key === "ArrowDown" ? "nextElementSibling" : "previousElementSibling"];
  if (!next) return;
  event.preventDefault();
  next.querySelector("a").focus();
});

document.addEventListener("change", (event) => {
  if (event.target.id === "program") program = event.target.value;
});

let typing = 0;
document.addEventListener("input", (event) => {
  if (event.target.id !== "q") return;
  clearTimeout(typing);
  typing = setTimeout(search, 200);
});

async function search() {
  const form = document.querySelector("form[role=search]");
  const words = form.elements.q.value.trim();
  const address = new URL(location.href);
  if (words) address.searchParams.set("q", words); else address.searchParams.delete("q");
  const turn = ++asked;
  const answer = await fetch(address);
  const fresh = parsed(await answer.text());
  if (turn !== asked || !answer.ok) return;
  history.replaceState(null, "", address);
  showLists(fresh);
  const found = document.querySelectorAll("#rows a[data-row]").length;
  news.textContent = found ? `${found} shown.` : "No mail found.";
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.getAttribute("role") === "search") { event.preventDefault(); search(); return; }
  if (!form.hasAttribute("data-send")) return;
  event.preventDefault();
  const pressed = event.submitter;
  const fields = new URLSearchParams(new FormData(form, pressed));
  form.setAttribute("aria-busy", "true");
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  const standing = form.querySelector(".standing");
  if (standing) standing.textContent = "Sending your answer…";
  if (form.closest("#bulk")) form.querySelector(".small").textContent = "Answers are coming in…";
  const name = pressed?.textContent;
  await open(form.getAttribute("action"), { method: "POST", body: fields });
  [...document.querySelectorAll("#reading button")].find((one) => one.textContent === name)?.focus();
});

addEventListener("popstate", () => open(location.href));
tellTimes(document);
document.querySelector("#rows a[aria-current]")?.scrollIntoView({ block: "nearest" });
follow();
