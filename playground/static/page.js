// The server draws; this only fetches what has changed and posts what people do.
import "./combo.js";
import "./menus.js";
import "./sidebar.js";
import { startComposer } from "./composer.js";
import { drawModal } from "./modal.js";
import { morph } from "./morph.js";
import { drawThread } from "./thread.js";
import { app, here, post, read } from "./wire.js";

const room = document.getElementById("room");
const isHome = app.dataset.room === "home";
let followsEnd = true;

const toEnd = () => { if (!isHome) room.scrollTop = room.scrollHeight; };
room.addEventListener("scroll", () => {
  followsEnd = room.scrollTop + room.clientHeight > room.scrollHeight - 60;
});

async function drawRoom() {
  const html = await read(`${here}/room/${app.dataset.room}`);
  if (html !== null && morph(room, html) && followsEnd) toEnd();
}

async function drawSidebar() {
  const html = await read(`${here}/sidebar/${app.dataset.room}`);
  if (html !== null) morph(document.getElementById("rooms"), html);
}

async function follow() {
  let version = 0;
  for (;;) {
    try {
      await Promise.all([drawRoom(), drawModal(), drawThread(), drawSidebar()]);
      const answer = await fetch(`/ui/changes?since=${version || app.dataset.version}`);
      version = (await answer.json()).version;
    } catch {
      // The playground is gone, or coming back: ask again.
      await new Promise((resolve) => { setTimeout(resolve, 1000); });
    }
  }
}

// A link to one message: it is scrolled to and lights up for a moment.
function seek() {
  const sought = document.getElementById(`room-${new URLSearchParams(location.search).get("at")}`);
  if (!sought) return;
  followsEnd = false;
  sought.scrollIntoView({ block: "center" });
  sought.classList.add("sought");
}

const composer = document.getElementById("composer");
if (composer) startComposer(composer, () => { followsEnd = true; });
if (isHome) post("home");
else if (document.getElementById("tab-messages")) post("messages");
toEnd();
seek();
follow();
