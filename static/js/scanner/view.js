/** Verdicts, scans and found tickets as elements, made of the page's templates. */
import { timeText, word } from "./words.js";

const template = (selector) => document.querySelector(`template${selector}`).content;

/** A copy of a template whose slots are filled; empty ones are taken out. */
function fill(selector, texts) {
  const element = template(selector).firstElementChild.cloneNode(true);
  for (const [name, text] of Object.entries(texts)) {
    const slot = element.querySelector(`[data-slot="${name}"]`);
    if (text) slot.textContent = text;
    else slot.remove();
  }
  return element;
}

/** `outcome`: {kind, text, since, gate, note, name, type, label, choices}. */
export function verdictElement(outcome, onChoice) {
  const { kind, text, since, gate, note, name, type, label, choices = [] } = outcome;
  const element = fill(`[data-verdict-of="${kind}"]`, {
    since: since && word("since", { time: since }),
    gate: since && gate && word("gate", { gate }),
    text: since ? "" : text,
    note,
    name,
    type,
    label,
  });
  if (!type && !label) element.querySelector('[data-slot="ticket"]').remove();
  const list = element.querySelector('[data-slot="choices"]');
  list.replaceChildren(...choices.map((ticket) => rowElement(ticket, onChoice)));
  if (!choices.length) list.remove();
  if (note && kind === "in") element.dataset.lasts = "4500";
  return element;
}

/** `ticket`: {label, name, type, status, since}; `onChoice(label)` where it may come in. */
export function rowElement({ label, name, type, status, since }, onChoice) {
  const isFree = status === "valid" && !since;
  const element = fill("[data-row]", {
    type,
    label: name ? label : "", // else it stands in the name's place
    name: name || label,
    status: isFree ? "" : since ? word("in-since", { time: since }) : word(status),
  });
  const sign = element.querySelector('[data-slot="status"]');
  if (sign) sign.dataset.kind = { held: "wait", canceled: "bad", valid: "good" }[status];
  const button = element.querySelector('[data-slot="check-in"]');
  if (!isFree) button.remove();
  button.setAttribute("aria-label", word("check-in-of", { name: name || label }));
  button.addEventListener("click", () => onChoice(label));
  return element;
}

function refusal({ reason, opens_ms }, zone) {
  return word(reason, { time: opens_ms && timeText(opens_ms, zone) });
}

/** One line of the last scans. */
export function entryElement(scan, { name, type, zone, onUndo }) {
  const kind = scan.isUndone ? "undone" : scan.kind;
  const what = [type, scan.label].filter(Boolean).join(" · ");
  const element = fill("[data-entry]", {
    time: timeText(scan.at, zone),
    name,
    word: word(kind),
    meta: kind === "refused" ? refusal(scan, zone) || what : what,
    waits: scan.isSent || scan.kind !== "in" ? "" : word("waits"),
  });
  element.dataset.verdict = kind;
  element.querySelector("time").dateTime = new Date(scan.at).toISOString();
  const undo = element.querySelector('[data-slot="undo"]');
  if (kind !== "in") undo.remove();
  undo.setAttribute("aria-label", word("undo-of", { name: name || scan.label || "" }));
  undo.addEventListener("click", () => onUndo(scan.nonce));
  return element;
}
