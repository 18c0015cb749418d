/* What every editor of the designer uses: files of a draft over the JSON API, with the safety token.
   A refusal is thrown as a Problem, whose members are those of the answer (RFC 9457). */

const token = () => document.querySelector('meta[name="csrf"]')?.content ?? "";

export class Problem extends Error {
  constructor(body, status) {
    super(body.detail ?? "");
    Object.assign(this, body, { status });
  }
}

async function ask(method, path, body, headers = {}) {
  const answer = await fetch(path, {
    method,
    credentials: "same-origin",
    headers: {
      Accept: "application/json",
      "X-CSRFToken": token(),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const type = answer.headers.get("Content-Type") ?? "";
  const told = type.includes("json") ? await answer.json() : {};
  if (!answer.ok) throw new Problem(told, answer.status);
  return told;
}

/* One draft. */
export class Draft {
  constructor(id) {
    this.path = `/api/designer/drafts/${id}`;
  }

  view() { return ask("GET", this.path); }
  check() { return ask("GET", `${this.path}/check`); }
  resolve(comment, resolved = true) { return ask("POST", `${this.path}/comments/${comment}`, { resolved }); }
  file(kind, code) { return new File(this, kind, code); }
}

/* One file of a draft. Saves queue up: the last content wins, and only one request is on its way. */
export class File {
  constructor(draft, kind, code) {
    this.path = `${draft.path}/files/${kind}/${code}`;
    this.revision = 0;
    this.content = null;
    this.waiting = null;
    this.running = null;
  }

  async load() { return this.#take(await ask("GET", this.path)); }

  /* Keeps `content`; resolves once it, or something newer, is kept. Rejects with a Problem: code
     `draft.changed` (with by, at, revision) when somebody else was quicker. */
  save(content) {
    this.waiting = { content };
    this.running ??= this.#drain().finally(() => { this.running = null; });
    return this.running;
  }

  async undo() { return this.#step("undo"); }
  async redo() { return this.#step("redo"); }
  async revert() { return this.#step("revert"); }
  check() { return ask("GET", `${this.path}/check`); }
  comments() { return ask("GET", `${this.path}/comments`); }
  comment(text, element = "") { return ask("POST", `${this.path}/comments`, { text, element }); }

  async #drain() {
    let told = null;
    while (this.waiting) {
      const { content } = this.waiting;
      this.waiting = null;
      told = await ask("PUT", this.path, { content, seen: this.revision });
      this.revision = told.revision;
      this.content = content;
    }
    return told;
  }

  async #step(way) {
    await this.running?.catch(() => {});
    return this.#take(await ask("POST", `${this.path}/${way}`));
  }

  #take(told) {
    this.revision = told.revision;
    this.content = told.content;
    return told;
  }
}
