/** Keys within the form of a review: 1 2 3 a size, o the evidence, t the words, q the queue. */
const isField = (element) => element.closest("textarea, select, input:not([type=radio])");
const form = document.querySelector("[data-review]");

const actions = {
  o: () => document.querySelector(".review-evidence a[target]")?.click(),
  t: () => form.elements.text.focus(),
  q: () => document.querySelector(".page-head a")?.click(),
};

function choose(place) {
  const size = form.querySelectorAll("input[type=radio][name=size]")[place];
  if (!size) return;
  size.checked = true;
  size.focus();
}

function press(event) {
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
  if (!isPlain || isField(event.target)) return;
  const act = actions[event.key] ?? ("123".includes(event.key) ? () => choose(event.key - 1) : null);
  if (!act) return;
  event.preventDefault();
  act();
}

if (form) {
  form.addEventListener("keydown", press); // only where the reviewer is at work: WCAG 2.1.4
  form.querySelector(".keys").hidden = false;
}
