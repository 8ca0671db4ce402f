/** What this device remembers. A browser that refuses storage forgets, and all else works. */
function wrapped(storage) {
  return {
    get(name) {
      try {
        return JSON.parse(storage().getItem(name));
      } catch {
        return null;
      }
    },
    set(name, value) {
      try {
        if (value === null) storage().removeItem(name);
        else storage().setItem(name, JSON.stringify(value));
      } catch {
        // full, or forbidden in private mode
      }
    },
  };
}

/** For good: gate, sound, camera. */
export const device = wrapped(() => localStorage);
/** For this tab: the scan that has no answer yet. */
export const tab = wrapped(() => sessionStorage);
