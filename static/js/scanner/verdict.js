/** The rule of the door: what a scanner knows → its verdict. Pure, and said once more in Python
 * (ticketing/verdicts.py): tests/ticketing/verdict_cases.json holds both to the same answers.
 *
 * Times are milliseconds since the epoch, corrected by the clock's offset. A list's end is no
 * part of it; empty `types` admit all. */
const NOTHING = {
  reason: "",
  list: null,
  is_reentry: false,
  since_ms: null,
  gate: "",
  is_unlisted: false,
  opens_ms: null,
};
const WHY_NOT = { held: "ticket_unpaid", canceled: "ticket_canceled" };

const refused = (reason, more) => ({ kind: "refused", ...NOTHING, reason, ...more });

/** The first question that has an answer gives it. */
export function decide(facts) {
  if (facts.event !== "published") return refused("event_not_open");
  if (facts.signature === "other_event") return refused("other_event");
  if (facts.signature === "bad") return refused("unknown_ticket");
  if (facts.matches > 1) return { kind: "choose", ...NOTHING, reason: "ticket_ambiguous" };
  if (!facts.ticket) return withoutRow(facts);
  if (facts.ticket.is_replaced) return refused("ticket_replaced");
  const whyNot = WHY_NOT[facts.ticket.status];
  return whyNot ? refused(whyNot) : atLists(facts, facts.ticket.type, false);
}

function withoutRow(facts) {
  if (facts.is_complete) return refused("unknown_ticket");
  if (facts.signature !== "good") return refused("not_synced");
  return atLists(facts, facts.type, true);
}

function atLists(facts, type, is_unlisted) {
  const lists = facts.lists.filter(({ types }) => !types.length || types.includes(type));
  if (!lists.length) return refused("wrong_list", { is_unlisted });
  const open = lists.find((list) => isOpen(list, facts.now_ms));
  if (open) return onList(open, facts.admissions, is_unlisted);
  const toCome = lists.map((list) => list.from_ms).filter((from) => from > facts.now_ms);
  if (!toCome.length) return refused("too_late", { is_unlisted });
  return refused("too_early", { is_unlisted, opens_ms: Math.min(...toCome) });
}

function isOpen({ from_ms, until_ms }, now) {
  return (from_ms === null || from_ms <= now) && (until_ms === null || now < until_ms);
}

function onList(list, admissions, is_unlisted) {
  const verdict = { kind: "in", ...NOTHING, list: list.id, is_unlisted };
  const here = admissions.filter((admission) => admission.list === list.id);
  if (!here.length) return verdict;
  const first = here.reduce((a, b) => (b.at_ms < a.at_ms ? b : a));
  const known = { since_ms: first.at_ms, gate: first.gate };
  if (list.reentry) return { ...verdict, ...known, is_reentry: true };
  return { ...verdict, ...known, kind: "again", reason: "already_checked_in" };
}
