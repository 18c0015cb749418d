/* The decision table's editor. The server renders everything; this saves while somebody types, moves the focus
   with the arrow keys, and puts the answers in their place. Without it the same form works by its buttons. */

const form = () => document.getElementById("work");
const state = (text) => { const at = document.getElementById("save-state"); if (at) at.textContent = text; };
const cells = () => [...form().querySelectorAll("textarea[data-row]")];

let queue = Promise.resolve();
let timer = 0;

/* One request at a time: each sends the revision that the one before it was told. */
function send(act) {
  clearTimeout(timer);
  queue = queue.then(() => ask(act)).catch(() => state(document.getElementById("words").dataset.failed));
  return queue;
}

async function ask(act) {
  const here = form();
  const body = new FormData(here);
  body.set("do", act);
  const whole = act !== "save";
  if (whole) here.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(here.action, { method: "POST", body, credentials: "same-origin", headers: { "X-Editor": "1" } });
    if (!(answer.headers.get("Content-Type") ?? "").includes("json")) throw new Error(String(answer.status));
    place(await answer.json());
  } finally {
    here.removeAttribute("aria-busy");
  }
}

function place(told) {
  if (told.work) {
    const open = document.getElementById("columns")?.open;
    form().outerHTML = told.work;
    start();
    if (open) document.getElementById("columns").open = true;
    // The searchable lists are made by the page's own script.
    document.dispatchEvent(new CustomEvent("htmx:afterSettle", { detail: { elt: form() } }));
    const at = told.focus && document.getElementById(told.focus);
    (at && !at.disabled ? at : document.getElementById("hit"))?.focus();
  } else {
    form().elements.seen.value = told.revision;
    const findings = document.getElementById("findings");
    if (findings && told.findings) findings.outerHTML = told.findings;
    beside(told.rows ?? {});
  }
  state(told.said);
  if (told.fault) document.getElementById("announce").textContent = told.fault;
}

/* What is wrong with a rule stands below it. */
function beside(rows) {
  for (const old of form().querySelectorAll(".said-row")) old.remove();
  for (const line of form().querySelectorAll("tbody tr[id]")) {
    const at = line.id.slice("row-".length);
    const said = rows[at] ?? [];
    line.classList.toggle("said", said.length > 0);
    for (const cell of line.querySelectorAll("textarea")) {
      if (said.length) cell.setAttribute("aria-describedby", `said-${at}`);
      else cell.removeAttribute("aria-describedby");
    }
    if (!said.length) continue;
    const below = document.createElement("tr");
    below.className = "said-row";
    const box = document.createElement("td");
    box.id = `said-${at}`;
    box.colSpan = 99;
    box.append(...said.map((text) => Object.assign(document.createElement("p"), { className: "small", textContent: text })));
    below.append(document.createElement("td"), box);
    line.after(below);
  }
}

/* Only one cell, and the buttons of its row, can be reached with the tab key; the arrows go to the others. */
function rove(current) {
  const row = current?.dataset.row;
  for (const cell of cells()) cell.tabIndex = cell === current ? 0 : -1;
  for (const button of form().querySelectorAll(".row-acts button")) {
    button.tabIndex = button.value.split(":")[1] === row ? 0 : -1;
  }
}

function neighbour(cell, down, right) {
  const row = Number(cell.dataset.row) + down;
  const column = Number(cell.dataset.col) + right;
  return form().querySelector(`textarea[data-row="${row}"][data-col="${column}"]`);
}

function step(event, cell) {
  const at = cell.selectionStart;
  const alone = cell.selectionStart === cell.selectionEnd;
  const moves = {
    ArrowUp: [!cell.value.slice(0, at).includes("\n"), -1, 0],
    ArrowDown: [!cell.value.slice(at).includes("\n"), 1, 0],
    ArrowLeft: [alone && at === 0, 0, -1],
    ArrowRight: [alone && at === cell.value.length, 0, 1],
    Enter: [!event.shiftKey, 1, 0],
  };
  const [may, down, right] = moves[event.key] ?? [false, 0, 0];
  const to = may && !event.ctrlKey && !event.metaKey ? neighbour(cell, down, right) : null;
  if (event.key === "Enter" && !event.shiftKey) event.preventDefault();
  if (to) { event.preventDefault(); to.focus(); to.select(); }
}

async function choose(cell) {
  const part = document.getElementById("cell-panel");
  await send("save");
  const where = new URL(form().dataset.cell, location.href);
  where.searchParams.set("of", form().elements.of.value);
  where.searchParams.set("cell", cell.name);
  const answer = await fetch(where, { credentials: "same-origin", headers: { "X-Editor": "1" } });
  if (!answer.ok) return;
  part.innerHTML = await answer.text();
  fit();
  part.querySelector("select")?.focus();
}

/* Shows the fields of the chosen kind only. */
function fit() {
  const kind = document.getElementById("cell-kind");
  if (!kind) return;
  for (const field of document.querySelectorAll("#cell-panel [data-for]")) {
    field.hidden = !field.dataset.for.split(" ").includes(kind.value);
  }
  const value = document.getElementById("cell-value");
  if (value?.tagName === "SELECT") value.multiple = ["one_of", "none_of"].includes(kind.value);
}

let current = "";

function start() {
  const here = form();
  if (!here || here.dataset.ready) return;
  here.dataset.ready = "1";
  const open = document.getElementById("cell-open");
  if (open) open.hidden = false;
  rove(document.getElementById(current) ?? cells()[0]);
  fit();
  here.addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.submitter?.value || "save");
  });
  here.addEventListener("focusin", (event) => {
    if (event.target.matches("textarea[data-row]")) { current = event.target.id; rove(event.target); }
  });
  here.addEventListener("input", (event) => {
    if (!event.target.matches("textarea, .decision-head input, th input, .column input[name*='.']")) return;
    if (event.target.closest("#cell-panel")) return;
    clearTimeout(timer);
    timer = setTimeout(() => send("save"), 900);
  });
  here.addEventListener("change", (event) => {
    if (event.target.id === "cell-kind") return fit();
    if (event.target.closest("#cell-panel, #test")) return undefined;
    if (event.target.id === "hit") return send("refresh");
    if (event.target.matches("textarea, input, select") && /^(name|[iorn]\d+\.)/.test(event.target.name)) return send("save");
    return undefined;
  });
  here.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (event.key === "Enter" && cell.matches("input:not([type=submit])")) {
      event.preventDefault();
      const act = cell.closest("#cell-panel, .example-add")?.querySelector("button")?.value
        ?? (cell.closest("#test") ? "test" : "save");
      send(act);
      return;
    }
    if (!cell.matches("textarea[data-row]")) return;
    if (event.key === "F2") { event.preventDefault(); choose(cell); return; }
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      const way = event.key === "ArrowUp" ? "up" : "down";
      const button = document.getElementById(`row-${cell.dataset.row}-${way}`);
      if (button && !button.disabled) send(button.value);
      return;
    }
    step(event, cell);
  });
  open?.addEventListener("click", () => {
    const cell = document.getElementById(current) ?? cells()[0];
    if (cell) choose(cell);
  });
}

start();
