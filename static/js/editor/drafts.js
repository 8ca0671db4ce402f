/** Text that did not reach the server yet, kept in this browser. One that refuses storage forgets. */
const SPACE = "draft:";

export function kept(name) {
  try {
    return JSON.parse(localStorage.getItem(SPACE + name));
  } catch {
    return null;
  }
}

export function keep(name, draft) {
  try {
    localStorage.setItem(SPACE + name, JSON.stringify(draft));
    return true;
  } catch {
    return false; // full, or forbidden in private mode
  }
}

export function forget(name) {
  try {
    localStorage.removeItem(SPACE + name);
  } catch {
    // nothing was kept then
  }
}
