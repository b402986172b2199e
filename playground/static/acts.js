// What people do to the elements of messages, modals and the Home tab.
import { ask } from "./confirm.js";
import { post, postSurface } from "./wire.js";

const PAUSE = 300;
const waiting = new Map();
export const uploads = new Set();
let line = Promise.resolve();

function placeOf(element) {
  const box = element.closest("[data-action]");
  return { box, form: box && box.closest("form.surface"), block: box?.dataset.block, action: box?.dataset.action };
}

function wants(box, what) {
  return (box.dataset.dispatch || "").split(" ").includes(what);
}

async function isSure(box) {
  const question = box.querySelector(":scope > template");
  return !question || ask(question);
}

function actAt({ form, block, action }, option) {
  return postSurface("act", form, option === undefined ? { block, action } : { block, action, option });
}

export function act(element, option) {
  return actAt(placeOf(element), option);
}

async function press(button) {
  if (button.getAttribute("aria-busy")) return;
  const place = placeOf(button);
  const { box } = place;
  button.closest("[popover]")?.hidePopover();
  const hasQuestion = box.querySelector(":scope > template");
  if (!await isSure(box)) return;
  if (hasQuestion && button.href) window.open(button.href, "_blank", "noopener");
  const shown = button.closest("[popover]") ? box.querySelector("[popovertarget]") : button;
  shown.setAttribute("aria-busy", "true");
  const { option } = button.dataset;
  // What was typed before the press is told before it. The answer to that may draw another button here.
  await allTyping();
  await actAt(place, option);
  shown.removeAttribute("aria-busy");
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-press]");
  if (!button) return;
  if (placeOf(button).box.querySelector(":scope > template")) event.preventDefault();
  press(button);
});

function revert(field) {
  if (field instanceof HTMLSelectElement) for (const one of field.options) one.selected = one.defaultSelected;
  else if (field.type === "checkbox" || field.type === "radio") field.checked = field.defaultChecked;
  else field.value = field.defaultValue;
  field.touched = 0;
}

// A choice is told at once where the bot wants to hear of it, and kept in any case.
export async function changed(field) {
  const { box, form } = placeOf(field);
  const several = field.closest("[data-most]");
  const isTooMany = several && several.querySelectorAll(":checked").length > Number(several.dataset.most);
  if (isTooMany) revert(field);
  else if (!wants(box, "change")) await postSurface("keep", form);
  else if (await isSure(box)) await act(field);
  else revert(field);
}

document.addEventListener("change", (event) => {
  const field = event.target;
  const { form, block, action } = placeOf(field);
  if (!form || field.closest(".combo")) return;
  if (field.type !== "file") {
    changed(field);
  } else if (field.files.length) {
    const fields = new FormData();
    fields.set("surface", form.dataset.surface);
    for (const file of field.files) fields.append(field.name, file);
    const sent = post("keep", fields).then(() => { field.value = ""; uploads.delete(sent); });
    uploads.add(sent);
  }
});

// What is submitted need not be told as well.
export function forgetTyping() {
  for (const timer of waiting.values()) clearTimeout(timer);
  waiting.clear();
}

// Typing is told when it pauses, one telling after the other.
function tellTyping(field) {
  clearTimeout(waiting.get(field));
  waiting.delete(field);
  line = line.then(() => field.isConnected && act(field));
}

function allTyping() {
  for (const field of [...waiting.keys()]) tellTyping(field);
  return line;
}

document.addEventListener("input", (event) => {
  const { box, form } = placeOf(event.target);
  if (!form || !wants(box, "on_character_entered")) return;
  clearTimeout(waiting.get(event.target));
  waiting.set(event.target, setTimeout(() => tellTyping(event.target), PAUSE));
});

document.addEventListener("keydown", (event) => {
  const field = event.target;
  const { box, form } = placeOf(field);
  if (event.key !== "Enter" || !form || !(field instanceof HTMLInputElement) || event.isComposing) return;
  if (!wants(box, "on_enter_pressed")) return;
  event.preventDefault();
  tellTyping(field);
});

document.addEventListener("click", (event) => {
  const drop = event.target.closest("[data-drop-file]");
  const dismiss = event.target.closest("[data-dismiss]");
  if (drop) {
    const { form, block, action } = placeOf(drop);
    post("drop_file", { surface: form.dataset.surface, block, action, file: drop.dataset.dropFile });
  } else if (dismiss) {
    post("dismiss", { surface: dismiss.dataset.dismiss });
  }
});

// Messages and the Home tab are forms only to hold fields together.
document.addEventListener("submit", (event) => {
  if (event.target.matches("form.surface:not(#modal-form)")) event.preventDefault();
});
