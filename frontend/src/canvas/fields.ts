// The form controls of the panel: a label, a control, a hint; each calls back with what was chosen.
import { COMPARISONS, comparisonsFor, read, write, type Condition, type Row } from './conditions';
import { h, page, word } from './page';
import type { Entry } from './types';

let serial = 0;

function field(label: string, control: HTMLElement, hint?: string): HTMLElement {
  serial += 1;
  const id = control.id || `p-${serial}`;
  control.id = id;
  const note = hint ? h('p', { class: 'hint', id: `${id}-hint` }, hint) : null;
  if (note) control.setAttribute('aria-describedby', note.id);
  return h('div', { class: 'field' }, h('label', { for: id }, label), note, control);
}

export function text(name: string, label: string, value: string, changed: (value: string) => void, hint?: string): HTMLElement {
  return field(
    label,
    h('input', { id: `p-${name}`, type: 'text', value, autocomplete: 'off', onchange: (event) => changed(event.target.value.trim()) }),
    hint,
  );
}

export function area(name: string, label: string, value: string, changed: (value: string) => void, hint?: string): HTMLElement {
  const control = h('textarea', { id: `p-${name}`, rows: 3, onchange: (event) => changed(event.target.value.trim()) });
  control.value = value;
  return field(label, control, hint);
}

export function count(name: string, label: string, value: string, changed: (value: string) => void, hint?: string): HTMLElement {
  return field(
    label,
    h('input', { id: `p-${name}`, type: 'number', min: 1, max: 999, step: 1, value, class: 'narrow', onchange: (event) => changed(event.target.value) }),
    hint,
  );
}

export function day(name: string, label: string, value: string, changed: (value: string) => void, hint?: string): HTMLElement {
  return field(label, h('input', { id: `p-${name}`, type: 'date', value, onchange: (event) => changed(event.target.value) }), hint);
}

/** A text that is mostly one of those known; another one can be written. */
export function combo(name: string, label: string, known: string[], value: string, changed: (value: string) => void, hint?: string): HTMLElement {
  const list = `p-${name}-known`;
  const control = h('input', { id: `p-${name}`, type: 'text', value, list, autocomplete: 'off', onchange: (event) => changed(event.target.value.trim()) });
  const made = field(label, control, hint);
  made.append(h('datalist', { id: list }, ...known.map((each) => h('option', { value: each }))));
  return made;
}

export function select(name: string, label: string, entries: Entry[], value: string | undefined, changed: (value: string) => void, options: { none?: string; hint?: string } = {}): HTMLElement {
  const control = h('select', { id: `p-${name}`, onchange: (event) => changed(event.target.value) });
  if (options.none !== undefined) control.append(h('option', { value: '' }, options.none));
  if (value && !entries.some((each) => each.code === value)) {
    control.append(h('option', { value }, word('unknown', { code: value })));
  }
  for (const each of entries) control.append(h('option', { value: each.code }, each.name));
  control.value = value ?? '';
  return field(label, control, options.hint);
}

export function ticks(name: string, label: string, entries: Entry[], chosen: string[], changed: (codes: string[]) => void, hint?: string): HTMLElement {
  const box = h('div', { class: 'ticks' });
  for (const each of entries) {
    const tick = h('input', {
      type: 'checkbox',
      value: each.code,
      name: `p-${name}`,
      onchange: () => changed([...box.querySelectorAll<HTMLInputElement>('input:checked')].map((one) => one.value)),
    });
    tick.checked = chosen.includes(each.code);
    box.append(h('label', { class: 'tick-line' }, tick, h('span', {}, each.name)));
  }
  return h('fieldset', { class: 'field', id: `p-${name}` }, h('legend', {}, label), hint ? h('p', { class: 'hint' }, hint) : null, box);
}

export function tick(name: string, label: string, on: boolean, changed: (on: boolean) => void): HTMLElement {
  const control = h('input', { type: 'checkbox', id: `p-${name}`, onchange: (event) => changed(event.target.checked) });
  control.checked = on;
  return h('p', {}, h('label', { class: 'tick-line', for: `p-${name}` }, control, h('span', {}, label)));
}

const MOST_LISTED = 200;
const OWN = '~';

/** The values of the life event as a list to choose from; the last entry opens a field for a name of one's own. */
function chosen(row: Row, changed: () => void): HTMLElement {
  const control = h('select', {
    'aria-label': word('condition.value'),
    onchange: (event) => {
      row.free = event.target.value === OWN;
      row.address = row.free ? '' : event.target.value;
      row.value = '';
      row.comparison = '=';
      changed();
    },
  });
  control.append(h('option', { value: '' }, word('choose')));
  for (const each of page.variables) control.append(h('option', { value: each.address }, each.name));
  control.append(h('option', { value: OWN }, word('condition.own')));
  control.value = row.address;
  return control;
}

/** A condition by choosing; a text that rows cannot say is shown and changed as it is. */
export function condition(name: string, label: string, value: string, changed: (text: string) => void): HTMLElement {
  const found = read(value);
  if (!found) return area(name, label, value, changed, word('condition.free'));
  const state: Condition = found;
  const box = h('fieldset', { class: 'field condition', id: `p-${name}` });
  const tell = () => {
    const said = write(state, page.variables);
    if (said || !state.rows.length) changed(said);
  };
  const draw = () => {
    const rows = state.rows.map((row, at) => {
      const known = page.variables.find((each) => each.address === row.address);
      const list = `${name}-variables`;
      const listed = !row.free && page.variables.length <= MOST_LISTED && (known || !row.address);
      const variable = listed ? chosen(row, () => {
        draw();
        tell();
      }) : h('input', {
        type: 'text',
        list,
        value: known ? `${known.name} · ${known.address}` : row.address,
        'aria-label': word('condition.value'),
        autocomplete: 'off',
        onchange: (event) => {
          row.address = event.target.value.split(' · ').pop().trim();
          row.value = '';
          row.comparison = '=';
          draw();
          tell();
        },
      });
      const comparison = h('select', {
        'aria-label': word('condition.comparison'),
        onchange: (event) => {
          row.comparison = event.target.value;
          tell();
        },
      });
      for (const each of comparisonsFor(known)) {
        comparison.append(h('option', { value: each }, word(`comparison.${COMPARISONS.indexOf(each)}`)));
      }
      comparison.value = row.comparison;
      const set = (event: { target: { value: string } }) => {
        row.value = event.target.value;
        tell();
      };
      const choices = known?.codes ?? (known?.type === 'boolean' ? [['true', word('yes')], ['false', word('no')]] : undefined);
      let answer: HTMLElement;
      if (choices) {
        const control = h('select', { 'aria-label': word('condition.answer'), onchange: set }, h('option', { value: '' }, word('choose')));
        for (const [code, words] of choices) control.append(h('option', { value: code! }, words!));
        control.value = row.value;
        answer = control;
      } else {
        answer = h('input', { type: known?.type === 'date' ? 'date' : 'text', value: row.value, 'aria-label': word('condition.answer'), onchange: set });
      }
      const away = h('button', {
        type: 'button',
        class: 'link',
        onclick: () => {
          state.rows.splice(at, 1);
          draw();
          tell();
        },
      }, word('condition.remove'));
      return h('div', { class: 'condition-row' }, variable, comparison, answer, away);
    });
    const options = h('datalist', { id: `${name}-variables` });
    for (const each of page.variables) options.append(h('option', { value: `${each.name} · ${each.address}` }));
    let join: HTMLSelectElement | null = null;
    if (state.rows.length > 1) {
      join = h('select', {
        'aria-label': word('condition.join'),
        onchange: (event) => {
          state.join = event.target.value;
          tell();
        },
      });
      join.append(h('option', { value: 'and' }, word('condition.all')), h('option', { value: 'or' }, word('condition.any')));
      join.value = state.join;
    }
    box.replaceChildren(
      h('legend', {}, label),
      join ?? '',
      ...rows,
      options,
      h('button', {
        type: 'button',
        class: 'link',
        onclick: () => {
          state.rows.push({ address: '', comparison: '=', value: '' });
          draw();
          box.querySelector<HTMLElement>('.condition-row:last-of-type :is(input, select)')?.focus();
        },
      }, word('condition.add')),
    );
  };
  draw();
  return box;
}
