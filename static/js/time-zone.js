/** Tell the form in which zone its reader lives, so that mails can name their time too. */
function fill(root) {
  for (const input of root.querySelectorAll("input[data-fill-time-zone]")) {
    input.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  }
}

fill(document);
document.addEventListener("htmx:load", (event) => fill(event.target));
