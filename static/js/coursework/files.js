/** Sends a file as soon as it is chosen, with what was typed beside it. */
for (const box of document.querySelectorAll("[data-work-file]")) {
  const input = box.querySelector("input[type=file]");
  const button = box.querySelector("button");
  button.hidden = true;
  input.addEventListener("change", () => {
    if (!input.files.length) return;
    box.querySelector("[data-sending]").hidden = false;
    input.form.requestSubmit(button);
  });
}
