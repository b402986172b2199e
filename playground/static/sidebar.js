// The sidebar: who one is, and on a phone the drawer that it becomes. And the tabs of the app.
const side = document.getElementById("side");
const shade = document.getElementById("shade");
const opener = document.getElementById("side-open");

function show(isOpen) {
  side.classList.toggle("open", isOpen);
  shade.hidden = !isOpen;
  opener.setAttribute("aria-expanded", String(isOpen));
  (isOpen ? document.getElementById("side-close") : opener).focus();
}

opener.addEventListener("click", () => show(true));
shade.addEventListener("click", () => show(false));
document.getElementById("side-close").addEventListener("click", () => show(false));
side.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && side.classList.contains("open")) show(false);
});
side.querySelector(".who").addEventListener("change", (event) => event.currentTarget.submit());

document.querySelector("[role=tablist]")?.addEventListener("keydown", (event) => {
  const tabs = [...event.currentTarget.querySelectorAll("[role=tab]")];
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step) tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length].click();
});
