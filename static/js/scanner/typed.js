/** What a helper types: a ticket's label or an order's reference, with or without dashes. */
const REFERENCE = 8;
// what references never hold, and the character that it most resembles
const FROM = "0O1IL2Z5S8BUV";
const TO = "QQ777776633WY";

/** [reference, number] as typed and as probably meant; the number is empty without one. */
export function readings(text) {
  const plain = text.normalize("NFKC").toUpperCase().replace(/[^0-9A-Z]/g, "");
  const reference = plain.slice(0, REFERENCE);
  const meant = reference.replace(/./g, (each) => TO[FROM.indexOf(each)] ?? each);
  const number = plain.slice(REFERENCE);
  return [...new Set([reference, meant])].map((each) => [each, number]);
}
