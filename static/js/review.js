// Review by keyboard. Every line is a form that works without this file.
(() => {
  const rows = [...document.querySelectorAll("[data-review-row]")];
  if (rows.length === 0) return;
  let at = rows.findIndex((row) => `#${row.id}` === location.hash);
  let chosen = null;

  const isTyping = (element) =>
    element.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName);

  const buttonOf = (row, key) => row.querySelector(`[data-review-key="${CSS.escape(key)}"]`);
  const reasonOf = (row) => row.querySelector("input[name=reason]");

  function show(index) {
    at = Math.max(0, Math.min(rows.length - 1, index));
    rows[at].focus();
    rows[at].scrollIntoView({ block: "nearest" });
  }

  // All but the plain yes ask for a reason: the key goes to the field, Enter decides.
  function askFor(row, key) {
    const button = buttonOf(row, key);
    const reason = reasonOf(row);
    if (!button || !reason) return;
    chosen = button;
    if (reason.value.trim() === "") reason.focus();
    else row.querySelector("form").requestSubmit(button);
  }

  const actions = {
    j: () => show(at + 1),
    k: () => show(at - 1),
    a: (row) => buttonOf(row, "a")?.click(),
    n: (row) => reasonOf(row)?.focus(),
    o: (row) => row.querySelector("[data-review-open]")?.click(),
    b: () => document.querySelector("[data-review-bulk] select")?.focus(),
    "]": () => document.querySelector(".pager a[rel=next]")?.click(),
    "[": () => document.querySelector(".pager a[rel=first]")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target)) {
      const row = event.target.closest("[data-review-row]");
      if (!row) return;
      if (event.key === "Escape") {
        chosen = null;
        row.focus();
      } else if (event.key === "Enter" && chosen && row.contains(chosen)) {
        event.preventDefault();
        row.querySelector("form").requestSubmit(chosen);
      }
      return;
    }
    const { key } = event;
    const isKnown = key in actions || rows.some((row) => buttonOf(row, key));
    if (!isKnown) return;
    const act = actions[key] ?? ((row) => askFor(row, key));
    event.preventDefault();
    // Keys that move, page or go to the bulk form need no row.
    if (at < 0 && !"jkb[]".includes(key)) show(0);
    act(rows[at]);
  });

  for (const [index, row] of rows.entries()) {
    row.addEventListener("focusin", () => {
      at = index;
    });
  }
  if (at >= 0) show(at);
})();
