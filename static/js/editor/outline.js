/**
 * Order an outline by dragging its handles or by Alt + arrow keys. Without this module the up and
 * down buttons of each row do the same.
 *
 * [data-outline] holds [data-item="KIND" data-id] rows in [data-list="KIND"] lists; a drop posts
 * the row's form[data-move] with `before` (an id, or "" for the end) and `into` (the list's id).
 */
const outline = () => document.querySelector("[data-outline]");
let dragged = null;

function rowsOf(list) {
  return [...list.children].filter((child) => child.matches("[data-item]"));
}

function lists(kind) {
  return [...outline().querySelectorAll(`[data-list="${kind}"]`)];
}

/** The row of `list` that the pointer is above the middle of. */
function rowBelow(list, y) {
  return rowsOf(list).find((row) => {
    const box = row.getBoundingClientRect();
    return row !== dragged && y < box.top + box.height / 2;
  });
}

function post(row) {
  const form = row.querySelector("form[data-move]");
  const list = row.parentElement;
  const next = rowsOf(list)[rowsOf(list).indexOf(row) + 1];
  form.elements.before.value = next?.dataset.id ?? "";
  form.elements.into.value = list.dataset.id ?? "";
  form.querySelector("[data-place]").click();
}

function step(row, isUp) {
  const list = row.parentElement;
  const rows = rowsOf(list);
  const neighbor = rows[rows.indexOf(row) + (isUp ? -1 : 1)];
  if (neighbor) neighbor[isUp ? "before" : "after"](row);
  else if (!stepOver(row, list, isUp)) return;
  post(row);
}

/** At the end of its list a row goes on into the next one. */
function stepOver(row, list, isUp) {
  const all = lists(list.dataset.list);
  const there = all[all.indexOf(list) + (isUp ? -1 : 1)];
  there?.[isUp ? "append" : "prepend"](row);
  return there;
}

document.addEventListener("keydown", (event) => {
  const row = event.altKey && event.target.closest?.("[data-item]");
  if (!row || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  step(row, event.key === "ArrowUp");
});

document.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest?.("[data-handle]");
  if (handle) handle.closest("[data-item]").draggable = true;
});

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-item][draggable=true]");
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  dragged.dataset.dragged = "";
});

document.addEventListener("dragover", (event) => {
  if (!dragged) return;
  const kind = dragged.dataset.item;
  const list = event.target.closest(`[data-list="${kind}"]`) ?? listNear(kind, event.target);
  if (!list) return;
  event.preventDefault();
  list.insertBefore(dragged, rowBelow(list, event.clientY) ?? null);
});

/** Over the head of a module, a lesson falls into that module's list. */
function listNear(kind, target) {
  return target.closest("[data-item]")?.querySelector(`[data-list="${kind}"]`);
}

document.addEventListener("drop", (event) => {
  if (dragged) event.preventDefault();
});

document.addEventListener("dragend", (event) => {
  if (!dragged) return;
  const row = dragged;
  dragged = null;
  row.draggable = false;
  delete row.dataset.dragged;
  if (event.dataTransfer.dropEffect === "none") location.reload();
  else post(row);
});

/** htmx has put the new order in place: the hand stays on the row it moved. */
document.addEventListener("htmx:afterSettle", () => {
  const row = outline()?.querySelector("[data-focus]");
  (row?.querySelector("[data-handle]") ?? row)?.focus();
});
