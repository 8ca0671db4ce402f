/** A hand scanner is a quick keyboard: what it types lands in the code field from anywhere. */
const PREFIX = "C1:";
const isField = (element) => element.closest("input, select, textarea, [contenteditable]");

export function catchTyping(form) {
  const field = form.elements.code;
  document.addEventListener("keydown", (event) => {
    const isPlain = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!isPlain || isField(event.target)) return;
    if (event.key === " " && event.target.closest("button, a, summary")) return;
    field.focus(); // before the key's effect, so that the first character is not lost
  });
  // it was aimed at the search: still a ticket
  document.addEventListener(
    "keydown",
    (event) => {
      const typed = event.target.value ?? "";
      if (event.key !== "Enter" || event.target === field || !typed.startsWith(PREFIX)) return;
      event.preventDefault();
      event.target.value = "";
      field.value = typed;
      form.requestSubmit();
    },
    { capture: true },
  );
  // a code that opens doors does not belong into an address, which servers on the way write down
  document.addEventListener("htmx:configRequest", (event) => {
    if (String(event.detail.formData?.get("q") ?? "").startsWith(PREFIX)) event.preventDefault();
  });
}
