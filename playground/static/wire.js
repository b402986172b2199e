// The way to the server: what people do goes out as a form, what they see comes back as HTML.
export const app = document.getElementById("app");
export const here = `/ui/${app.dataset.me}`;
let ticks = 0;

// A field is `touched` from the moment a person changes it until the server has heard of it.
document.addEventListener("input", (event) => { event.target.touched = ++ticks; }, true);

export function tell(words) {
  const alert = document.getElementById("alert");
  alert.textContent = words;
  // A popover, so that it stands above an open modal too.
  if (alert.matches(":popover-open")) alert.hidePopover();
  if (words) alert.showPopover();
}

export async function post(deed, fields) {
  const body = fields instanceof FormData ? fields : new FormData();
  if (body !== fields) for (const [name, value] of Object.entries(fields || {})) body.set(name, value);
  try {
    const answer = await fetch(`${here}/${deed}`, { method: "POST", body });
    tell(answer.ok ? "" : await answer.text());
    return answer.ok;
  } catch {
    tell("The playground does not answer. Is it still running?");
    return false;
  }
}

// Everything that stands in a modal, in a message or in the Home tab, and `more` beside it.
export async function postSurface(deed, form, more) {
  const fields = new FormData(form);
  for (const [name, value] of [...fields]) if (value instanceof File) fields.delete(name);
  fields.set("surface", form.dataset.surface);
  for (const [name, value] of Object.entries(more || {})) fields.set(name, value);
  const sent = [...form.elements].filter((one) => one.touched).map((one) => [one, one.touched]);
  const isTaken = await post(deed, fields);
  for (const [one, then] of sent) if (one.touched === then) one.touched = 0;
  return isTaken;
}

export async function read(path) {
  const answer = await fetch(path);
  return answer.ok ? answer.text() : null;
}
