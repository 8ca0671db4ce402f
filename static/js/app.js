/** Small helps for every page. Without them the page still works. */
import { showLocalTimes } from "./local-time.js";
import { closeMenus } from "./menus.js";
import { switchThemeInPlace } from "./theme.js";
import { openDialogs } from "./dialogs.js";

closeMenus(document);
switchThemeInPlace(document);
openDialogs(document);
showLocalTimes(document);
document.addEventListener("htmx:load", (event) => showLocalTimes(event.target));
