// One dialog for every choice: a search field and a list of buttons. Resolves to the code, or null.
import { h, part, word } from './page';
import type { Entry } from './types';

const MOST = 60;

export function choose(title: string, entries: Entry[], icons: Record<string, string> = {}): Promise<string | null> {
  const dialog = part('choose') as HTMLDialogElement;
  return new Promise((resolve) => {
    const list = h('ul', { class: 'choose-list' });
    const count = h('p', { class: 'quiet small', role: 'status' });
    const search = h('input', {
      type: 'search',
      id: 'choose-search',
      autocomplete: 'off',
      oninput: () => fill(),
      onkeydown: (event: KeyboardEvent) => {
        if (event.key === 'ArrowDown') move(event, 0);
        if (event.key === 'Enter') {
          event.preventDefault();
          list.querySelector<HTMLButtonElement>('button')?.click();
        }
      },
    });
    const finish = (code: string | null) => {
      dialog.onclose = null;
      if (dialog.open) dialog.close();
      resolve(code);
    };
    const move = (event: KeyboardEvent, to: number) => {
      event.preventDefault();
      const buttons = [...list.querySelectorAll<HTMLButtonElement>('button')];
      (to < 0 ? search : buttons[Math.min(to, buttons.length - 1)])?.focus();
    };
    const fill = () => {
      const wanted = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      const hits = entries.filter((each) => {
        const text = `${each.name} ${each.note ?? ''} ${each.code} ${each.find ?? ''}`.toLowerCase();
        return wanted.every((piece) => text.includes(piece));
      });
      list.replaceChildren(
        ...hits.slice(0, MOST).map((each, at) =>
          h(
            'li',
            {},
            h(
              'button',
              {
                type: 'button',
                class: 'choose-one',
                'data-code': each.code,
                onclick: () => finish(each.code),
                onkeydown: (event: KeyboardEvent) => {
                  if (event.key === 'ArrowDown') move(event, at + 1);
                  if (event.key === 'ArrowUp') move(event, at - 1);
                },
              },
              icons[each.code] ? h('span', { class: `thing-icon bpmn-icon-${icons[each.code]}`, 'aria-hidden': 'true' }) : null,
              h('span', {}, each.name, each.note ? h('span', { class: 'quiet small choose-note' }, each.note) : null),
            ),
          ),
        ),
      );
      count.textContent = hits.length
        ? word('choose.found', { n: hits.length })
        : word('choose.none');
    };
    dialog.replaceChildren(
      h('h2', { id: 'choose-title' }, title),
      h('div', { class: 'field' }, h('label', { for: 'choose-search' }, word('choose.search')), search),
      count,
      list,
      h('p', { class: 'acts' }, h('button', { type: 'button', class: 'button second', onclick: () => finish(null) }, word('cancel'))),
    );
    dialog.onclose = () => finish(null);
    fill();
    dialog.showModal();
    search.focus();
  });
}

/** A question with named answers; closing it means the last one. */
export function ask(title: string, text: string, answers: [string, string][]): Promise<string> {
  const dialog = part('choose') as HTMLDialogElement;
  return new Promise((resolve) => {
    const finish = (code: string) => {
      dialog.onclose = null;
      if (dialog.open) dialog.close();
      resolve(code);
    };
    dialog.replaceChildren(
      h('h2', { id: 'choose-title' }, title),
      h('p', {}, text),
      h(
        'p',
        { class: 'acts' },
        ...answers.map(([code, name], at) =>
          h('button', { type: 'button', class: at ? 'button second' : 'button', 'data-code': code, onclick: () => finish(code) }, name),
        ),
      ),
    );
    dialog.onclose = () => finish(answers[answers.length - 1]![0]);
    dialog.showModal();
  });
}
