/** Where the reader was, kept by small words to the server and found again on the next visit. */
const QUIET_MS = 1500;
const VIDEO_STEP = 10;

function perMille(text) {
  const box = text.getBoundingClientRect();
  const seen = Math.min(Math.max(innerHeight - box.top, 0), box.height);
  const above = Math.max(-box.top, 0);
  if (seen >= box.height) return 1000;
  return Math.round((1000 * above) / box.height);
}

export function keepPlace(lesson) {
  const { progressUrl, position } = lesson.dataset;
  const text = lesson.querySelector("[data-lesson-text]");
  const video = lesson.querySelector("[data-lesson-video]");
  if (!progressUrl || !text) return;
  const token = lesson.querySelector("[name=csrfmiddlewaretoken]")?.value ?? tokenOf(document.body);
  const tell = (fields) =>
    fetch(progressUrl, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: { "X-CSRFToken": token },
      keepalive: true,
    }).catch(() => {});
  goBackTo(Number(position), text);
  tellScroll(text, tell, Number(position));
  if (video) tellVideo(video, tell);
}

function tokenOf(body) {
  return JSON.parse(body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
}

/** At once, and again when the fonts have given the text its height, unless the reader moved on. */
function goBackTo(position, text) {
  if (location.hash || position < 30 || position >= 950) return;
  const go = () => {
    const top = text.getBoundingClientRect().top + scrollY;
    scrollTo({ top: top + (text.offsetHeight * position) / 1000, behavior: "instant" });
    return scrollY;
  };
  const first = go();
  document.fonts.ready.then(() => Math.abs(scrollY - first) < 2 && go());
}

function tellScroll(text, tell, known) {
  let last = known;
  let timer;
  const say = () => {
    clearTimeout(timer);
    timer = undefined;
    const now = perMille(text);
    if (Math.abs(now - last) < 5) return;
    last = now;
    tell({ position: now });
  };
  addEventListener("scroll", () => (timer ??= setTimeout(say, QUIET_MS)), { passive: true });
  document.addEventListener("visibilitychange", () => document.hidden && timer && say());
  addEventListener("pagehide", () => timer && say());
}

function tellVideo(video, tell) {
  let last = Number(video.dataset.seconds);
  const say = () => {
    const now = video.ended ? 0 : Math.floor(video.currentTime);
    if (now === last) return;
    last = now;
    tell({ video_seconds: now });
  };
  video.addEventListener("timeupdate", () => Math.abs(video.currentTime - last) >= VIDEO_STEP && say());
  video.addEventListener("pause", say);
  addEventListener("pagehide", say);
}
