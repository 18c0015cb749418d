// Changes of the model that belong together: one step for undo, whatever it is made of.
import { declare, REFUSED } from './declaring';
import { word } from './page';
import { THINGS, departmentOf, is, make, nameOf, type Thing } from './things';
import type { Editor, Element } from './types';

class Together {
  preExecute(context: { does(): void }): void {
    context.does();
  }
}

class Steps {
  static $inject = ['commandStack'];

  constructor(stack: { registerHandler(name: string, handler: unknown): void }) {
    stack.registerHandler('tongban.together', Together);
  }
}

export const modelingModule = { __init__: ['ourSteps'], ourSteps: ['type', Steps] };

/** Do several changes as one step. */
export function together(editor: Editor, does: () => void): void {
  editor.get('commandStack').execute('tongban.together', { does });
}

export function rename(editor: Editor, element: Element, value: string): void {
  const modeling = editor.get('modeling');
  if (element.parent && element.type !== 'label') modeling.updateLabel(element, value);
  else modeling.updateProperties(element, { name: value || undefined });
}

/** Whether something of this kind can stand at the border of an element. */
export function bears(host: Element, thing: Thing): boolean {
  if (!is(host, 'bpmn:Activity') || host.type === 'label') return false;
  const item = Boolean(host.businessObject.get('tongban:item'));
  // Reports come from people who work on something, and from what is drawn inside; a department's item sends none.
  if (thing.id === 'reported') return !item && ['bpmn:UserTask', 'bpmn:SubProcess', 'bpmn:CallActivity'].some((type) => is(host, type));
  return thing.id !== 'refused' || is(host, 'bpmn:CallActivity') || item || is(host, 'bpmn:SubProcess');
}

/**
 * Put a deadline, a report, or another way for a refusal, at the border of an activity; one step for undo.
 * A deadline comes with what usually follows: whoever is late is urged, and the work goes on. A report comes with
 * somebody above who deals with it.
 */
export function attach(editor: Editor, host: Element, thing: Thing): Element {
  let made: Element | undefined;
  together(editor, () => {
    const modeling = editor.get('modeling');
    const shape = make(editor, thing);
    made = modeling.createShape(shape, spot(host), host, { attach: true }) as Element;
    if (thing.id === 'refused') {
      const error = declare(editor, made, 'bpmn:Error', { errorCode: REFUSED, name: REFUSED });
      modeling.updateModdleProperties(made, made.businessObject.eventDefinitions[0], { errorRef: error });
    }
    if (thing.id === 'deadline' || thing.id === 'reported') {
      const late = thing.id === 'deadline';
      const urging = follow(editor, made, 'task', word(late ? 'deadline.urge' : 'reported.handle', { name: nameOf(host) }));
      const department = departmentOf(host.businessObject) ?? host.businessObject.get('tongban:joint')?.split(/\s+/)[0];
      if (department) modeling.updateProperties(urging, { 'tongban:department': department });
      if (!late) modeling.updateProperties(urging, { 'tongban:role': 'supervisor' });
      follow(editor, urging, 'end', word(late ? 'deadline.urged' : 'reported.handled'));
    }
  });
  editor.get('directEditing').cancel();
  return made!;
}

function follow(editor: Editor, after: Element, id: string, name: string): Element {
  const shape = make(editor, THINGS.find((each) => each.id === id)!);
  shape.businessObject.name = name;
  return editor.get('autoPlace').append(after, shape) as Element;
}

/** A place at the border where nothing stands yet: below first, since most flows leave at the right. */
function spot(host: Element): { x: number; y: number } {
  const places = [
    ...[0.8, 0.5, 0.2].map((part) => ({ x: host.x + host.width * part, y: host.y + host.height })),
    ...[0.8, 0.5, 0.2].map((part) => ({ x: host.x + host.width * part, y: host.y })),
  ];
  const taken = (host.attachers ?? []).map((each) => ({ x: each.x + each.width / 2, y: each.y + each.height / 2 }));
  const free = places.find((place) => taken.every((each) => Math.hypot(each.x - place.x, each.y - place.y) > 24));
  return free ?? places[0]!;
}
