// The modal on top of the stack.
import { forgetTyping, uploads } from "./acts.js";
import { morph } from "./morph.js";
import { here, post, postSurface, read } from "./wire.js";

const modal = document.getElementById("modal");
const isTouched = matchMedia("(pointer: coarse)").matches;


function focusFirst() {
  const body = modal.querySelector(".body");
  body.scrollTop = 0;
  const first = body.querySelector("[autofocus]")
    || body.querySelector("input:not([type=hidden], [type=file]), select, textarea")
    || modal.querySelector("footer [type=submit]") || modal.querySelector("footer .button");
  // On a phone a focused field would bring up the keyboard over the form.
  (isTouched ? modal.querySelector("form") : first).focus();
}

// The focus goes back to where it was. Chromium gives back one that takes no keys: it has to be given again.
function close() {
  modal.close();
  const back = document.activeElement;
  back.blur();
  back.focus();
}

export async function drawModal() {
  const html = await read(`${here}/modal`);
  if (html === null) return;
  const shown = modal.querySelector("form")?.dataset.surface;
  morph(modal, html);
  const now = modal.querySelector("form")?.dataset.surface;
  if (!now && modal.open) close();
  if (now && !modal.open) modal.showModal();
  if (now && now !== shown) focusFirst();
}

async function submit(form) {
  const button = form.querySelector("[type=submit]");
  if (!button || button.disabled) return;
  forgetTyping();
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  await Promise.all(uploads);
  await postSurface("submit", form);
  await drawModal();
  if (!button.isConnected) return;
  button.disabled = false;
  button.removeAttribute("aria-busy");
  (modal.querySelector(".wrong :is(input:not([type=hidden]), select, textarea)") || button).focus();
}

document.addEventListener("submit", (event) => {
  if (event.target.id !== "modal-form") return;
  event.preventDefault();
  submit(event.target);
});

modal.addEventListener("click", (event) => {
  const deed = event.target.closest("[data-deed]")?.dataset.deed;
  if (deed) post("close", deed === "close" ? { whole: "yes" } : {});
});

// Escape leaves the view on top, as its own button does; the server decides what is shown then.
modal.addEventListener("cancel", (event) => {
  if (event.target !== modal) return;
  event.preventDefault();
  post("close", {});
});
