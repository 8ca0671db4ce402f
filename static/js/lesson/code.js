/** A button at each block of code that copies it. */
export function addCopyButtons(text) {
  if (!text || !navigator.clipboard) return;
  for (const block of text.querySelectorAll("pre")) {
    const box = document.createElement("div");
    box.className = "code-box";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "code-copy";
    button.textContent = text.dataset.copy;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(block.textContent);
      button.textContent = text.dataset.copied;
      setTimeout(() => (button.textContent = text.dataset.copy), 2000);
    });
    block.replaceWith(box);
    box.append(block, button);
  }
}
