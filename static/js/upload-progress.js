/** Shows how far the file of a form has come, while htmx sends it. */

const shown = (form) => form.querySelector("[data-upload-progress]");

function tell(box, word) {
  const line = box.querySelector("[role=status]");
  if (line.textContent !== line.dataset[word]) line.textContent = line.dataset[word];
}

document.addEventListener("htmx:beforeSend", (event) => {
  const box = shown(event.detail.elt);
  if (!box) return;
  box.hidden = false;
  box.querySelector("progress").value = 0;
  tell(box, "sending");
});

document.addEventListener("htmx:xhr:progress", (event) => {
  const box = event.target.closest?.("form") && shown(event.target.closest("form"));
  if (!box || !event.detail.lengthComputable || !event.detail.total) return;
  const bar = box.querySelector("progress");
  const percent = Math.floor((100 * event.detail.loaded) / event.detail.total);
  if (percent < 100) {
    bar.value = percent;
  } else {
    bar.removeAttribute("value"); // reading has no measure
    tell(box, "reading");
  }
});

for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    const box = shown(event.detail.elt);
    if (!box) return;
    box.querySelector("progress").value = 0;
    tell(box, "failed");
  });
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "main") document.getElementById("main")?.focus();
});
