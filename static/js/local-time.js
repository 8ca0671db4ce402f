/**
 * Fill <span data-local-time data-from="ISO" data-until="ISO" data-zone="IANA" hidden> with the
 * reader's own time, and show it, when the reader's clock differs from the event's at that moment.
 */
const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;

function offsetName(date, zone) {
  const parts = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" });
  return parts.formatToParts(date).find((part) => part.type === "timeZoneName").value;
}

function localText(from, until, language) {
  const format = new Intl.DateTimeFormat(language, {
    timeZone: HERE,
    weekday: "short",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  });
  return until ? format.formatRange(from, until) : format.format(from);
}

export function showLocalTimes(root) {
  for (const place of root.querySelectorAll("[data-local-time]")) {
    const from = new Date(place.dataset.from);
    const until = place.dataset.until ? new Date(place.dataset.until) : null;
    if (Number.isNaN(from.getTime())) continue;
    if (offsetName(from, place.dataset.zone) === offsetName(from, HERE)) continue;
    const target = place.querySelector("[data-local-text]") ?? place;
    target.textContent = localText(from, until, document.documentElement.lang);
    place.hidden = false;
  }
}
