/** The page's sentences, in its language, with their places filled. */
const sentences = new Map(
  [...document.querySelector("template[data-words]").content.querySelectorAll("[data-word]")].map(
    (element) => [element.dataset.word, element.textContent.trim()],
  ),
);

/** Empty for a name that the page does not know: a newer server may say one. */
export function word(name, places = {}) {
  const text = sentences.get(name) ?? "";
  return text.replace(/\{(\w+)\}/g, (_, place) => places[place] ?? "");
}

function format(zone, options) {
  const language = document.documentElement.lang;
  return new Intl.DateTimeFormat(language, { timeZone: zone, hourCycle: "h23", ...options });
}

/** `19:02` in the event's zone, with the date before it on any other day. */
export function timeText(moment, zone) {
  const day = format(zone, { year: "numeric", month: "2-digit", day: "2-digit" });
  const isToday = day.format(moment) === day.format(Date.now());
  const date = isToday ? {} : { month: "short", day: "numeric" };
  return format(zone, { hour: "2-digit", minute: "2-digit", ...date }).format(moment);
}

export function moneyText(minor, currency) {
  const style = { style: "currency", currency };
  const money = new Intl.NumberFormat(document.documentElement.lang, style);
  return money.format(minor / 10 ** money.resolvedOptions().maximumFractionDigits);
}
