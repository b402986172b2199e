// The pane of one thread, at the side or, on a phone, over everything.
import { startLine } from "./composer.js";
import { morph } from "./morph.js";
import { app, here, read } from "./wire.js";

const pane = document.getElementById("thread");
const replies = document.getElementById("replies");
let cameFrom = null;

export async function drawThread() {
  const ts = app.dataset.thread;
  if (!ts || pane.hidden) return;
  const html = await read(`${here}/thread/${app.dataset.room}/${ts}`);
  if (html === null || ts !== app.dataset.thread) return;
  const isAtEnd = replies.scrollTop + replies.clientHeight > replies.scrollHeight - 40;
  if (morph(replies, html) && isAtEnd) replies.scrollTop = replies.scrollHeight;
}

function show(ts) {
  app.dataset.thread = ts;
  pane.hidden = !ts;
  pane.querySelector("[name=thread]").value = ts;
  const where = new URL(location);
  if (ts) where.searchParams.set("thread", ts);
  else where.searchParams.delete("thread");
  history.replaceState(null, "", where);
}

function open(ts) {
  show(ts);
  drawThread();
  (matchMedia("(pointer: coarse)").matches ? replies : pane.querySelector("#reply")).focus();
}

function close() {
  show("");
  cameFrom?.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-thread]:not(#app)");
  if (link) {
    event.preventDefault();
    cameFrom = link;
    open(link.dataset.thread);
  } else if (event.target.closest("[data-thread-close]")) {
    close();
  }
});
pane.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) close();
});
startLine(document.getElementById("answer"), () => { replies.scrollTop = replies.scrollHeight; });
if (app.dataset.thread) show(app.dataset.thread);
