// Runs in the head, before the first paint: puts a chosen theme on the page.
(() => {
  try {
    const chosen = localStorage.getItem("theme");
    if (chosen === "portal-light" || chosen === "portal-dark") {
      document.documentElement.dataset.theme = chosen;
    }
  } catch {
    // Storage refused: the system's preference stands.
  }
})();
