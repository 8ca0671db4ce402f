/** Send a file in pieces; one that breaks in the middle goes on where the server says it was. */
const PIECE_BYTES = 8 * 1024 * 1024;
const PATIENCE = 6;

export class UploadRefused extends Error {
  constructor({ code = "failed", message = "" }) {
    super(message);
    this.code = code;
  }
}

function csrfToken() {
  return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
}

function send(method, url, { body, headers = {}, onProgress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.responseType = "json";
    request.setRequestHeader("X-CSRFToken", csrfToken());
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.onload = () => resolve({ status: request.status, data: request.response ?? {} });
    request.onerror = () => reject(new TypeError("connection lost"));
    request.onabort = () => reject(new DOMException("canceled", "AbortError"));
    if (onProgress) request.upload.onprogress = (event) => onProgress(event.loaded);
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(body);
  });
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function sendPiece(upload, file, { onProgress, signal }) {
  const start = upload.received;
  const { status, data } = await send("PUT", upload.url, {
    body: file.slice(start, start + PIECE_BYTES),
    headers: { "Upload-Offset": String(start), "Content-Type": "application/octet-stream" },
    onProgress: (sent) => onProgress?.(start + sent, file.size),
    signal,
  });
  if (Number.isInteger(data.received)) return data.received;
  if (status >= 500) throw new TypeError("server busy");
  throw new UploadRefused(data);
}

/** What the server holds, once it can be asked again. Waits longer each time. */
async function askAgain(upload, tries, signal) {
  await pause(500 * 2 ** tries);
  const { data } = await send("GET", upload.url, { signal });
  return Number.isInteger(data.received) ? data.received : upload.received;
}

/**
 * `fields`: lesson, language, captions_of. Returns {public_id, name, kind, size, language, url}.
 * Throws UploadRefused with a sentence for people, or an AbortError; cancels at the server then.
 */
export async function uploadFile(file, { createUrl, fields, onProgress, signal }) {
  const body = new URLSearchParams({ ...fields, name: file.name, size: file.size });
  const begun = await send("POST", createUrl, { body, signal });
  if (begun.status !== 201) throw new UploadRefused(begun.data);
  const upload = begun.data;
  let tries = 0;
  try {
    while (upload.received < file.size) {
      try {
        upload.received = await sendPiece(upload, file, { onProgress, signal });
        tries = 0;
      } catch (error) {
        if (!(error instanceof TypeError) || tries >= PATIENCE) throw error;
        upload.received = await askAgain(upload, tries++, signal).catch(() => upload.received);
      }
      onProgress?.(upload.received, file.size);
    }
  } catch (error) {
    if (error.name === "AbortError") await send("DELETE", upload.url, {}).catch(() => {});
    throw error;
  }
  const { status, data } = await send("POST", upload.url, { signal });
  if (status !== 201) throw new UploadRefused(data);
  return data;
}
