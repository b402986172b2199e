// A select whose options come from the bot while one types.
import { changed } from "./acts.js";
import { Listbox, option } from "./listbox.js";
import { here, tell } from "./wire.js";

const PAUSE = 200;
const boxes = new WeakMap();

function boxOf(field) {
  if (!boxes.has(field)) boxes.set(field, new Listbox(field, field.parentElement.querySelector("[role=listbox]"), (one) => pick(field, one)));
  return boxes.get(field);
}

async function suggest(field) {
  const combo = field.parentElement;
  if (field.value.length < Number(combo.dataset.least)) return boxOf(field).hide();
  const place = field.closest("[data-action]");
  const where = new URLSearchParams({
    surface: field.closest("form.surface").dataset.surface,
    block: place.dataset.block,
    action: place.dataset.action,
    q: field.value,
  });
  const asked = field.value;
  const answer = await fetch(`${here}/options?${where}`);
  if (!answer.ok) return tell(await answer.text());
  const found = await answer.json();
  if (field.value !== asked || document.activeElement !== field) return undefined;
  const shown = found.map((one) => {
    const made = option([one.text.text], one.description?.text);
    made.dataset.value = JSON.stringify(one);
    return made;
  });
  boxOf(field).show(shown, asked && shown.length ? 0 : -1);
  if (!shown.length) {
    const none = document.createElement("li");
    none.className = "none";
    none.textContent = "No results";
    boxOf(field).list.replaceChildren(none);
    boxOf(field).list.hidden = false;
  }
  // At the lower edge of a modal the list would open out of sight.
  boxOf(field).list.scrollIntoView({ block: "nearest" });
  return undefined;
}

function chipFor(combo, chosen) {
  const chip = document.createElement("span");
  const value = document.createElement("input");
  const remove = document.createElement("button");
  chip.className = "chip";
  chip.id = `${combo.querySelector("[role=combobox]").id}-${chosen.value}`;
  chip.hidden = !("many" in combo.dataset);
  Object.assign(value, { type: "hidden", name: combo.dataset.name, value: JSON.stringify(chosen) });
  Object.assign(remove, { type: "button", className: "plain", textContent: "✕" });
  remove.dataset.unpick = "";
  remove.setAttribute("aria-label", `Remove ${chosen.text.text}`);
  chip.append(chosen.text.text, value, remove);
  return chip;
}

function pick(field, one) {
  const combo = field.parentElement;
  const chosen = JSON.parse(one.dataset.value);
  const isMany = "many" in combo.dataset;
  if (!isMany) for (const chip of combo.querySelectorAll(".chip")) chip.remove();
  const chip = chipFor(combo, chosen);
  if (!document.getElementById(chip.id)) field.before(chip);
  field.value = isMany ? "" : chosen.text.text;
  boxOf(field).hide();
  changed(field);
}

// What was typed and not chosen is no choice: the field says again what is chosen, or nothing.
function settle(field) {
  const combo = field.parentElement;
  const chip = combo.querySelector(".chip");
  boxOf(field).hide();
  if ("many" in combo.dataset) {
    field.value = "";
  } else if (chip && !field.value) {
    chip.remove();
    changed(field);
  } else {
    field.value = chip ? chip.firstChild.data : "";
  }
}

const isCombo = (field) => field.matches?.(".combo [role=combobox]");
let timer = 0;
document.addEventListener("input", (event) => {
  if (!isCombo(event.target)) return;
  clearTimeout(timer);
  timer = setTimeout(() => suggest(event.target), PAUSE);
});
document.addEventListener("focusin", (event) => {
  if (isCombo(event.target) && event.target.parentElement.dataset.least === "0") suggest(event.target);
});
document.addEventListener("focusout", (event) => { if (isCombo(event.target)) settle(event.target); });
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!isCombo(field)) return;
  const box = boxOf(field);
  if (box.hear(event)) return;
  if (event.key === "Enter") {
    event.preventDefault();
    if (box.active) pick(field, box.active);
  } else if (event.key === "Escape" && box.isOpen) {
    // The modal stays open: only the list goes.
    event.preventDefault();
    box.hide();
  } else if (event.key === "ArrowDown") {
    suggest(field);
  }
});
document.addEventListener("click", (event) => {
  const remove = event.target.closest("[data-unpick]");
  if (!remove) return;
  const field = remove.closest(".combo").querySelector("[role=combobox]");
  remove.parentElement.remove();
  field.focus();
  changed(field);
});
