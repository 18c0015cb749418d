// Saving by itself: soon after a change, again after a failure, and never over somebody else's work.
import { ask } from './choosing';
import { announce, h, page, part, word } from './page';
import type { Editor } from './types';

const PAUSE = 800; // milliseconds after the last change
const RETRY = 5000;
const KEY = `tongban-canvas:${page.draft}:${page.code}`;

interface Held {
  model: string;
  revision: number;
}

export class Saver {
  private revision = page.revision;
  private timer = 0;
  private busy = false;
  private again = false;
  private stopped = false;
  private saved = page.model;

  constructor(
    private readonly editor: Editor,
    private readonly load: (xml: string) => Promise<void>,
    private readonly after: (xml: string) => void,
  ) {
    window.addEventListener('online', () => void this.save());
    window.addEventListener('pagehide', () => {
      if (this.timer) void this.save();
    });
    this.tell('saved');
  }

  /** What was changed here while the network was away, if the draft still stands where it stood. */
  static held(): Held | null {
    const text = localStorage.getItem(KEY);
    if (!text) return null;
    try {
      return JSON.parse(text) as Held;
    } catch {
      return null;
    }
  }

  static forget(): void {
    localStorage.removeItem(KEY);
  }

  /** Something changed: save when it has been quiet for a moment. */
  changed(): void {
    if (this.stopped) return;
    this.tell('changed');
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.save(), PAUSE);
  }

  async save(): Promise<void> {
    window.clearTimeout(this.timer);
    this.timer = 0;
    if (this.stopped) return;
    if (this.busy) {
      this.again = true;
      return;
    }
    const { xml } = await this.editor.saveXML({ format: true });
    if (xml === this.saved) {
      this.tell('saved');
      return;
    }
    this.busy = true;
    this.tell('saving');
    try {
      const answer = await send(page.urls.file, xml, this.revision);
      if (answer.status === 409 || answer.status === 412) {
        await this.conflict(xml);
      } else if (answer.status >= 400 && answer.status < 500) {
        this.keep(xml);
        this.tell('refused');
      } else if (!answer.ok) {
        throw new Error(String(answer.status));
      } else {
        this.revision = ((await answer.json()) as { revision: number }).revision;
        this.saved = xml;
        Saver.forget();
        // Whoever went on drawing meanwhile is not told that all is saved.
        this.tell(this.timer || this.again ? 'changed' : 'saved');
        this.after(xml);
      }
    } catch {
      // No network, or a server that is busy: the work is kept here and sent again.
      this.keep(xml);
      this.tell('offline');
      this.timer = window.setTimeout(() => void this.save(), RETRY);
    } finally {
      this.busy = false;
      if (this.again) {
        this.again = false;
        void this.save();
      }
    }
  }

  private keep(xml: string): void {
    try {
      localStorage.setItem(KEY, JSON.stringify({ model: xml, revision: this.revision } satisfies Held));
    } catch {
      // A full or forbidden store: the page still holds the work while it is open.
    }
  }

  private async conflict(xml: string): Promise<void> {
    this.stopped = true;
    this.keep(xml);
    this.tell('conflict');
    const answer = await ask(word('conflict.title'), word('conflict.text'), [
      ['copy', word('conflict.copy')],
      ['theirs', word('conflict.theirs')],
      ['later', word('conflict.later')],
    ]);
    if (answer === 'copy') {
      for (let serial = 1; serial < 20; serial += 1) {
        const code = serial === 1 ? `${page.code}_copy` : `${page.code}_copy_${serial}`;
        const made = await send(page.urls.file, xml, 0, code);
        if (made.ok) {
          Saver.forget();
          window.location.assign(page.urls.page.replace('__code__', code));
          return;
        }
        if (made.status !== 409 && made.status !== 412) break;
      }
      this.tell('refused');
    } else if (answer === 'theirs') {
      const got = await fetch(page.urls.file, { headers: { Accept: 'application/json' } });
      const body = (await got.json()) as { content: { model: string }; revision: number };
      this.revision = body.revision;
      Saver.forget();
      await this.load(body.content.model);
      this.saved = (await this.editor.saveXML({ format: true })).xml;
      this.stopped = false;
      this.tell('saved');
      this.after(body.content.model);
    }
  }

  private tell(state: string): void {
    const line = part('save-state');
    if (line.dataset.state === state) return;
    line.dataset.state = state;
    line.replaceChildren(word(`save.${state}`));
    if (state === 'conflict') {
      line.append(' ', h('a', { href: '' }, word('save.reload')));
    }
    if (['offline', 'refused', 'conflict'].includes(state)) announce(word(`save.${state}`));
  }
}

function token(): string {
  return document.querySelector<HTMLMetaElement>('meta[name=csrf]')?.content ?? '';
}

/** A request with our JSON and the token against forgery. */
export function request(url: string, method: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method,
    headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRFToken': token(), ...headers },
    body: JSON.stringify(body),
  });
}

function send(url: string, xml: string, revision: number, code: string = page.code): Promise<Response> {
  const content = { code, model: xml };
  const address = code === page.code ? url : page.urls.copy.replace('__code__', code);
  return request(address, 'PUT', { content, seen: revision });
}
