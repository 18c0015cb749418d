// What can be put on the canvas, in our words: how each is made, recognised and coloured.
import { page, word } from './page';
import type { Editor, Element, Entry, Model } from './types';

export interface Colour {
  fill: string;
  stroke: string;
}

export interface Thing {
  id: string;
  type: string;
  icon: string;
  colour?: Colour;
  attributes?: Record<string, unknown>;
  event?: string;
  /** Stands at the border of an activity. */
  attached?: boolean;
}

/** Strokes are at least 4.5:1 on white and on their own fill. */
export const COLOURS: Record<string, Colour> = {
  blue: { fill: '#e8f1fb', stroke: '#0b5cad' },
  green: { fill: '#e6f4ec', stroke: '#17693a' },
  amber: { fill: '#fff3dc', stroke: '#8a4b00' },
  violet: { fill: '#f1ecfb', stroke: '#5b3a9e' },
  red: { fill: '#fdeceb', stroke: '#b3261e' },
  grey: { fill: '#eef1f5', stroke: '#4a5563' },
};

export const THINGS: Thing[] = [
  { id: 'start', type: 'bpmn:StartEvent', icon: 'start-event-none' },
  { id: 'item', type: 'bpmn:CallActivity', icon: 'call-activity', colour: COLOURS.blue },
  { id: 'task', type: 'bpmn:UserTask', icon: 'user-task', colour: COLOURS.green },
  {
    id: 'joint',
    type: 'bpmn:UserTask',
    icon: 'participant',
    colour: COLOURS.violet,
    attributes: { 'tongban:joint': '', 'tongban:joint-days': '5' },
  },
  { id: 'decision', type: 'bpmn:BusinessRuleTask', icon: 'business-rule-task', colour: COLOURS.amber },
  { id: 'message', type: 'bpmn:SendTask', icon: 'send-task', colour: COLOURS.grey },
  { id: 'receive', type: 'bpmn:ReceiveTask', icon: 'receive-task', colour: COLOURS.grey },
  { id: 'wait', type: 'bpmn:IntermediateCatchEvent', icon: 'intermediate-event-catch-timer', event: 'P5WD' },
  {
    id: 'deadline',
    type: 'bpmn:BoundaryEvent',
    icon: 'intermediate-event-catch-non-interrupting-timer',
    event: 'P5WD',
    attributes: { cancelActivity: false },
    attached: true,
  },
  { id: 'refused', type: 'bpmn:BoundaryEvent', icon: 'intermediate-event-catch-error', attached: true },
  {
    id: 'reported',
    type: 'bpmn:BoundaryEvent',
    icon: 'intermediate-event-catch-non-interrupting-escalation',
    attributes: { cancelActivity: false },
    attached: true,
  },
  { id: 'raise', type: 'bpmn:IntermediateThrowEvent', icon: 'intermediate-event-throw-escalation' },
  { id: 'parallel', type: 'bpmn:ParallelGateway', icon: 'gateway-parallel' },
  { id: 'exclusive', type: 'bpmn:ExclusiveGateway', icon: 'gateway-xor' },
  { id: 'inclusive', type: 'bpmn:InclusiveGateway', icon: 'gateway-or' },
  { id: 'end', type: 'bpmn:EndEvent', icon: 'end-event-none' },
  { id: 'raise-end', type: 'bpmn:EndEvent', icon: 'end-event-escalation' },
  { id: 'note', type: 'bpmn:TextAnnotation', icon: 'text-annotation' },
];

/** Those that may follow another element. */
export const FOLLOWING = THINGS.filter((each) => each.id !== 'start' && each.id !== 'note' && !each.attached);

/** What is named when it is made; the others are clear by their form. */
const NAMED = new Set(['item', 'task', 'joint', 'decision', 'message', 'receive', 'refused', 'reported', 'raise', 'raise-end', 'start', 'end']);

/** What an event of ours catches or throws. */
const DEFINITIONS: Record<string, string> = {
  refused: 'bpmn:ErrorEventDefinition',
  reported: 'bpmn:EscalationEventDefinition',
  raise: 'bpmn:EscalationEventDefinition',
  'raise-end': 'bpmn:EscalationEventDefinition',
};

export const is = (element: Element | Model, type: string): boolean =>
  ('businessObject' in element ? (element as Element).businessObject : (element as Model)).$instanceOf(type);

/** Make a shape that is not yet on the canvas. */
export function make(editor: Editor, thing: Thing): Element {
  const factory = editor.get('bpmnFactory');
  const model: Model = factory.create(thing.type, { ...thing.attributes });
  if (thing.id === 'wait' || thing.id === 'deadline') model.name = word(`${thing.id}.workdays`, { n: 5 });
  else if (NAMED.has(thing.id)) model.name = word(`new.${thing.id}`);
  if (thing.id === 'note') model.text = word('new.note');
  if (thing.event) {
    const timer: Model = factory.create('bpmn:TimerEventDefinition');
    const duration: Model = factory.create('bpmn:FormalExpression', { body: thing.event });
    duration.$parent = timer;
    timer.timeDuration = duration;
    timer.$parent = model;
    model.eventDefinitions = [timer];
  }
  const tells = DEFINITIONS[thing.id];
  if (tells) {
    const definition: Model = factory.create(tells);
    definition.$parent = model;
    model.eventDefinitions = [definition];
  }
  const shape: Element = editor.get('elementFactory').createShape({ type: thing.type, businessObject: model });
  if (thing.colour) paint(shape.di, thing.colour);
  return shape;
}

function paint(di: Model, colour: Colour): void {
  di.set('color:background-color', colour.fill);
  di.set('color:border-color', colour.stroke);
  // The older names, for editors that know no other.
  di.set('bioc:fill', colour.fill);
  di.set('bioc:stroke', colour.stroke);
}

/** Which of our things an element is; undefined for what we do not make ourselves. */
export function thingOf(element: Element): Thing | undefined {
  const model = element.businessObject;
  if (model.$type === 'bpmn:UserTask') {
    const joint = model.get('tongban:joint') !== undefined || model.get('tongban:joint-days') !== undefined;
    return THINGS.find((each) => each.id === (joint ? 'joint' : 'task'));
  }
  if (model.$type === 'bpmn:BoundaryEvent') {
    if (model.eventDefinitions?.length !== 1) return undefined;
    const caught = model.eventDefinitions[0].$type;
    return THINGS.find((each) => each.attached && (each.id === 'deadline' ? Boolean(timerOf(model)) : DEFINITIONS[each.id] === caught));
  }
  if (model.$type === 'bpmn:IntermediateCatchEvent') {
    return timerOf(model) ? THINGS.find((each) => each.id === 'wait') : undefined;
  }
  if (model.$type === 'bpmn:StartEvent' && model.eventDefinitions?.length) return undefined;
  if (model.$type === 'bpmn:EndEvent' || model.$type === 'bpmn:IntermediateThrowEvent') {
    const told: Model[] = model.eventDefinitions ?? [];
    const raises = told.length === 1 && told[0].$type === DEFINITIONS.raise;
    const plain = !told.length && model.$type === 'bpmn:EndEvent';
    if (!raises && !plain) return undefined;
    return THINGS.find((each) => each.type === model.$type && Boolean(DEFINITIONS[each.id]) === raises);
  }
  return THINGS.find((each) => each.type === model.$type && each.id !== 'joint');
}

/** The timer of an event. */
export function timerOf(model: Model): Model | undefined {
  return (model.eventDefinitions ?? []).find((each: Model) => each.$type === 'bpmn:TimerEventDefinition');
}

/** What kind of thing it is, in words. */
export function kindOf(element: Element): string {
  const thing = thingOf(element);
  if (thing) return word(`thing.${thing.id}`);
  const type = element.businessObject.$type.replace('bpmn:', '');
  const name = `type.${type}`;
  return name in page.words ? word(name) : word('type.other');
}

/** What a person calls it: its name, what stands in it, or its kind. */
export function nameOf(element: Element): string {
  const model = element.businessObject;
  const own = (model.name ?? model.text ?? '').trim();
  if (own) return own;
  if (is(element, 'bpmn:SequenceFlow') && element.source && element.target) {
    return word('flow.name', { from: nameOf(element.source), to: nameOf(element.target) });
  }
  return kindOf(element);
}

/** The entry with this code. */
export function entry(entries: Entry[], code: string | undefined): Entry | undefined {
  return entries.find((each) => each.code === code);
}

/** The department that works on an element: its own, or the one of its item. */
export function departmentOf(model: Model): string | undefined {
  const item = entry(page.items, model.get('tongban:item'));
  return model.get('tongban:department') || item?.note || undefined;
}
