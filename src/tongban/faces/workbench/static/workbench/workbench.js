// Keys for clerks, on top of pages that work without them. No personal value is ever stored in the browser.
//
// Rows: [data-row] with a link [data-open]; what a key does: [data-act="accept|correct|decide"], in the row that
// has the focus, or anywhere on a page without rows. Single keys can be switched off (WCAG 2.2, 2.1.4).

const OFF = "tongban.keys.off";
const words = document.getElementById("workbench-words")?.dataset ?? {};
const help = document.getElementById("keys");
const rows = () => [...document.querySelectorAll("[data-row]")];

const stored = () => {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false; // a browser without storage: the keys are on
  }
};

const store = (off) => {
  try {
    if (off) localStorage.setItem(OFF, "1");
    else localStorage.removeItem(OFF);
  } catch {
    // nothing to keep it in; it holds for this page
  }
};

let off = stored();

const say = (text) => {
  const box = document.getElementById("announce");
  if (box) box.textContent = text;
};

/** The row that has the focus, or null. */
const current = () => document.activeElement?.closest("[data-row]") ?? null;

/** Move the focus by `step` rows; from outside the list to its first or last one. */
const move = (step) => {
  const list = rows();
  if (!list.length) return false;
  const at = list.indexOf(current());
  const next = at < 0 ? (step > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, at + step));
  list[next].querySelector("[data-open]").focus();
  list[next].scrollIntoView({ block: "nearest" });
  return true;
};

/** Press what a key stands for, in the focused row or on a page without rows. */
const press = (act) => {
  const root = rows().length ? current() : document;
  const found = root?.querySelector(`[data-act="${act}"]`);
  if (!found) {
    say(words.nothing ?? "");
    return;
  }
  found.click();
};

const count = () => {
  const chosen = document.querySelectorAll("[data-pick]:checked").length;
  document.querySelectorAll("[data-count]").forEach((box) => {
    box.textContent = (words.chosen ?? "").replace("{count}", String(chosen));
  });
};

const tick = () => {
  const box = current()?.querySelector("[data-pick]");
  if (!box) return;
  box.checked = !box.checked;
  count();
  say(box.checked ? words.ticked : words.unticked);
};

const open = () => {
  if (help && !help.open) help.showModal();
};

const KEYS = {
  j: () => move(1),
  ArrowDown: () => move(1),
  k: () => move(-1),
  ArrowUp: () => move(-1),
  a: () => press("accept"),
  c: () => press("correct"),
  d: () => press("decide"),
  x: tick,
};

const typing = (target) =>
  target instanceof Element && target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  if (event.key === "?") {
    event.preventDefault();
    open();
    return;
  }
  const act = off ? undefined : KEYS[event.key];
  if (!act) return;
  const arrow = event.key.startsWith("Arrow");
  // Arrows scroll the page unless the focus is in the list.
  if (arrow && !current()) return;
  event.preventDefault();
  act();
});

document.querySelectorAll("[data-keys]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", open);
});
document.querySelectorAll("[data-keys-on]").forEach((box) => {
  box.checked = !off;
  box.addEventListener("change", () => {
    off = !box.checked;
    store(off);
  });
});
document.querySelectorAll("[data-all]").forEach((box) => {
  box.closest("[hidden]")?.removeAttribute("hidden");
  box.addEventListener("change", () => {
    document.querySelectorAll("[data-pick]").forEach((each) => {
      each.checked = box.checked;
    });
    count();
  });
});
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-pick]")) count();
});
count();
