// Makes what is shown look like what the server has drawn, and keeps every element that is still the same one:
// so the focus, the caret, open menus and what is being typed survive a redraw.
const OURS = new Set(["aria-busy", "aria-expanded", "aria-activedescendant", "disabled", "open", "style"]);
const drawn = new WeakMap();

export function morph(place, html) {
  if (drawn.get(place) === html) return false;
  drawn.set(place, html);
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  children(place, fresh.content);
  return true;
}

function key(node) {
  return node.nodeType === Node.ELEMENT_NODE ? node.id || node.dataset.surface || "" : "";
}

function isSame(one, other) {
  return one.nodeName === other.nodeName && key(one) === key(other);
}

function children(old, fresh) {
  const wanted = new Set([...fresh.children].map(key).filter(Boolean));
  const isGone = (node) => !(key(node) && wanted.has(key(node)));
  let at = old.firstChild;
  const remove = () => { const next = at.nextSibling; at.remove(); at = next; };
  for (const next of [...fresh.childNodes]) {
    while (at && key(at) && isGone(at)) remove();
    if (at && isSame(at, next)) {
      node(at, next);
      at = at.nextSibling;
      continue;
    }
    const later = key(next) && [...old.children].find((one) => isSame(one, next));
    if (later) {
      // Moving an element would take the focus from it; removing what stands before it does not.
      while (at && at !== later && isGone(at)) remove();
      if (at === later) at = at.nextSibling;
      else old.insertBefore(later, at);
      node(later, next);
    } else {
      old.insertBefore(next, at);
    }
  }
  while (at) remove();
}

function node(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
  } else if ("own" in old.dataset || old.isEqualNode(fresh)) {
    // nothing to do: it belongs to a script, or nothing in it has changed
  } else if (old instanceof HTMLTemplateElement) {
    old.innerHTML = fresh.innerHTML;
  } else if (old instanceof HTMLInputElement) {
    input(old, fresh);
  } else if (old instanceof HTMLTextAreaElement) {
    textarea(old, fresh);
  } else if (old instanceof HTMLSelectElement) {
    select(old, fresh);
  } else {
    attributes(old, fresh);
    children(old, fresh);
  }
}

function attributes(old, fresh, skipped) {
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !OURS.has(name) && name !== skipped) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (!OURS.has(name) && name !== skipped && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

// What a person has entered and the server has not heard of yet goes before what the server knows.
function isFree(field) {
  return !field.touched;
}

function input(old, fresh) {
  if (old.type === "checkbox" || old.type === "radio") {
    const isNew = old.defaultChecked !== fresh.defaultChecked;
    attributes(old, fresh, "checked");
    if (isNew && !old.touched) old.checked = fresh.defaultChecked;
    old.defaultChecked = fresh.defaultChecked;
    return;
  }
  const isNew = old.getAttribute("value") !== fresh.getAttribute("value");
  attributes(old, fresh, "value");
  if (!isNew || old.type === "file" || (old.type === "hidden" && old.touched)) return;
  const typed = old.value;
  old.setAttribute("value", fresh.getAttribute("value") || "");
  if (old.type !== "hidden") show(old, isFree(old) ? fresh.value : typed);
}

// Setting a value moves the caret, so it is set only where it differs.
function show(field, value) {
  if (field.value !== value) field.value = value;
}

function textarea(old, fresh) {
  const isNew = old.defaultValue !== fresh.defaultValue;
  const typed = old.value;
  attributes(old, fresh);
  if (!isNew) return;
  old.defaultValue = fresh.defaultValue;
  show(old, isFree(old) ? fresh.value : typed);
}

function select(old, fresh) {
  const chosen = (menu) => [...menu.options].filter((one) => one.defaultSelected).map((one) => one.value).join();
  const isNew = chosen(old) !== chosen(fresh);
  const kept = old.value;
  const wanted = fresh.value;
  attributes(old, fresh);
  children(old, fresh);
  old.value = isNew && !old.touched ? wanted : kept;
  if (old.selectedIndex < 0) old.value = wanted;
}
