/**
 * Pictures and files by paste or drop into a <textarea> of <form data-uploads="URL" data-lesson="ID">:
 * each is sent, and its Markdown written where the cursor was. A [data-complaints] beside the field
 * says what went wrong. Words come from the page's <template data-word>.
 */
import { UploadRefused, uploadFile } from "../uploads.js";

let count = 0;

function word(name) {
  return document.querySelector(`template[data-word="${name}"]`)?.content.textContent.trim() ?? "";
}

/** Written as if typed, so that undo takes it back and whoever listens hears of it. */
function write(field, text, start = field.selectionStart, end = field.selectionEnd) {
  field.focus();
  field.setSelectionRange(start, end);
  if (document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, start, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function replace(field, mark, text) {
  const start = field.value.indexOf(mark);
  if (start < 0) return; // taken back meanwhile
  const here = field.selectionStart;
  write(field, text, start, start + mark.length);
  const shift = here > start ? text.length - mark.length : 0;
  field.setSelectionRange(here + shift, here + shift);
}

function complain(field, sentence) {
  const place = field.closest("section").querySelector("[data-complaints]");
  place.textContent = sentence;
  place.hidden = !sentence;
}

/** The clipboard calls every picture image.png, and one name is one file of the lesson. */
function named(file) {
  const found = file.name.match(/^image\.(\w+)$/);
  if (!found) return file;
  const moment = new Date().toISOString().replace(/\D/g, "").slice(2, 17);
  return new File([file], `picture-${moment}.${found[1]}`, { type: file.type });
}

/** What a link says should tell what it leads to; a file's own name is a beginning. */
function described(file, isPicture) {
  const name = file.name.replace(/\.\w+$/, "").replace(/[[\]]/g, "");
  return isPicture && name.startsWith("picture-") ? word("picture") : name;
}

function markdown(file, material) {
  const isPicture = material.kind === "image" || material.kind === "video";
  const target = material.name.replace(/[ ()]/g, encodeURIComponent);
  return `${isPicture ? "!" : ""}[${described(file, isPicture)}](${target})`;
}

async function upload(field, given) {
  const file = named(given);
  const mark = `![${word("sending")} ${++count}]()`;
  write(field, `${mark}\n`);
  const { uploads: createUrl, lesson } = field.form.dataset;
  const fields = { lesson, language: "", captions_of: "" };
  try {
    const material = await uploadFile(file, { createUrl, fields });
    replace(field, mark, markdown(file, material));
    complain(field, "");
  } catch (error) {
    replace(field, `${mark}\n`, "");
    const isRefused = error instanceof UploadRefused && error.message;
    complain(field, isRefused ? error.message : word("unreachable"));
  }
}

function fieldOf(event) {
  const field = event.target.closest?.("form[data-uploads] textarea");
  return field?.form.dataset.uploads ? field : null;
}

async function take(event, transfer) {
  const field = fieldOf(event);
  const files = [...(transfer?.files ?? [])];
  if (!field || !files.length) return;
  event.preventDefault();
  for (const file of files) await upload(field, file);
}

document.addEventListener("paste", (event) => take(event, event.clipboardData));
document.addEventListener("drop", (event) => {
  delete event.target.dataset?.over;
  take(event, event.dataTransfer);
});
document.addEventListener("dragover", (event) => {
  const field = fieldOf(event);
  if (!field || ![...event.dataTransfer.types].includes("Files")) return;
  event.preventDefault();
  field.dataset.over = "";
});
document.addEventListener("dragleave", (event) => delete event.target.dataset?.over);
