// What the server put into the page: data as JSON, words, and small helpers for making elements.
import type { Page } from './types';

function read(): Page {
  const data = document.getElementById('canvas-data');
  return JSON.parse(data?.textContent ?? '{}') as Page;
}

export const page: Page = read();

/** The words of a message, its places filled. */
export function word(name: string, places: Record<string, string | number> = {}): string {
  const found = page.words[name] ?? name;
  return found.replace(/\{(\w+)\}/g, (whole, place: string) =>
    place in places ? String(places[place]) : whole,
  );
}

type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | boolean | number | ((event: any) => void) | undefined>;

/** Make an element: `on…` attributes are listeners, true and false switch an attribute. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === 'function') made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? '' : String(value));
  }
  made.append(...children.filter((each): each is Node | string => each !== null && each !== undefined && each !== false));
  return made;
}

/** The element of the page with this id; the template always has it. */
export function part(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

/** Tell a screen reader, and whoever looks at the status line. */
export function announce(text: string): void {
  part('announce').textContent = text;
}
