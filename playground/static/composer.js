// The line at the bottom: messages, and slash commands with what may follow them.
import { Listbox, option } from "./listbox.js";
import { post } from "./wire.js";

function span(words, kind) {
  const made = document.createElement("span");
  made.textContent = words;
  if (kind) made.className = kind;
  return made;
}

// What may be meant by what stands in the line: the text each choice would put there.
function hints(line, commands) {
  const [first, ...rest] = line.split(" ");
  if (!rest.length) {
    return commands.filter((one) => one.command.startsWith(first)).map((one) => ({
      text: one.command,
      takes: one.words.length ? `[${one.words.map(([word]) => word).join(" | ")}]` : "",
      says: one.says,
    }));
  }
  const command = commands.find((one) => one.command === first);
  if (!command || rest.length > 1) return [];
  return command.words.filter(([word]) => word.startsWith(rest[0])).map(
    ([word, takes]) => ({ text: `${first} ${word}`, takes, says: "" }));
}

export function startComposer(form, onSent) {
  const field = form.querySelector("[role=combobox]");
  const commands = JSON.parse(form.dataset.commands);
  const box = new Listbox(field, form.querySelector("[role=listbox]"), pick);

  function suggest() {
    const line = field.value;
    const found = line.startsWith("/") ? hints(line, commands) : [];
    const isWhole = found.some((one) => one.text === line.trim()) || line.endsWith(" ");
    if (found.length === 1 && found[0].text === line.trim() && line.includes(" ")) found.pop();
    box.show(found.map((one) => {
      const made = option([span(one.text), span(one.takes, "takes")], one.says);
      made.dataset.text = one.text;
      return made;
    }), isWhole ? -1 : 0);
  }

  function pick(chosen) {
    field.value = `${chosen.dataset.text} `;
    field.focus();
    suggest();
  }

  field.addEventListener("input", suggest);
  field.addEventListener("focus", suggest);
  field.addEventListener("blur", () => box.hide());
  field.addEventListener("keydown", (event) => {
    if (box.hear(event)) return;
    if (event.key === "Escape" && box.isOpen) {
      event.preventDefault();
      box.hide();
    } else if ((event.key === "Enter" || event.key === "Tab") && box.active) {
      event.preventDefault();
      pick(box.active);
    }
  });
  startLine(form, () => { box.hide(); onSent(); });
}

export function startLine(form, onSent) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = new FormData(form);
    if (!fields.get("line").trim()) return;
    form.querySelector("[name=line]").value = "";
    onSent();
    await post("type", fields);
  });
}
