// Answers are saved by htmx as they change. This file keeps what is not saved yet in
// the tab, tries again after a lost connection or a new sign-in, and shows questions
// whose condition came true. Without it every question has its own Save button.
(() => {
  const sheet = document.querySelector("[data-sheet]");
  if (!sheet) return;

  const RETRY_MS = 8000;
  const NOT_TEXT = new Set(["csrfmiddlewaretoken", "version", "question", "over"]);
  const unsaved = new Map();
  let token = null;

  const keyOf = (form) => `answer:${sheet.dataset.sheet}:${form.dataset.answer}`;
  const textOf = (form) =>
    JSON.stringify([...new FormData(form)].filter(([name, value]) => typeof value === "string" && !NOT_TEXT.has(name)));

  function keep(form) {
    unsaved.set(form, textOf(form));
    try {
      sessionStorage.setItem(keyOf(form), textOf(form));
    } catch {
      // Storage refused: the text stays in the field.
    }
  }

  function forget(form) {
    unsaved.delete(form);
    sessionStorage.removeItem(keyOf(form));
  }

  function say(form, text, link) {
    const status = form.querySelector("[data-status]");
    let line = status.querySelector("[data-waiting]");
    if (!line) {
      line = document.createElement("span");
      line.dataset.waiting = "";
      line.className = "field-errors";
      status.append(line);
    }
    line.textContent = text;
    if (!link) return;
    const anchor = document.createElement("a");
    anchor.href = link;
    anchor.target = "_blank";
    anchor.rel = "noopener";
    anchor.textContent = "Sign in again in a new tab";
    line.append(" ", anchor);
  }

  const formOf = (event) => event.target.closest?.("form[data-answer]");

  function send(form) {
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function fill(form, entries) {
    const values = new Map();
    for (const [name, value] of entries) values.set(name, [...(values.get(name) ?? []), value]);
    for (const field of form.elements) {
      if (!field.name || NOT_TEXT.has(field.name) || field.type === "file") continue;
      const wanted = values.get(field.name) ?? [];
      if (field.type === "radio" || field.type === "checkbox") field.checked = wanted.includes(field.value);
      else if (field.tagName !== "BUTTON") field.value = wanted[0] ?? "";
    }
  }

  function restore() {
    for (const form of sheet.querySelectorAll("form[data-answer]")) {
      const kept = sessionStorage.getItem(keyOf(form));
      if (kept === null || kept === textOf(form)) {
        sessionStorage.removeItem(keyOf(form));
        continue;
      }
      fill(form, JSON.parse(kept));
      unsaved.set(form, kept);
      say(form, "Brought back what was not saved; saving it now.");
      send(form);
    }
  }

  // A page that stayed open while its person signed in again holds an old token.
  async function renewToken() {
    try {
      const answer = await fetch(sheet.dataset.tokenUrl, { redirect: "manual" });
      if (!answer.ok) return false;
      token = (await answer.json()).token;
      return true;
    } catch {
      return false;
    }
  }

  async function tryAgain() {
    if (!unsaved.size || document.querySelector("[data-conflict]")) return;
    if (await renewToken()) for (const form of [...unsaved.keys()]) send(form);
  }

  sheet.addEventListener("input", (event) => {
    const form = formOf(event);
    if (form) keep(form);
  });

  sheet.addEventListener("click", (event) => {
    const form = event.target.closest("[data-discard]")?.closest("form[data-answer]");
    if (form) forget(form);
  });

  document.body.addEventListener("htmx:configRequest", (event) => {
    if (token) event.detail.parameters.csrfmiddlewaretoken = token;
    const form = formOf(event);
    if (form) form.dataset.sent = textOf(form);
  });

  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const form = formOf({ target: event.detail.requestConfig.elt });
    if (!form) return;
    const { xhr } = event.detail;
    if (xhr.status === 401 || xhr.status === 403) {
      event.detail.shouldSwap = false;
      keep(form);
      say(form, "Not saved: you are signed out. Your text waits here.", xhr.getResponseHeader("X-Sign-In"));
    } else if (xhr.status >= 400) {
      event.detail.shouldSwap = false;
      keep(form);
      say(form, "Not saved: the portal refused it. Reload the page; your text comes back.");
    } else if (xhr.responseText.includes("data-saved") && form.dataset.sent === textOf(form)) {
      forget(form);
    }
  });

  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.body.addEventListener(name, (event) => {
      const form = formOf({ target: event.detail.requestConfig.elt });
      if (!form) return;
      keep(form);
      say(form, "Not saved: no connection. Your text waits here and is sent again.");
    });
  }

  document.body.addEventListener("questions-shown", (event) => {
    for (const [id, shown] of Object.entries(event.detail)) {
      const question = sheet.querySelector(`[data-question="${CSS.escape(id)}"]`);
      if (question) question.hidden = !shown;
    }
  });

  addEventListener("online", tryAgain);
  addEventListener("focus", tryAgain);
  setInterval(tryAgain, RETRY_MS);
  addEventListener("beforeunload", (event) => {
    if (unsaved.size) event.preventDefault();
  });
  addEventListener("load", restore);
})();
