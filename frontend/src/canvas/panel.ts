// The properties of the selected element, as questions about the work and not about BPMN.
import * as asking from './asking';
import { choose } from './choosing';
import * as fields from './fields';
import { declare } from './declaring';
import * as events from './events';
import { wishes } from './handling';
import { bears, rename, together } from './modeling';
import { h, page, part, word } from './page';
import { COLOURS, THINGS, departmentOf, entry, is, kindOf, nameOf, thingOf } from './things';
import type { Editor, Element, Entry, Model } from './types';

const HUES = ['blue', 'green', 'amber', 'violet', 'red', 'grey'];

/** Draw the panel for an element; null: for the process itself. */
export function show(editor: Editor, element: Element | null): void {
  const form = part('panel-form');
  if (element?.labelTarget) element = element.labelTarget;
  const target = element ?? (editor.get('canvas').getRootElement() as Element);
  const held = document.activeElement?.id;
  form.dataset.element = target.id;
  form.replaceChildren(h('p', { class: 'panel-kind' }, kindOf(target)), ...questions(editor, target).filter((each) => each !== null));
  // The form is drawn again after each change: whoever was in a field stays in it.
  if (held && form.querySelector(`#${CSS.escape(held)}`)) form.querySelector<HTMLElement>(`#${CSS.escape(held)}`)?.focus();
}

function questions(editor: Editor, element: Element): (HTMLElement | null)[] {
  const model = element.businessObject;
  const thing = thingOf(element);
  const modeling = editor.get('modeling');
  const set = (values: Record<string, unknown>) => modeling.updateProperties(element, values);
  const put = (name: string) => (value: string) => set({ [name]: value || undefined });
  const found: (HTMLElement | null)[] = [];

  if (model.$type === 'bpmn:TextAnnotation') {
    found.push(fields.area('text', word('field.text'), model.text ?? '', (value) => modeling.updateLabel(element, value)));
  } else {
    found.push(fields.text('name', word('field.name'), model.name ?? '', (value) => rename(editor, element, value), missing(element)));
  }
  if (thing?.id === 'item' || model.get?.('tongban:item')) found.push(item(editor, element));
  if (thing?.id === 'task') {
    found.push(
      fields.select('department', word('field.department'), page.departments, model.get('tongban:department'), put('tongban:department'), { none: word('choose') }),
      fields.select('role', word('field.role'), page.roles, model.get('tongban:role'), put('tongban:role'), { none: word('field.role.any') }),
      fields.count('days', word('field.days'), model.get('tongban:days') ?? '', put('tongban:days'), word('field.workdays.hint')),
      several('form', word('field.form'), word('field.form.hint'), page.elements, model.get('tongban:form'), put('tongban:form'), true),
    );
  }
  if (thing?.id === 'joint') {
    const chosen = String(model.get('tongban:joint') ?? '').split(/\s+/).filter(Boolean);
    const lead: string | undefined = model.get('tongban:department') || undefined;
    found.push(
      fields.ticks('joint', word('field.joint'), page.departments, chosen, (codes) =>
        set({ 'tongban:joint': codes.join(' '), ...(lead && chosen.includes(lead) && !codes.includes(lead) ? { 'tongban:department': undefined } : {}) }), chosen.length < 2 ? word('field.joint.least') : undefined),
      chosen.length
        ? fields.select('lead', word('field.joint.lead'), page.departments.filter((each) => chosen.includes(each.code) || each.code === lead), lead ?? chosen[0], put('tongban:department'), { hint: word('field.joint.lead.hint') })
        : null,
      fields.count('joint-days', word('field.joint.days'), model.get('tongban:joint-days') ?? '', put('tongban:joint-days'), word('field.workdays.hint')),
      fields.condition('joint-when', word('field.joint.when'), model.get('tongban:joint-when') ?? '', put('tongban:joint-when')),
      fields.select('joint-decision', word('field.joint.decision'), page.decisions, model.get('tongban:joint-decision'), (code) =>
        set({ 'tongban:joint-decision': code || undefined, 'tongban:joint-decision-name': undefined, 'tongban:joint-inputs': asking.begun(inputsOf(code, ''), page.variables) }), {
        none: word('field.joint.decision.none'),
        hint: word(page.decisions.length ? 'field.joint.decision.hint' : 'field.decision.none'),
      }),
    );
    const other = (name: string) => (value: string) => {
      const inputs = asking.begun(inputsOf(model.get('tongban:joint-decision'), value), page.variables, model.get('tongban:joint-inputs'));
      set({ [name]: value || undefined, 'tongban:joint-inputs': inputs });
    };
    found.push(which(model, 'joint-decision', other), given(editor, model, put), called(model, chosen, set));
  }
  if (thing?.id === 'message' || thing?.id === 'receive') {
    const sends = thing.id === 'message';
    found.push(
      fields.select('department', word(sends ? 'field.department.to' : 'field.department.from'), page.departments, model.get('tongban:department'), put('tongban:department'), { none: word('choose') }),
      fields.combo('message', word('field.message'), events.messages(editor), model.messageRef?.name ?? '', (name) =>
        together(editor, () => set({ messageRef: name ? declare(editor, element, 'bpmn:Message', { name }) : undefined })), word('field.message.hint')),
    );
  }
  if (thing?.id === 'message') {
    const carried = page.variables.map((each) => ({ code: each.address, name: each.name }));
    found.push(several('fields', word('field.fields'), word('field.fields.hint'), carried, model.get('tongban:fields'), put('tongban:fields'), false));
  }
  if (thing?.id === 'decision') {
    found.push(
      fields.select('decision', word('field.decision'), page.decisions, model.get('tongban:decision'), (code) =>
        set({ 'tongban:decision': code || undefined, 'tongban:decision-name': undefined }), {
        none: word('choose'),
        hint: page.decisions.length ? undefined : word('field.decision.none'),
      }),
    );
    found.push(
      which(model, 'decision', put),
      fields.text('result', word('field.result'), model.get('tongban:result') ?? '', put('tongban:result'), word('field.result.hint')),
    );
  }
  if (is(element, 'bpmn:Event')) found.push(...events.questions(editor, element));
  if (model.$type === 'bpmn:SequenceFlow') found.push(...flow(editor, element));
  if (is(element, 'bpmn:Activity')) {
    found.push(borders(editor, element));
    found.push(
      h('details', { class: 'fold', open: Boolean(model.get('tongban:skip-when')) },
        h('summary', {}, word('field.skip')),
        h('div', { class: 'fold-in' },
          fields.condition('skip-when', word('field.skip.when'), model.get('tongban:skip-when') ?? '', put('tongban:skip-when')),
          fields.text('skip-reason', word('field.skip.reason'), model.get('tongban:skip-reason') ?? '', put('tongban:skip-reason'), word('field.skip.hint')),
        ),
      ),
    );
  }
  found.push(documentation(editor, element));
  if (!element.waypoints && element.parent && model.$type !== 'bpmn:TextAnnotation') found.push(colour(editor, element));
  return found;
}

/** Several entries in their order, kept as codes with blanks between; `optional`: each may be left unanswered. */
function several(name: string, label: string, hint: string, entries: Entry[], value: string | undefined, changed: (value: string) => void, optional: boolean): HTMLElement {
  const codes = String(value ?? '').split(/\s+/).filter(Boolean);
  const keep = (next: string[]) => changed(next.join(' '));
  const bare = (code: string) => code.replace(/\?$/, '');
  const add = async () => {
    const left = entries.filter((each) => !codes.some((code) => bare(code) === each.code));
    const code = await choose(label, left);
    if (code) keep([...codes, code]);
  };
  const row = (code: string, at: number) => {
    const may = h('input', { type: 'checkbox', id: `p-${name}-${at}`, onchange: (event) => keep(codes.map((each, n) => (n === at ? bare(each) + (event.target.checked ? '?' : '') : each))) });
    may.checked = code.endsWith('?');
    return h('li', {},
      h('span', {}, entry(entries, bare(code))?.name ?? word('unknown', { code: bare(code) })), ' ',
      optional && h('label', { class: 'tick-line' }, may, h('span', {}, word('field.form.optional'))),
      h('button', { type: 'button', class: 'link', onclick: () => keep(codes.filter((_, n) => n !== at)) }, word('condition.remove')),
    );
  };
  return h('fieldset', { class: 'field', id: `p-${name}` },
    h('legend', {}, label),
    h('p', { class: 'hint' }, hint),
    codes.length ? h('ol', { class: 'border-list' }, ...codes.map(row)) : null,
    h('button', { type: 'button', class: 'button second small-button', id: `p-${name}-add`, onclick: () => void add() }, word('field.several.add')),
  );
}

/** What stands at the border of an activity, and what can be put there. */
function borders(editor: Editor, element: Element): HTMLElement {
  const own = (element.attachers ?? []).filter((each) => is(each, 'bpmn:BoundaryEvent'));
  const go = (to: Element) => editor.get('selection').select(to);
  const ways = THINGS.filter((each) => each.attached && bears(element, each));
  return h(
    'div',
    { class: 'field' },
    h('p', { class: 'label' }, word('borders')),
    own.length
      ? h('ul', { class: 'border-list' }, ...own.map((each) => h('li', {}, h('button', { type: 'button', class: 'link', onclick: () => go(each) }, nameOf(each)))))
      : h('p', { class: 'quiet' }, word('borders.none')),
    h('p', { class: 'acts' }, ...ways.map((thing) =>
      h('button', { type: 'button', class: 'button second small-button', id: `p-add-${thing.id}`, onclick: () => wishes.attach(element, thing) }, word(`attach.${thing.id}`)))),
  );
}

function missing(element: Element): string | undefined {
  const work = is(element, 'bpmn:Activity') || is(element, 'bpmn:Event');
  return work && !element.businessObject.name ? word('field.name.missing') : undefined;
}

/** Which decision of a model that holds several; null where there is nothing to choose. */
function which(model: Model, key: string, put: (name: string) => (value: string) => void): HTMLElement | null {
  const names = entry(page.decisions, model.get(`tongban:${key}`))?.names ?? [];
  const named: string | undefined = model.get(`tongban:${key}-name`);
  if (names.length < 2 && !named) return null;
  return fields.select(`${key}-name`, word('field.decision.name'), names.map((each) => ({ code: each, name: each })), named, put(`tongban:${key}-name`), {
    none: word('field.decision.last'),
    hint: word('field.decision.name.hint'),
  });
}

/** The names of what a decision reads. */
function inputsOf(code: string | undefined, name: string | undefined): string[] {
  return entry(page.decisions, code)?.inputs?.[name ?? ''] ?? [];
}

/** Where each input of the table of a joint review comes from; a text that selects cannot say is shown as it is. */
function given(editor: Editor, model: Model, put: (name: string) => (value: string) => void): HTMLElement | null {
  const text: string = model.get('tongban:joint-inputs') ?? '';
  const wanted = inputsOf(model.get('tongban:joint-decision'), model.get('tongban:joint-decision-name'));
  const held = asking.read(text);
  const changed = put('tongban:joint-inputs');
  if (!held) return fields.area('joint-inputs', word('field.joint.inputs'), text, changed, word('condition.free'));
  const names = [...new Set([...wanted, ...held.keys()])];
  if (!names.length) return null;
  const sources = [...page.variables.map((each) => ({ code: each.address, name: each.name })), ...made(editor)];
  return h('fieldset', { class: 'field', id: 'p-joint-inputs' },
    h('legend', {}, word('field.joint.inputs')),
    h('p', { class: 'hint' }, word('field.joint.inputs.hint')),
    ...names.map((name, at) =>
      fields.select(`joint-input-${at}`, name, sources, held.get(name), (address) => changed(asking.write(new Map([...held, [name, address]]))), { none: word('field.joint.inputs.none') })),
  );
}

/** What steps of the drawing leave behind: answers of a task's form, results of decisions. */
function made(editor: Editor): Entry[] {
  const steps: Element[] = editor.get('elementRegistry').filter((each: Element) => is(each, 'bpmn:Activity') && !each.labelTarget);
  return steps.flatMap((each) => {
    const model = each.businessObject;
    const asked = String(model.get('tongban:form') ?? '').split(/\s+/).filter(Boolean).map((code) => code.replace(/\?$/, ''));
    const result: string | undefined = model.get('tongban:result') || undefined;
    return [
      ...asked.map((code) => ({ code: `${model.id}.${code}`, name: `${nameOf(each)} · ${entry(page.elements, code)?.name ?? code}` })),
      ...(result ? [{ code: result, name: `${nameOf(each)} · ${result}` }] : []),
    ];
  });
}

/** What a decision table says of a joint review beyond yes or no: which departments, how many working days. */
function called(model: Model, listed: string[], set: (values: Record<string, unknown>) => void): HTMLElement | null {
  const table = entry(page.decisions, model.get('tongban:joint-decision'))?.chosen?.[model.get('tongban:joint-decision-name') ?? ''];
  if (!table || !(table.departments.length + table.days.length)) return null;
  const nameOfOne = (code: string) => entry(page.departments, code)?.name;
  const known = table.departments.filter(nameOfOne);
  const lacking = known.filter((code) => !listed.includes(code));
  const most = Math.max(0, ...table.days);
  const short = most > Number(model.get('tongban:joint-days') || 0);
  const names = (codes: string[]) => codes.map((code) => nameOfOne(code) ?? code).join(page.language === 'en' ? ', ' : '、');
  const take = () => set({
    'tongban:joint': [...listed, ...lacking].join(' '),
    ...(short ? { 'tongban:joint-days': String(most) } : {}),
  });
  return h('div', { class: 'field', id: 'p-joint-table' },
    h('p', { class: 'label' }, word('field.joint.table')),
    h('ul', { class: 'border-list' },
      known.length ? h('li', {}, word('field.joint.table.departments', { names: names(known) })) : null,
      table.days.length ? h('li', {}, word('field.joint.table.days', { days: table.days.join(page.language === 'en' ? ', ' : '、') })) : null,
    ),
    ...table.departments.filter((code) => !nameOfOne(code)).map((code) => h('p', { class: 'error' }, word('field.joint.table.stranger', { code }))),
    lacking.length ? h('p', { class: 'error' }, word('field.joint.table.lacking', { names: names(lacking) })) : null,
    short ? h('p', { class: 'hint' }, word('field.joint.table.short', { n: most })) : null,
    lacking.length || short
      ? h('p', { class: 'acts' }, h('button', { type: 'button', class: 'button second small-button', id: 'p-joint-take', onclick: take }, word('field.joint.table.take')))
      : null,
  );
}

function item(editor: Editor, element: Element): HTMLElement {
  const model = element.businessObject;
  const code: string | undefined = model.get('tongban:item');
  const known = entry(page.items, code);
  const department = entry(page.departments, known?.note);
  return h(
    'div',
    { class: 'field' },
    h('p', { class: 'label' }, word('field.item')),
    h('p', { class: code && !known ? 'error' : undefined },
      known ? known.name : code ? word('unknown', { code }) : word('field.item.none'),
      department ? h('span', { class: 'quiet small choose-note' }, department.name) : null,
    ),
    h('button', { type: 'button', class: 'button second small-button', id: 'p-item', onclick: () => void pick(editor, element) }, word('field.item.choose')),
  );
}

/** Ask for a service item and put it on the element; its name goes with it unless somebody gave another. */
export async function pick(editor: Editor, element: Element): Promise<void> {
  const entries = page.items.map((each) => ({ ...each, note: entry(page.departments, each.note)?.name ?? each.note }));
  const code = await choose(word('field.item.choose'), entries);
  if (!code) return;
  const model = element.businessObject;
  const before = entry(page.items, model.get('tongban:item'))?.name;
  editor.get('modeling').updateProperties(element, { 'tongban:item': code });
  if (!model.name || model.name === before || model.name === word('new.item')) {
    rename(editor, element, entry(page.items, code)?.name ?? code);
  }
}

function flow(editor: Editor, element: Element): HTMLElement[] {
  const model = element.businessObject;
  const source: Model = element.source.businessObject;
  const modeling = editor.get('modeling');
  const ends = h('p', { class: 'quiet' }, word('flow.name', { from: nameOf(element.source), to: nameOf(element.target) }));
  if (!['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway'].includes(source.$type) || element.source.outgoing.length < 2) return [ends];
  const standard = source.default === model;
  const change = (text: string) => {
    const expression = text ? editor.get('bpmnFactory').create('bpmn:FormalExpression', { body: text }) : undefined;
    modeling.updateProperties(element, { conditionExpression: expression });
  };
  const box = fields.tick('default', word('field.default'), standard, (on) => {
    modeling.updateProperties(element.source, { default: on ? model : undefined });
    if (on) change('');
  });
  if (standard) return [ends, box];
  return [ends, box, fields.condition('condition', word('field.condition'), model.conditionExpression?.body ?? '', change)];
}

function documentation(editor: Editor, element: Element): HTMLElement {
  const model = element.businessObject;
  const text: string = model.documentation?.[0]?.text ?? '';
  return fields.area('documentation', word('field.documentation'), text, (value) => {
    const made = value ? [editor.get('bpmnFactory').create('bpmn:Documentation', { text: value })] : [];
    editor.get('modeling').updateProperties(element, { documentation: made });
  });
}

function colour(editor: Editor, element: Element): HTMLElement {
  const now: string | undefined = element.di?.get('color:background-color') ?? element.di?.get('bioc:fill');
  const chosen = HUES.find((each) => COLOURS[each]!.fill === now) ?? '';
  const entries: Entry[] = [
    ...HUES.map((code) => ({ code, name: word(`colour.${code}`) })),
    { code: 'department', name: word('colour.department') },
  ];
  return fields.select('colour', word('field.colour'), entries, chosen, (code) => {
    if (code === 'department') colourByDepartment(editor);
    else editor.get('modeling').setColor([element], COLOURS[code] ?? {});
  }, { none: word('colour.none') });
}

/** Give every activity the colour of its department, in the order in which departments are met. */
function colourByDepartment(editor: Editor): void {
  const shapes: Element[] = editor.get('elementRegistry').filter((each: Element) => each.type !== 'label' && is(each, 'bpmn:Activity'));
  const met: string[] = [];
  for (const shape of shapes) {
    const code = departmentOf(shape.businessObject);
    if (code && !met.includes(code)) met.push(code);
  }
  for (const [at, code] of met.entries()) {
    const own = shapes.filter((each) => departmentOf(each.businessObject) === code);
    editor.get('modeling').setColor(own, COLOURS[HUES[at % HUES.length]!]);
  }
}
