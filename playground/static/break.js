"use strict";
{
  const panel = document.getElementById("break");
  const said = document.getElementById("break-said");
  const drawer = panel.querySelector("details");
  const remembered = "break-things-open";

  function draw(controls) {
    const buttons = [...panel.querySelectorAll("button[data-break]")];
    controls.forEach((control, place) => {
      const button = buttons[place];
      const state = button.parentElement.querySelector("small");
      if (button.dataset.break !== control.deed) button.dataset.break = control.deed;
      if (button.textContent !== control.button) button.textContent = control.button;
      const words = `${control.about}: ${control.state}`;
      if (state.textContent !== words) state.textContent = words;
    });
  }

  async function look() {
    const answer = await fetch("/break");
    if (answer.ok) draw((await answer.json()).controls);
  }

  async function press(button) {
    const deed = button.dataset.break;
    if (deed === "restart_bot") said.textContent = "Restarting…";
    if (deed === "kill_bot") said.textContent = "Killed. Starting it again…";
    try {
      const answer = await fetch("/break", {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ deed }),
      });
      const told = await answer.json();
      said.textContent = told.error || told.said;
      if (told.controls) draw(told.controls);
    } catch {
      said.textContent = "The playground does not answer. Is it still running?";
    }
  }

  panel.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-break]");
    if (button) press(button);
  });

  // What the mail server does by itself (the fifth refusal, the hang-up) shows without a press.
  setInterval(() => { if (drawer.open && !document.hidden) look().catch(() => {}); }, 1000);
  drawer.open = sessionStorage.getItem(remembered) === "yes";
  drawer.addEventListener("toggle", () => {
    sessionStorage.setItem(remembered, drawer.open ? "yes" : "no");
    if (drawer.open) look().catch(() => {});
  });
}
