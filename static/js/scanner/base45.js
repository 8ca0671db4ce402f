/** Base45, RFC 9285: bytes as QR's alphanumeric characters. */
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const VALUES = new Map([...ALPHABET].map((character, value) => [character, value]));

/** Null for what no encoder writes. */
export function unbase45(text) {
  const rest = text.length % 3;
  if (rest === 1) return null;
  const bytes = new Uint8Array(Math.floor(text.length / 3) * 2 + (rest ? 1 : 0));
  let at = 0;
  for (let start = 0; start < text.length; start += 3) {
    const digits = Array.from(text.slice(start, start + 3), (each) => VALUES.get(each));
    if (digits.includes(undefined)) return null;
    const number = digits.reduceRight((sum, digit) => sum * 45 + digit, 0);
    if (number >= (digits.length === 3 ? 65536 : 256)) return null;
    if (digits.length === 3) bytes[at++] = number >> 8;
    bytes[at++] = number & 255;
  }
  return bytes;
}
