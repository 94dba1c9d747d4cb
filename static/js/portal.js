// Small comforts. Every page works without this file.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const systemTheme = () => (dark.matches ? "portal-dark" : "portal-light");
  const currentTheme = () => root.dataset.theme ?? systemTheme();

  function label(button) {
    const other = currentTheme() === "portal-dark" ? "light" : "dark";
    button.setAttribute("aria-label", `Switch to the ${other} theme`);
    button.hidden = false;
  }

  function toggleTheme() {
    const next = currentTheme() === "portal-dark" ? "portal-light" : "portal-dark";
    root.dataset.theme = next;
    try {
      // A choice equal to the system's is no choice: follow the system again.
      if (next === systemTheme()) {
        localStorage.removeItem("theme");
        delete root.dataset.theme;
      } else {
        localStorage.setItem("theme", next);
      }
    } catch {
      // Storage refused: the choice lasts for this page.
    }
  }

  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    label(button);
    button.addEventListener("click", () => {
      toggleTheme();
      label(button);
    });
    dark.addEventListener("change", () => label(button));
  }

  const menus = () => document.querySelectorAll("details.dropdown-menu[open]");

  document.addEventListener("click", (event) => {
    for (const menu of menus()) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  const isTyping = (element) =>
    element.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName);

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of menus()) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
    const search = document.getElementById("global-search");
    const wanted =
      (event.key === "/" && !isTyping(event.target) && !event.ctrlKey && !event.metaKey) ||
      (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey));
    if (search && wanted) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  });

  document.querySelector("[data-focus-first]")?.focus();
})();
