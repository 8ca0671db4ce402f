/** Reads a QR code out of a video: the browser's own detector where there is one, else zxing. */
const SIDE = 640;

async function nativeReader() {
  if (!("BarcodeDetector" in window)) return null;
  const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
  if (!formats.includes("qr_code")) return null;
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  return async (canvas) => (await detector.detect(canvas))[0]?.rawValue;
}

async function zxingReader({ reader, wasm }) {
  if (!reader || !wasm) return null;
  const { prepareZXingModule, readBarcodes } = await import(reader);
  const options = { formats: ["QRCode"], maxNumberOfSymbols: 1 };
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  return async (canvas, context) => {
    const picture = context.getImageData(0, 0, canvas.width, canvas.height);
    return (await readBarcodes(picture, options))[0]?.text;
  };
}

/** The square that the finder shows, small enough to read quickly. False before the first frame. */
function draw(video, canvas, context) {
  const side = Math.min(video.videoWidth, video.videoHeight);
  if (!side) return false;
  canvas.width = canvas.height = Math.min(side, SIDE);
  const left = (video.videoWidth - side) / 2;
  const top = (video.videoHeight - side) / 2;
  context.drawImage(video, left, top, side, side, 0, 0, canvas.width, canvas.height);
  return true;
}

/** A function that answers with the text of the code in `video` now, or undefined. Null where
 * nothing on this device can read codes. */
export async function createDecoder(sources) {
  const zxing = () => zxingReader(sources).catch(() => null);
  let read = (await nativeReader()) ?? (await zxing());
  if (!read) return null;
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    if (!draw(video, canvas, context)) return undefined;
    try {
      return await read(canvas, context);
    } catch {
      // a detector that exists but does not work: some phones without their vendor's services
      read = (await zxing()) ?? read;
      return undefined;
    }
  };
}
