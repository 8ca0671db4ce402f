/** What a ticket's QR code says: C1: and, in base45, 25 bytes with their Ed25519 signature. */
import { unbase45 } from "./base45.js";
import { sha256, toHex, utf8 } from "./bytes.js";

export const PREFIX = "C1:";
const VERSION = 1;
const HEADER = 25;
const SIZE = HEADER + 64;

/** Null for what is no token. Whether it is genuine, signature.js says. */
export function parseToken(text) {
  const bytes = unbase45(text.slice(PREFIX.length));
  if (bytes?.length !== SIZE || bytes[0] !== VERSION) return null;
  const header = bytes.subarray(0, HEADER);
  return {
    header,
    signature: bytes.subarray(HEADER),
    keyId: toHex(header.subarray(1, 5)),
    code: header.slice(5, 21),
    type: new DataView(header.buffer, header.byteOffset).getUint32(21),
  };
}

/** By which the list knows a ticket, for it holds no code that opens a door. */
export async function hashOf(code) {
  return toHex((await sha256(utf8(toHex(code)))).subarray(0, 12));
}
