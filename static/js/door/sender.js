/** Sends a scan until it is answered. The same nonce goes with every try, so that a scan whose
 * answer was lost on the way is not counted twice. */
const PATIENCE = 8000; // ms
const WAITS = [1000, 2000, 4000, 8000];

export class Dropped extends Error {}

/** The answer's HTML, or the name of the trouble and whether another try may help. */
export async function attempt(url, data) {
  const request = {
    method: "POST",
    body: data,
    headers: { "HX-Request": "true" },
    redirect: "manual",
    signal: AbortSignal.timeout(PATIENCE),
  };
  try {
    const response = await fetch(url, request);
    if (response.ok) return { html: await response.text() };
    if (response.status === 401) return { trouble: "signed-out", isFinal: true };
    if (response.status >= 500 || response.status === 429) return { trouble: "failed" };
    return { trouble: "gone", isFinal: true };
  } catch {
    return { trouble: "unreachable" };
  }
}

/** Until `time` is over, the network is back, or the helper presses a button. */
function wait(time, trouble) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, time);
    window.addEventListener("online", resolve, { once: true });
    trouble.querySelector("[data-again]").addEventListener("click", resolve);
    trouble.querySelector("[data-drop]").addEventListener("click", () => {
      clearTimeout(timer);
      reject(new Dropped());
    });
  });
}

/** Answers with HTML. `showTrouble(name)` puts the trouble on the stage and returns its element.
 * Throws Dropped when the helper gave up or no try can help. */
export async function send(url, data, showTrouble) {
  for (let tries = 0; ; tries++) {
    const { html, trouble, isFinal } = await attempt(url, data);
    if (html) return html;
    const shown = showTrouble(trouble);
    if (isFinal) throw new Dropped(trouble);
    await wait(WAITS[Math.min(tries, WAITS.length - 1)], shown);
  }
}
