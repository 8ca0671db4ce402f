/** Where a verdict stands, over everything, until it was seen. */
// ms; those that ask something stay until they are answered
const SHOWN_FOR = { in: 1800, again: 4000, refused: 4500, undone: 2500 };

export class Stage {
  #timer = 0;

  constructor(place) {
    this.place = place;
    place.addEventListener("click", (event) => {
      const asks = !(place.dataset.shown in SHOWN_FOR);
      if (event.target.closest("[data-close]") || (!asks && !event.target.closest("a, button"))) {
        this.clear();
      }
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && place.querySelector("[data-close]")) this.clear();
    });
  }

  show(verdict) {
    clearTimeout(this.#timer);
    const kind = verdict.dataset.verdict;
    const close = verdict.querySelector("[data-close]");
    if (close) close.hidden = false;
    this.place.replaceChildren(verdict);
    this.place.dataset.shown = kind;
    const time = verdict.dataset.lasts ?? SHOWN_FOR[kind]; // one with more to read says so itself
    if (kind in SHOWN_FOR) this.#timer = setTimeout(() => this.clear(), Number(time));
    else verdict.querySelector("button, a")?.focus();
  }

  clear() {
    clearTimeout(this.#timer);
    delete this.place.dataset.shown;
    this.place.replaceChildren();
  }
}
