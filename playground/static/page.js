"use strict";
// The server draws; this only fetches what has changed and posts what people do.
const app = document.getElementById("app");
const room = document.getElementById("room");
const modal = document.getElementById("modal");
const here = `/ui/${app.dataset.me}`;
let stamp = "";

function tell(words) {
  const alert = document.getElementById("alert");
  alert.textContent = words;
  alert.hidden = !words;
}

async function post(deed, fields) {
  const answer = await fetch(`${here}/${deed}`, { method: "POST", body: fields });
  tell(answer.ok ? "" : await answer.text());
  return answer.ok;
}

function modalFields() {
  const form = document.getElementById("modal-form");
  const fields = form ? new FormData(form) : new FormData();
  if (form) fields.set("surface", form.dataset.surface);
  return fields;
}

async function drawRoom() {
  const answer = await fetch(`${here}/room/${app.dataset.room}`);
  if (!answer.ok) return;
  const atEnd = room.scrollTop + room.clientHeight > room.scrollHeight - 40;
  const open = new Set([...room.querySelectorAll("details[open]")].map((one) => one.dataset.key));
  const focused = room.contains(document.activeElement) ? document.activeElement.dataset : null;
  room.innerHTML = await answer.text();
  for (const one of room.querySelectorAll("details[data-key]")) one.open = open.has(one.dataset.key);
  if (focused && focused.action) {
    const again = [...room.querySelectorAll("[data-action]")].find(
      (one) => one.dataset.action === focused.action && one.dataset.surface === focused.surface);
    if (again) again.focus();
  }
  if (atEnd) room.scrollTop = room.scrollHeight;
}

async function drawModal() {
  let answer = await fetch(`${here}/modal`);
  const now = answer.headers.get("X-Modal");
  if (!answer.ok || now === stamp) return;
  if (stamp && now && now.split(".")[0] === stamp.split(".")[0]) {
    // The same view in a new form: what is being typed must survive it.
    await post("keep", modalFields());
    answer = await fetch(`${here}/modal`);
  }
  stamp = answer.headers.get("X-Modal");
  modal.innerHTML = await answer.text();
  if (!stamp) modal.close();
  else if (!modal.open) modal.showModal();
  const wrong = modal.querySelector(".wrong input, .wrong select, .wrong textarea");
  if (wrong) wrong.focus();
}

async function follow() {
  let version = 0;
  for (;;) {
    try {
      await Promise.all([drawRoom(), drawModal()]);
      const answer = await fetch(`/ui/changes?since=${version || app.dataset.version}`);
      version = (await answer.json()).version;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.deed) {
    const fields = new FormData();
    if (button.dataset.deed === "close") fields.set("whole", "yes");
    await post("close", fields);
  } else if (button.dataset.action) {
    if (button.dataset.confirm && !confirm(button.dataset.confirm)) return;
    if (button.dataset.url) window.open(button.dataset.url, "_blank", "noopener");
    await act(button, button.dataset.option);
  }
});

async function act(element, option) {
  const inModal = modal.contains(element);
  const fields = inModal ? modalFields() : new FormData();
  fields.set("surface", element.dataset.surface);
  fields.set("block", element.dataset.block);
  fields.set("action", element.dataset.action);
  if (!inModal && element.name) fields.set(element.name, element.value);
  if (option) fields.set("option", option);
  await post("act", fields);
}

document.addEventListener("change", async (event) => {
  const element = event.target;
  if (element.closest(".who")) { element.form.submit(); return; }
  if (!element.dataset.action || element.classList.contains("typed")) return;
  const block = element.closest(".field");
  if (!block || block.hasAttribute("data-dispatch")) await act(element);
});

document.addEventListener("input", async (event) => {
  const typed = event.target;
  if (!typed.classList.contains("typed") || typed.value.length < Number(typed.dataset.least)) return;
  const where = new URLSearchParams({ ...typed.dataset, q: typed.value });
  const answer = await fetch(`${here}/options?${where}`);
  if (!answer.ok) { tell(await answer.text()); return; }
  const menu = typed.parentElement.querySelector("select");
  const kept = [...menu.selectedOptions].filter((one) => menu.multiple && one.value);
  menu.replaceChildren(...kept, ...(await answer.json()).map((one) => new Option(one.text.text, JSON.stringify(one))));
});

document.addEventListener("focusin", (event) => {
  const typed = event.target;
  if (typed.classList.contains("typed") && typed.dataset.least === "0" && !typed.value) {
    typed.dispatchEvent(new Event("input", { bubbles: true }));
  }
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.id === "composer") {
    event.preventDefault();
    const fields = new FormData(form);
    if (!fields.get("line").trim()) return;
    form.reset();
    await post("type", fields);
    room.scrollTop = room.scrollHeight;
  } else if (form.id === "modal-form") {
    event.preventDefault();
    await post("submit", modalFields());
  }
});

modal.addEventListener("cancel", (event) => {
  event.preventDefault();
  post("close", new FormData());
});

if (app.dataset.room === "home") post("home", new FormData());
follow();
