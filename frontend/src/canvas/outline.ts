// The process as a list, beside the canvas: everything can be chosen, renamed, continued, connected, deleted.
import { choose } from './choosing';
import { ATTACHING, place } from './handling';
import { attach, bears } from './modeling';
import { announce, h, part, word } from './page';
import { FOLLOWING, THINGS, is, kindOf, make, nameOf, type Thing } from './things';
import { pick } from './panel';
import type { Editor, Element, Entry } from './types';

const ICONS = Object.fromEntries(THINGS.map((each) => [each.id, each.icon]));

/** The elements in the order in which work flows, then what is joined to nothing. */
export function ordered(editor: Editor): Element[] {
  const nodes: Element[] = editor
    .get('elementRegistry')
    .filter((each: Element) => each.parent && each.type !== 'label' && !each.waypoints);
  const found = new Set<Element>();
  const walk = (start: Element) => {
    const waiting = [start];
    while (waiting.length) {
      const node = waiting.shift()!;
      if (found.has(node)) continue;
      found.add(node);
      for (const border of node.attachers ?? []) waiting.push(border);
      for (const flow of node.outgoing) if (is(flow, 'bpmn:SequenceFlow')) waiting.push(flow.target);
    }
  };
  for (const node of nodes) if (is(node, 'bpmn:StartEvent')) walk(node);
  for (const node of nodes) if (!node.incoming.length) walk(node);
  for (const node of nodes) walk(node);
  return [...found];
}

/** Draw the list; the chosen one carries what can be done with it. */
export function show(editor: Editor, chosen: Element | null, editable: boolean): void {
  const list = part('outline-list');
  const held = (document.activeElement as HTMLElement | null)?.dataset?.at;
  const selection = editor.get('selection');
  const row = (element: Element): HTMLElement => {
    const here = chosen === element;
    return h(
      'button',
      {
        type: 'button',
        class: 'outline-one',
        'data-at': element.id,
        'aria-current': here ? 'true' : undefined,
        onclick: () => {
          selection.select(element);
          editor.get('canvas').scrollToElement(element);
        },
        onkeydown: (event: KeyboardEvent) => keys(editor, element, event, editable),
      },
      h('span', {}, nameOf(element)),
      element.businessObject.name && nameOf(element) !== kindOf(element) ? h('span', { class: 'quiet small' }, ` ${kindOf(element)}`) : null,
    );
  };
  list.replaceChildren(
    ...ordered(editor).map((element) => {
      const flows = element.outgoing.filter((each) => is(each, 'bpmn:SequenceFlow') || is(each, 'bpmn:MessageFlow'));
      return h(
        'li',
        {},
        row(element),
        editable && chosen === element ? actions(editor, element) : null,
        flows.length
          ? h('ul', { class: 'outline-flows' }, ...flows.map((flow) => h('li', {}, h('span', { 'aria-hidden': 'true' }, '→ '), flowRow(editor, flow, row, chosen === flow && editable))))
          : null,
      );
    }),
  );
  if (!list.children.length) list.append(h('li', { class: 'quiet' }, word('outline.empty')));
  if (held) list.querySelector<HTMLElement>(`[data-at="${CSS.escape(held)}"]`)?.focus();
}

function flowRow(editor: Editor, flow: Element, row: (element: Element) => HTMLElement, open: boolean): HTMLElement {
  const button = row(flow);
  const label = flow.businessObject.name ? `${flow.businessObject.name}: ` : '';
  button.replaceChildren(h('span', {}, label + nameOf(flow.target)));
  return h('span', {}, button, open ? actions(editor, flow) : null);
}

function actions(editor: Editor, element: Element): HTMLElement {
  const button = (name: string, text: string, does: () => void) =>
    h('button', { type: 'button', class: 'link', 'data-at': `${element.id}-${name}`, onclick: does }, text);
  const isFlow = Boolean(element.waypoints);
  const follows = (is(element, 'bpmn:FlowNode') && !is(element, 'bpmn:EndEvent')) || is(element, 'bpmn:SequenceFlow');
  return h(
    'div',
    { class: 'outline-acts' },
    button('edit', word('edit'), () => edit()),
    follows && button('append', isFlow ? word('insert') : word('append'), () => void append(editor, element)),
    ...THINGS.filter((each) => each.attached && bears(element, each)).map((each) =>
      button(each.id, word(`attach.${each.id}`), () => void attached(editor, each, element)),
    ),
    !isFlow && follows && button('connect', word('connect'), () => void connect(editor, element)),
    button('remove', word('remove'), () => remove(editor, element)),
  );
}

/** Go to the first question of the panel: of a timer, when it is due. */
export function edit(): void {
  part('tab-panel').click();
  const form = part('panel-form');
  const first = form.querySelector<HTMLElement>('#p-duration') ?? form.querySelector<HTMLElement>('input, textarea, select, button');
  first?.focus();
}

function keys(editor: Editor, element: Element, event: KeyboardEvent, editable: boolean): void {
  const buttons = [...part('outline-list').querySelectorAll<HTMLElement>('.outline-one')];
  const at = buttons.indexOf(event.currentTarget as HTMLElement);
  const go = (to: number) => {
    event.preventDefault();
    buttons[Math.max(0, Math.min(buttons.length - 1, to))]?.focus();
  };
  if (event.key === 'ArrowDown') go(at + 1);
  if (event.key === 'ArrowUp') go(at - 1);
  if (event.key === 'Home') go(0);
  if (event.key === 'End') go(buttons.length - 1);
  if (!editable || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Delete') {
    event.preventDefault();
    remove(editor, element);
  }
  if (event.key === 'F2') {
    editor.get('selection').select(element);
    edit();
    event.preventDefault();
  }
  if (event.key === 'a' && !is(element, 'bpmn:EndEvent')) {
    event.preventDefault();
    void append(editor, element);
  }
  const thing = THINGS.find((each) => each.id === ATTACHING[event.key]);
  if (thing && bears(element, thing)) {
    event.preventDefault();
    void attached(editor, thing, element);
  }
}

function entries(things: typeof THINGS): Entry[] {
  return things.map((each) => ({ code: each.id, name: word(`thing.${each.id}`), note: word(`about.${each.id}`) }));
}

/** Ask what comes after an element (or into a flow) and put it there. */
export async function append(editor: Editor, after: Element): Promise<void> {
  const title = after.waypoints ? word('insert.what') : word('append.what', { name: nameOf(after) });
  const things = [...FOLLOWING, ...THINGS.filter((each) => each.attached && bears(after, each))];
  await added(editor, await choose(title, entries(things), ICONS), after);
}

/** Ask what to make and put it where there is room. */
export async function create(editor: Editor): Promise<void> {
  await added(editor, await choose(word('create.what'), entries(THINGS), ICONS));
}

/** Things that come after nothing. */
const apart = new Set(['start', 'note']);

/** Where the work stands still so far, if that is one place. */
function lastOf(editor: Editor): Element | undefined {
  const open = ordered(editor).filter(
    (each) => is(each, 'bpmn:FlowNode') && !is(each, 'bpmn:EndEvent') && !each.outgoing.length,
  );
  return open.length === 1 ? open[0] : undefined;
}

/** Put a thing on the canvas without a pointer, choose it, and ask for the service item if it is one. */
export async function added(editor: Editor, id: string | null, after?: Element): Promise<void> {
  const thing = THINGS.find((each) => each.id === id);
  if (!thing) {
    if (after) editor.get('canvas').focus();
    return;
  }
  if (thing.attached) {
    await attached(editor, thing, after);
    return;
  }
  const shape = place(editor, make(editor, thing), after ?? (apart.has(thing.id) ? undefined : lastOf(editor)));
  editor.get('selection').select(shape);
  editor.get('canvas').scrollToElement(shape);
  announce(word('told.added', { name: nameOf(shape) }));
  if (thing.id === 'item') await pick(editor, shape);
  editor.get('canvas').focus();
}

/** Put something at the border of an activity; ask which one, unless one is chosen that can bear it. */
export async function attached(editor: Editor, thing: Thing, host?: Element): Promise<void> {
  let at = host && bears(host, thing) ? host : undefined;
  if (!at) {
    const hosts = ordered(editor).filter((each) => bears(each, thing));
    const id = await choose(
      word(`attach.${thing.id}.where`),
      hosts.map((each) => ({ code: each.id, name: nameOf(each), note: kindOf(each) })),
    );
    at = hosts.find((each) => each.id === id);
  }
  if (!at) {
    editor.get('canvas').focus();
    return;
  }
  const made = attach(editor, at, thing);
  editor.get('selection').select(made);
  editor.get('canvas').scrollToElement(made);
  announce(word('told.attached', { name: nameOf(made), to: nameOf(at) }));
  if (thing.id === 'refused') await append(editor, made);
  else edit();
}

/** Ask where the work goes on and draw the flow. */
export async function connect(editor: Editor, source: Element): Promise<void> {
  const rules = editor.get('rules');
  const targets = ordered(editor).filter(
    (each) =>
      each !== source &&
      !source.outgoing.some((flow) => flow.target === each) &&
      rules.allowed('connection.create', { source, target: each }),
  );
  const id = await choose(
    word('connect.what', { name: nameOf(source) }),
    targets.map((each) => ({ code: each.id, name: nameOf(each), note: kindOf(each) })),
  );
  const target = targets.find((each) => each.id === id);
  if (!target) return;
  editor.get('modeling').connect(source, target);
  announce(word('told.connected', { from: nameOf(source), to: nameOf(target) }));
}

export function remove(editor: Editor, element: Element): void {
  const name = nameOf(element);
  editor.get('modeling').removeElements([element]);
  announce(word('told.removed', { name }));
  part('outline-list').querySelector<HTMLElement>('.outline-one')?.focus();
}
