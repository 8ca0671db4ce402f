/** Arrow keys lead to the lesson before and after, wherever nothing else needs them. */
const NEEDS_ARROWS = "input, textarea, select, video, audio, iframe, pre, summary, [tabindex='0'], [contenteditable]";

export function goByKeys(page) {
  page.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
    if (event.key === "Escape" && location.hash === "#outline") {
      location.hash = "#main";
      return;
    }
    const rel = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    const link = rel && page.querySelector(`head link[rel="${rel}"]`);
    if (!link || event.target.closest?.(NEEDS_ARROWS)) return;
    event.preventDefault();
    location.assign(link.href);
  });
}
