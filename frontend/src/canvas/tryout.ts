// A made-up applicant walks the drawing: tokens move along the ways, step by step or by themselves.
import { announce, h, page, part, word } from './page';
import { nameOf } from './things';
import type { Editor, Element } from './types';

interface Frame {
  at: string;
  active: string[];
  done: string[];
  skipped: string[];
}

interface Run {
  event: string;
  status: 'completed' | 'waiting' | 'incident';
  frames: Frame[];
  says: string[];
}

interface Point {
  x: number;
  y: number;
}

const PAUSE = 1300; // milliseconds from one step to the next; a move takes half of it
const MARKS = ['try-now', 'try-done', 'try-skipped'];
const SVG = 'http://www.w3.org/2000/svg';

let stop: () => void = () => {};

/** Close the player: what it shows would not be true any more after a change. */
export const close = (): void => stop();

/** Ask the server how it goes, and show it. `saved` resolves when the server has what is drawn. */
export async function open(editor: Editor, saved: () => Promise<void>): Promise<void> {
  stop();
  const button = part('try') as HTMLButtonElement;
  button.setAttribute('aria-busy', 'true');
  try {
    await saved();
    const answer = await fetch(page.urls.tryout, { headers: { Accept: 'application/json' } });
    const body = (await answer.json()) as Run & { detail?: string };
    if (!answer.ok) throw new Error(body.detail ?? String(answer.status));
    play(editor, body);
  } catch (error) {
    fault((error as Error).message);
  } finally {
    button.removeAttribute('aria-busy');
  }
}

function fault(text: string): void {
  const player = part('player');
  player.replaceChildren(h('p', { role: 'alert' }, word('try.failed'), ' ', text));
  player.hidden = false;
}

function play(editor: Editor, run: Run): void {
  const canvas = editor.get('canvas');
  const registry = editor.get('elementRegistry');
  const layer: SVGElement = canvas.getLayer('try-out', 50);
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  const player = part('player');
  let at = -1;
  let timer = 0;
  let moving = 0;

  const told = h('p', { class: 'player-told', role: 'status', id: 'player-told' });
  const button = (id: string, text: string, does: () => void) =>
    h('button', { type: 'button', class: 'tool', id: `player-${id}`, onclick: does }, text);
  const back = button('back', word('try.back'), () => step(at - 1));
  const next = button('next', word('try.next'), () => step(at + 1));
  const toggle = button('play', word('try.play'), () => (timer ? pause() : begin()));
  const away = button('close', word('try.close'), () => {
    stop();
    part('try').focus();
  });

  const clear = () => {
    window.cancelAnimationFrame(moving);
    layer.replaceChildren();
    registry.forEach((each: Element) => MARKS.forEach((mark) => canvas.hasMarker(each, mark) && canvas.removeMarker(each, mark)));
  };
  const pause = () => {
    window.clearInterval(timer);
    timer = 0;
    toggle.textContent = word('try.play');
  };
  const step = (to: number) => {
    pause();
    show(to);
  };
  const begin = () => {
    if (at >= run.frames.length - 1) show(0);
    toggle.textContent = word('try.pause');
    timer = window.setInterval(() => {
      show(at + 1);
      if (at >= run.frames.length - 1) pause();
    }, PAUSE);
  };
  const mark = (id: string, name: string) => registry.get(id)?.parent && canvas.addMarker(id, name);

  const show = (to: number) => {
    const before = run.frames[at]?.active ?? [];
    const forward = to === at + 1;
    at = Math.max(0, Math.min(to, run.frames.length - 1));
    clear();
    for (const frame of run.frames.slice(0, at + 1)) {
      for (const id of frame.done) mark(id, 'try-done');
      for (const id of frame.skipped) mark(id, 'try-skipped');
    }
    const now = run.frames[at];
    if (now) {
      for (const id of now.active) mark(id, 'try-now');
      const ways = now.active.map((id) => registry.get(id) as Element | undefined).filter((each): each is Element => Boolean(each?.parent));
      move(ways.map((each) => (forward && !calm && !before.includes(each.id) ? way(each, new Set(now.done), new Set(before)) : [seat(each)])));
      const where = ways.map(nameOf).join(word('try.and'));
      const last = at === run.frames.length - 1;
      told.textContent = [
        word('try.told', { n: at + 1, of: run.frames.length, at: now.at }),
        where ? word('try.where', { where }) : '',
        last ? word(`try.${run.status}`) : '',
        ...(last ? run.says : []),
      ].filter(Boolean).join(' ');
    }
    back.disabled = at <= 0;
    next.disabled = at >= run.frames.length - 1;
  };

  const move = (paths: Point[][]) => {
    const tokens = paths.map((path) => {
      const token = document.createElementNS(SVG, 'circle');
      token.setAttribute('class', 'try-token');
      token.setAttribute('r', '9');
      layer.append(token);
      return { token, path };
    });
    const started = performance.now();
    const frame = (time: number) => {
      const part = Math.max(0, Math.min(1, (time - started) / (PAUSE / 2)));
      for (const { token, path } of tokens) {
        const point = along(path, part);
        token.setAttribute('cx', String(point.x));
        token.setAttribute('cy', String(point.y));
      }
      if (part < 1) moving = window.requestAnimationFrame(frame);
    };
    frame(calm ? started + PAUSE : started);
  };

  stop = () => {
    pause();
    clear();
    player.hidden = true;
    player.replaceChildren();
    stop = () => {};
  };
  player.replaceChildren(h('p', { class: 'small' }, word('try.by', { name: run.event })), h('div', { class: 'bar-tools', role: 'toolbar', 'aria-label': word('try.tools') }, back, toggle, next, away), told);
  player.hidden = false;
  if (run.frames.length) show(0);
  else told.textContent = [word(`try.${run.status}`), ...run.says].join(' ');
  toggle.focus();
  announce(word('try.by', { name: run.event }));
}

/** Where a token sits on an element: its upper right corner. */
function seat(element: Element): Point {
  return { x: element.x + element.width, y: element.y };
}

/** The way of a token to where it is: back along the flows, through what was done just now, to where it was. */
function way(to: Element, done: Set<string>, before: Set<string>): Point[] {
  const waiting: { element: Element; points: Point[] }[] = [{ element: to, points: [seat(to)] }];
  const seen = new Set<Element>();
  while (waiting.length) {
    const { element, points } = waiting.shift()!;
    if (seen.has(element)) continue;
    seen.add(element);
    for (const flow of element.incoming) {
      const source = flow.source;
      const path = [...(flow.waypoints ?? []), ...points];
      if (before.has(source.id) || !source.incoming.length) return path;
      if (source.host && before.has(source.host.id)) return path;
      if (done.has(source.id)) waiting.push({ element: source, points: path });
    }
  }
  return [seat(to)];
}

/** The point at a part (0 to 1) of a line. */
export function along(path: Point[], part: number): Point {
  const lengths = path.slice(1).map((point, at) => Math.hypot(point.x - path[at]!.x, point.y - path[at]!.y));
  let left = lengths.reduce((sum, each) => sum + each, 0) * part;
  for (const [at, length] of lengths.entries()) {
    const [from, to] = [path[at]!, path[at + 1]!];
    if (left <= length && length > 0) return { x: from.x + ((to.x - from.x) * left) / length, y: from.y + ((to.y - from.y) * left) / length };
    left -= length;
  }
  return path[path.length - 1]!;
}
