/** A name on the list is readable only by who shows the ticket: its code is the key. */
import { fromBase64url, utf8 } from "./bytes.js";

const INFO = utf8("chainone door name v1");
const NONCE = 12;

async function keyOf(code) {
  const secret = await crypto.subtle.importKey("raw", code, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: INFO };
  return crypto.subtle.deriveKey(how, secret, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
}

/** Empty where it was not written for this code. */
export async function readName(encrypted, code) {
  try {
    const bytes = fromBase64url(encrypted);
    const how = { name: "AES-GCM", iv: bytes.subarray(0, NONCE) };
    const plain = await crypto.subtle.decrypt(how, await keyOf(code), bytes.subarray(NONCE));
    return new TextDecoder().decode(plain).replace(/\0+$/, "");
  } catch {
    return "";
  }
}
