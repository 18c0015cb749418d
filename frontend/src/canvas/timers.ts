// When a timer is due, as people say it: after days, on a day, again and again; written as ISO 8601.
import type { Editor, Element, Model } from './types';

export type Unit = 'workdays' | 'days' | 'hours';
export const UNITS: Unit[] = ['workdays', 'days', 'hours'];

/** What a timer says. `free`: in a way that no question of ours can put. */
export interface When {
  kind: 'after' | 'date' | 'value' | 'repeat' | 'free';
  unit: Unit;
  amount: string;
  /** How often; empty: until the work is done. */
  times: string;
  /** The day, or the address of the value that holds one. */
  day: string;
  text: string;
}

const SPANS: [RegExp, Unit][] = [
  [/^P(\d+)WD$/, 'workdays'],
  [/^P(\d+)D$/, 'days'],
  [/^PT(\d+)H$/, 'hours'],
];
const REPEAT = /^R(\d*)\/(P[^/]+)$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const VALUE = /^=\s*([\p{L}_][\p{L}\p{N}_.]*)$/u;
const WHOLE = /^[1-9]\d{0,2}$/;

const NOTHING: When = { kind: 'free', unit: 'workdays', amount: '', times: '', day: '', text: '' };

/** A whole number from 1 to 999. */
export const whole = (value: string): boolean => WHOLE.test(value);

function span(text: string, workdays: boolean): { unit: Unit; amount: string } | null {
  for (const [pattern, unit] of SPANS) {
    const match = pattern.exec(text);
    if (match) return { unit: unit === 'days' && workdays ? 'workdays' : unit, amount: match[1]! };
  }
  return null;
}

/** What a timer's texts say: `kind` is the name of the one that it has. */
export function read(kind: 'timeDuration' | 'timeDate' | 'timeCycle', body: string, workdays = false): When {
  const text = body.trim();
  if (kind === 'timeDuration') {
    const found = span(text, workdays);
    if (found) return { ...NOTHING, kind: 'after', ...found, text };
  }
  if (kind === 'timeDate') {
    const value = VALUE.exec(text);
    if (value) return { ...NOTHING, kind: 'value', day: value[1]!, text };
    if (DAY.test(text)) return { ...NOTHING, kind: 'date', day: text, text };
  }
  if (kind === 'timeCycle') {
    const match = REPEAT.exec(text);
    const found = match && span(match[2]!, false);
    if (match && found) return { ...NOTHING, kind: 'repeat', ...found, times: match[1]!, text };
  }
  return { ...NOTHING, text };
}

/** The inverse of `read`: which text a timer has, and what it says. Null while something is not said yet. */
export function write(when: When): { kind: 'timeDuration' | 'timeDate' | 'timeCycle'; body: string } | null {
  const every = { workdays: `P${when.amount}WD`, days: `P${when.amount}D`, hours: `PT${when.amount}H` }[when.unit];
  if (when.kind === 'after') return whole(when.amount) ? { kind: 'timeDuration', body: every } : null;
  if (when.kind === 'date') return DAY.test(when.day) ? { kind: 'timeDate', body: when.day } : null;
  if (when.kind === 'value') return when.day ? { kind: 'timeDate', body: `= ${when.day}` } : null;
  if (when.kind === 'repeat') {
    if (!whole(when.amount) || (when.times && !whole(when.times))) return null;
    return { kind: 'timeCycle', body: `R${when.times}/${every}` };
  }
  return null;
}

const TEXTS = ['timeDuration', 'timeDate', 'timeCycle'] as const;

/** What a timer of the model says, and which of its texts says it. */
export function of(timer: Model): { when: When; kind: (typeof TEXTS)[number]; holder?: Model } {
  const kind = TEXTS.find((each) => timer[each]) ?? 'timeDuration';
  const holder: Model | undefined = timer[kind];
  return { when: read(kind, holder?.body ?? '', holder?.get('tongban:workdays') === 'true'), kind, holder };
}

/** Let a timer say something else. */
export function put(editor: Editor, element: Element, timer: Model, said: { kind: (typeof TEXTS)[number]; body: string }): void {
  const expression: Model = editor.get('bpmnFactory').create('bpmn:FormalExpression', { body: said.body });
  expression.$parent = timer;
  const texts = Object.fromEntries(TEXTS.map((each) => [each, each === said.kind ? expression : undefined]));
  editor.get('modeling').updateModdleProperties(element, timer, texts);
}
