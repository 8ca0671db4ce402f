/** A video elsewhere stays a link until its reader asks for the player: only then its host hears. */
const HOSTS = ["www.youtube-nocookie.com", "player.bilibili.com", "player.vimeo.com"];

export function offerPlayers(text) {
  for (const link of text?.querySelectorAll("a[data-player]") ?? []) {
    const address = new URL(link.dataset.player);
    if (address.protocol !== "https:" || !HOSTS.includes(address.host)) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.dataset.size = "small";
    button.textContent = text.dataset.play;
    button.addEventListener("click", () => {
      const frame = document.createElement("iframe");
      frame.src = address.href;
      frame.title = link.textContent;
      frame.allow = "fullscreen; picture-in-picture";
      frame.referrerPolicy = "strict-origin";
      button.replaceWith(frame);
    });
    link.closest("figure").append(button);
  }
}
