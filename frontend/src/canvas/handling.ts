// What hands do on the canvas: the few buttons beside a selected element, and our few keys.
import { bears, together } from './modeling';
import { word } from './page';
import { THINGS, is, type Thing } from './things';
import type { Editor, Element } from './types';

interface Wishes {
  append(element: Element): void;
  attach(element: Element, thing: Thing): void;
  create(): void;
  comment(element: Element): void;
}

/** Set by the page: what the buttons and keys ask for. */
export const wishes: Wishes = {
  append() {},
  attach() {},
  create() {},
  comment() {},
};

type Pad = { registerProvider(provider: unknown): void };

class Buttons {
  static $inject = ['contextPad', 'connect', 'modeling'];

  constructor(
    pad: Pad,
    private readonly connecting: { start(event: Event, element: Element): void },
    private readonly modeling: { removeElements(elements: Element[]): void },
  ) {
    pad.registerProvider(this);
  }

  getContextPadEntries(element: Element) {
    const begin = (event: Event) => this.connecting.start(event, element);
    const entries: Record<string, unknown> = {};
    const type = element.businessObject.$type;
    const flows = element.businessObject.$instanceOf('bpmn:FlowNode') || type === 'bpmn:SequenceFlow';
    if (flows && type !== 'bpmn:EndEvent') {
      entries.append = {
        group: 'do',
        className: 'pad-append',
        title: word('append'),
        action: { click: () => wishes.append(element) },
      };
    }
    for (const thing of THINGS.filter((each) => each.attached && bears(element, each))) {
      entries[thing.id] = {
        group: 'do',
        className: `bpmn-icon-${thing.icon}`,
        title: word(`attach.${thing.id}`),
        action: { click: () => wishes.attach(element, thing) },
      };
    }
    if (!element.waypoints) {
      entries.connect = {
        group: 'do',
        className: 'bpmn-icon-connection-multi',
        title: word('connect'),
        action: { click: begin, dragstart: begin },
      };
    }
    entries.comment = {
      group: 'do',
      className: 'pad-comment',
      title: word('comment'),
      action: { click: () => wishes.comment(element) },
    };
    entries.remove = {
      group: 'do',
      className: 'bpmn-icon-trash',
      title: word('remove'),
      action: { click: () => this.modeling.removeElements([element]) },
    };
    return entries;
  }

  getMultiElementContextPadEntries(elements: Element[]) {
    return {
      remove: {
        group: 'do',
        className: 'bpmn-icon-trash',
        title: word('remove'),
        action: { click: () => this.modeling.removeElements([...elements]) },
      },
    };
  }
}

/** Key → what it puts at the border of the chosen activity. */
export const ATTACHING: Record<string, string> = { d: 'deadline', r: 'refused', u: 'reported' };

class Keys {
  static $inject = ['keyboard', 'selection'];

  constructor(keyboard: any, selection: { get(): Element[] }) {
    keyboard.addListener(1500, ({ keyEvent: event }: { keyEvent: KeyboardEvent }) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return undefined;
      if (event.key === 'n') {
        wishes.create();
        return true;
      }
      const chosen = selection.get();
      if (event.key === 'a' && chosen.length === 1) {
        wishes.append(chosen[0] as Element);
        return true;
      }
      const thing = THINGS.find((each) => each.id === ATTACHING[event.key]);
      if (thing && chosen.length === 1 && bears(chosen[0] as Element, thing)) {
        wishes.attach(chosen[0] as Element, thing);
        return true;
      }
      return undefined;
    });
  }
}

export const handlingModule = {
  __init__: ['ourButtons', 'ourKeys'],
  ourButtons: ['type', Buttons],
  ourKeys: ['type', Keys],
};

/** Put something on the canvas without a pointer: after an element, into a flow, or where there is room. */
export function place(editor: Editor, shape: Element, after?: Element): Element {
  const modeling = editor.get('modeling');
  const canvas = editor.get('canvas');
  const way = after && between(after, shape);
  if (way) return into(editor, shape, way);
  if (after) {
    const placed: Element = editor.get('autoPlace').append(after, shape);
    // Placing opens the name for editing on the drawing; whoever works by keys has the panel for that, and
    // the editing would end as a step of its own in what can be undone.
    editor.get('directEditing').cancel();
    return placed;
  }
  const all: Element[] = editor.get('elementRegistry').filter((each: Element) => each.parent && !each.waypoints);
  const right = Math.max(100, ...all.map((each) => each.x + each.width));
  const level = all.length ? (all[0] as Element).y + (all[0] as Element).height / 2 : 200;
  const root: Element = canvas.getRootElement();
  const pool = root.children?.find((each) => each.type === 'bpmn:Participant');
  const at = pool
    ? { x: Math.min(right, pool.x + pool.width - 80), y: pool.y + pool.height / 2 }
    : { x: right + 50 + shape.width / 2, y: level };
  return modeling.createShape(shape, at, pool ?? root);
}

/** The way into which something is put that comes after an element: itself, or its only way on. */
function between(after: Element, shape: Element): Element | undefined {
  if (after.waypoints) return after;
  const on = after.outgoing.filter((each) => is(each, 'bpmn:SequenceFlow'));
  if (on.length !== 1 || is(after, 'bpmn:Gateway') || is(shape, 'bpmn:EndEvent')) return undefined;
  return on[0];
}

const AIR = 50; // between two shapes, as the editor leaves it when it places them by itself

/** Put something into a flow; what lies behind steps aside if there is too little room. One step for undo. */
function into(editor: Editor, shape: Element, way: Element): Element {
  const modeling = editor.get('modeling');
  const { source, target } = way;
  const room = target.x - (source.x + source.width);
  const lack = shape.width + 2 * AIR - room;
  let placed: Element | undefined;
  together(editor, () => {
    if (room > 0 && lack > 0) {
      const behind: Element[] = editor
        .get('elementRegistry')
        .filter((each: Element) => each.parent === target.parent && !each.waypoints && each.type !== 'label' && !each.host && each.x >= target.x);
      modeling.moveElements(behind, { x: lack, y: 0 });
    }
    const level = source.y + source.height / 2;
    const onward = target.x - (source.x + source.width);
    const middle = room > 0 && lack > 0 ? { x: Math.round(source.x + source.width + onward / 2), y: level } : halfway(way.waypoints!);
    placed = modeling.createShape(shape, middle, way) as Element;
  });
  return placed!;
}

function halfway(points: { x: number; y: number }[]): { x: number; y: number } {
  // The middle of the longest stretch: there is most room.
  let best = { x: points[0]!.x, y: points[0]!.y };
  let longest = -1;
  for (let at = 1; at < points.length; at += 1) {
    const [from, to] = [points[at - 1]!, points[at]!];
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    if (length > longest) {
      longest = length;
      best = { x: Math.round((from.x + to.x) / 2), y: Math.round((from.y + to.y) / 2) };
    }
  }
  return best;
}
