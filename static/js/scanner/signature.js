/** Ed25519 by the browser's own WebCrypto. Some phones lack it: then the synced list decides. */
import { fromHex } from "./bytes.js";

// RFC 8032, 7.1, test 1
const PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const SIGNATURE =
  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";

export function importKey(raw) {
  return crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
}

export function isGenuine(key, signature, message) {
  return crypto.subtle.verify({ name: "Ed25519" }, key, signature, message);
}

/** Not only there, but right: it must accept a known signature and refuse a changed message. */
export async function canVerify() {
  try {
    const key = await importKey(fromHex(PUBLIC));
    const signature = fromHex(SIGNATURE);
    const accepts = await isGenuine(key, signature, new Uint8Array(0));
    return accepts && !(await isGenuine(key, signature, new Uint8Array(1)));
  } catch {
    return false;
  }
}
