/** Helps for reading a lesson: keys, the place where one was, copying code, playing a video. */
import { addCopyButtons } from "./lesson/code.js";
import { goByKeys } from "./lesson/keys.js";
import { offerPlayers } from "./lesson/players.js";
import { keepPlace } from "./lesson/place.js";

const lesson = document.querySelector("[data-lesson]");
goByKeys(document);
if (lesson) {
  addCopyButtons(lesson.querySelector("[data-lesson-text]"));
  offerPlayers(lesson.querySelector("[data-lesson-text]"));
  keepPlace(lesson);
}
