// The question before something is done: true when the answer is yes.
const dialog = document.getElementById("confirm");

export function ask(template) {
  dialog.replaceChildren(template.content.cloneNode(true));
  dialog.showModal();
  dialog.querySelector("[value=no]").focus();
  return new Promise((resolve) => {
    let isYes = false;
    dialog.onclick = (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      isYes = button.value === "yes";
      dialog.close();
    };
    // Escape closes it as well, and means no.
    dialog.onclose = () => resolve(isYes);
  });
}
