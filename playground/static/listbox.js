// A field with a list of options under or above it, as the ARIA combobox pattern has it.
export class Listbox {
  constructor(field, list, onPick) {
    this.field = field;
    this.list = list;
    this.at = -1;
    // Before the field loses the focus to the click.
    list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) onPick(option);
    });
  }

  get isOpen() { return !this.list.hidden; }
  get options() { return [...this.list.querySelectorAll("[role=option]")]; }
  get active() { return this.isOpen ? this.options[this.at] : undefined; }

  show(nodes, at) {
    nodes.forEach((one, index) => { one.id = `${this.list.id}-${index}`; });
    this.list.replaceChildren(...nodes);
    this.list.hidden = !nodes.length;
    this.field.setAttribute("aria-expanded", String(this.isOpen));
    this.mark(at);
  }

  hide() { this.show([], -1); }

  mark(at) {
    this.at = at;
    this.options.forEach((one, index) => one.setAttribute("aria-selected", String(index === at)));
    if (this.active) {
      this.field.setAttribute("aria-activedescendant", this.active.id);
      this.active.scrollIntoView({ block: "nearest" });
    } else {
      this.field.removeAttribute("aria-activedescendant");
    }
  }

  // Arrows go round; true when the key was one of theirs.
  hear(event) {
    const count = this.options.length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!this.isOpen || !step || !count) return false;
    event.preventDefault();
    this.mark(this.at < 0 ? (step > 0 ? 0 : count - 1) : (this.at + step + count) % count);
    return true;
  }
}

export function option(words, small) {
  const made = document.createElement("li");
  made.setAttribute("role", "option");
  made.append(...words);
  if (small) {
    const said = document.createElement("small");
    said.textContent = small;
    made.append(" ", said);
  }
  return made;
}
