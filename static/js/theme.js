/** Change the theme without leaving the page; the server keeps it in a cookie. */
export function switchThemeInPlace(root) {
  for (const form of root.querySelectorAll("form[data-theme-form]")) {
    form.addEventListener("submit", async (event) => {
      const chosen = event.submitter;
      if (!chosen) return;
      event.preventDefault();
      const page = document.documentElement;
      if (chosen.value === "system") delete page.dataset.theme;
      else page.dataset.theme = chosen.value;
      for (const button of form.querySelectorAll("button")) {
        button.setAttribute("aria-pressed", String(button === chosen));
      }
      form.closest("details").open = false;
      const data = new FormData(form, chosen);
      await fetch(form.action, { method: "POST", body: data, redirect: "manual" });
    });
  }
}
