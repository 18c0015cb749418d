// What is asked about an event: when a timer is due, what is caught, and what becomes of the work meanwhile.
import * as fields from './fields';
import { h, page, word } from './page';
import { REFUSED, codesOf, declare } from './declaring';
import { rename, together } from './modeling';
import { UNITS, of, put, whole, write, type When } from './timers';
import { nameOf, timerOf } from './things';
import type { Editor, Element, Entry, Model } from './types';

/** The questions about an event; none for a plain one. */
export function questions(editor: Editor, element: Element): HTMLElement[] {
  const model = element.businessObject;
  const definition: Model | undefined = model.eventDefinitions?.[0];
  if (!definition || model.eventDefinitions.length > 1) return [];
  const found: HTMLElement[] = [];
  const bordering = model.$type === 'bpmn:BoundaryEvent';
  if (bordering && element.host) found.push(h('p', { class: 'quiet small' }, word('border.of', { name: nameOf(element.host) })));
  const timer = timerOf(model);
  if (timer) found.push(...timing(editor, element, timer));
  if (definition.$type === 'bpmn:ErrorEventDefinition' && bordering) found.push(refusal(editor, element, definition));
  if (definition.$type === 'bpmn:EscalationEventDefinition') found.push(escalation(editor, element, definition));
  if (definition.$type === 'bpmn:MessageEventDefinition') found.push(...message(editor, element, definition));
  if (definition.$type === 'bpmn:SignalEventDefinition') {
    found.push(fields.text('signal', word('field.signal'), definition.signalRef?.name ?? '', (name) => refer(editor, element, definition, 'signalRef', name ? declare(editor, element, 'bpmn:Signal', { name }) : undefined)));
  }
  if (definition.$type === 'bpmn:ConditionalEventDefinition') {
    found.push(fields.condition('condition', word('field.condition.event'), definition.condition?.body ?? '', (body) => {
      const condition: Model = editor.get('bpmnFactory').create('bpmn:FormalExpression', { body });
      condition.$parent = definition;
      editor.get('modeling').updateModdleProperties(element, definition, { condition });
    }));
  }
  if (bordering && definition.$type !== 'bpmn:ErrorEventDefinition') found.push(meanwhile(editor, element, timer));
  return found;
}

/** What becomes of the work when the event happens: it is stopped, or it goes on and something is done beside it. */
function meanwhile(editor: Editor, element: Element, timer: Model | undefined): HTMLElement {
  const model = element.businessObject;
  const repeated = timer !== undefined && of(timer).when.kind === 'repeat';
  const item = Boolean(element.host?.businessObject.get('tongban:item'));
  const stops = model.cancelActivity !== false;
  const ways: Entry[] = [{ code: 'beside', name: word('meanwhile.beside') }];
  // What is repeated cannot stop the work: there would be no second time.
  if (!repeated || stops) ways.push({ code: 'stop', name: word('meanwhile.stop') });
  const hint = stops && item ? word('meanwhile.owed') : undefined;
  return fields.select('meanwhile', word('field.meanwhile'), ways, stops ? 'stop' : 'beside', (way) =>
    editor.get('modeling').updateProperties(element, { cancelActivity: way === 'stop' }), { hint });
}

// ---- timers

/** What a name says that only says when: kept true as the timer changes. */
export function timeName(element: Element, when: When): string {
  const late = element.businessObject.$type === 'bpmn:BoundaryEvent';
  const value = when.kind === 'value' ? page.variables.find((each) => each.address === when.day) : undefined;
  if (when.kind === 'date' || when.kind === 'value') return word(late ? 'deadline.date' : 'wait.date', { day: value?.name ?? when.day });
  if (when.kind === 'repeat') return word(`every.${when.unit}`, { n: when.amount });
  return late ? word(`deadline.${when.unit}`, { n: when.amount }) : word(`wait.${when.unit}`, { n: when.amount });
}

function timing(editor: Editor, element: Element, timer: Model): HTMLElement[] {
  const { when, kind } = of(timer);
  const bordering = element.businessObject.$type === 'bpmn:BoundaryEvent';
  const say = (next: When) => {
    const said = write(next);
    if (!said) return;
    const named = !element.businessObject.name || element.businessObject.name === timeName(element, when);
    together(editor, () => {
      put(editor, element, timer, said);
      if (next.kind === 'repeat' && bordering) editor.get('modeling').updateProperties(element, { cancelActivity: false });
      if (named) rename(editor, element, timeName(element, next));
    });
  };
  const days = page.variables.filter((each) => each.type === 'date');
  const ways: Entry[] = [
    ...UNITS.map((unit) => ({ code: unit, name: word(`when.${unit}`) })),
    { code: 'date', name: word('when.date') },
    ...(days.length ? [{ code: 'value', name: word('when.value') }] : []),
    ...(bordering || when.kind === 'repeat' ? [{ code: 'repeat', name: word('when.repeat') }] : []),
    ...(when.kind === 'free' ? [{ code: 'free', name: word('when.free') }] : []),
  ];
  const chosen = when.kind === 'after' ? when.unit : when.kind;
  const found = [
    fields.select('when', word('field.when'), ways, chosen, (way) => say(changed(when, way, days[0]?.address ?? '')), {
      hint: chosen === 'workdays' ? word('field.workdays.hint') : undefined,
    }),
  ];
  if (when.kind === 'after') {
    found.push(fields.count('duration', word(bordering ? 'field.limit' : 'field.duration'), when.amount, (amount) => say({ ...when, amount })));
  }
  if (when.kind === 'date') {
    found.push(fields.day('day', word('field.day'), when.day, (day) => say({ ...when, day }), word('field.day.hint')));
  }
  if (when.kind === 'value') {
    found.push(fields.select('day', word('field.day.value'), days.map((each) => ({ code: each.address, name: each.name })), when.day, (day) => say({ ...when, day }), { hint: word('field.day.hint') }));
  }
  if (when.kind === 'repeat') {
    found.push(
      fields.count('every', word('field.every'), when.amount, (amount) => say({ ...when, amount })),
      fields.select('unit', word('field.unit'), UNITS.map((unit) => ({ code: unit, name: word(`unit.${unit}`) })), when.unit, (unit) => say({ ...when, unit: unit as When['unit'] }), {
        hint: when.unit === 'workdays' ? word('field.workdays.hint') : undefined,
      }),
      fields.count('times', word('field.times'), when.times, (times) => say({ ...when, times }), word('field.times.hint')),
    );
  }
  if (when.kind === 'free') {
    found.push(fields.text('duration', word('field.duration.text'), when.text, (body) => put(editor, element, timer, { kind, body }), word('field.duration.free')));
  }
  return found;
}

/** The same timer put another way; what was not said before gets a usual answer. */
function changed(when: When, way: string, value: string): When {
  const amount = whole(when.amount) ? when.amount : '5';
  if (way === 'date') return { ...when, kind: 'date', day: nextMonth() };
  if (way === 'value') return { ...when, kind: 'value', day: value };
  if (way === 'repeat') return { ...when, kind: 'repeat', amount, times: '' };
  if (way === 'free') return when;
  return { ...when, kind: 'after', unit: way as When['unit'], amount };
}

function nextMonth(): string {
  const day = new Date();
  const next = new Date(Date.UTC(day.getFullYear(), day.getMonth() + 1, 1));
  return next.toISOString().slice(0, 10);
}

// ---- what is caught

function refer(editor: Editor, element: Element, definition: Model, name: string, to: Model | undefined): void {
  editor.get('modeling').updateModdleProperties(element, definition, { [name]: to });
}

function refusal(editor: Editor, element: Element, definition: Model): HTMLElement {
  const own: string = definition.errorRef?.errorCode ?? definition.errorRef?.name ?? '';
  const others = codesOf(editor, 'bpmn:Error').filter((each) => each !== REFUSED);
  const ways: Entry[] = [
    { code: REFUSED, name: word('refused.item') },
    ...others.map((code) => ({ code, name: word('refused.code', { code }) })),
  ];
  return fields.select('refused', word('field.refused'), ways, own, (code) =>
    together(editor, () => refer(editor, element, definition, 'errorRef', code ? declare(editor, element, 'bpmn:Error', { errorCode: code, name: code }) : undefined)), {
    none: word('refused.any'),
    hint: word('field.refused.hint'),
  });
}

function escalation(editor: Editor, element: Element, definition: Model): HTMLElement {
  const own: string = definition.escalationRef?.escalationCode ?? '';
  return fields.combo('escalation', word('field.escalation'), codesOf(editor, 'bpmn:Escalation'), own, (code) =>
    together(editor, () => refer(editor, element, definition, 'escalationRef', code ? declare(editor, element, 'bpmn:Escalation', { escalationCode: code, name: code }) : undefined)),
    word('field.escalation.hint'));
}

function message(editor: Editor, element: Element, definition: Model): HTMLElement[] {
  const model = element.businessObject;
  const thrown = model.$type === 'bpmn:IntermediateThrowEvent' || model.$type === 'bpmn:EndEvent';
  return [
    fields.select('department', word(thrown ? 'field.department.to' : 'field.department.from'), page.departments, model.get('tongban:department'), (code) =>
      editor.get('modeling').updateProperties(element, { 'tongban:department': code || undefined }), { none: word('choose') }),
    fields.combo('message', word('field.message'), messages(editor), definition.messageRef?.name ?? '', (name) =>
      together(editor, () => refer(editor, element, definition, 'messageRef', name ? declare(editor, element, 'bpmn:Message', { name }) : undefined)),
      word('field.message.hint')),
  ];
}

/** Names of messages that are in use: in this process, then in others. */
export function messages(editor: Editor): string[] {
  return [...new Set([...codesOf(editor, 'bpmn:Message'), ...page.messages])];
}
