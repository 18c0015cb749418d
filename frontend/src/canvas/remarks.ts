// What is said about elements: the findings of the check, and the comments of colleagues.
import { announce, h, page, part, word } from './page';
import { request } from './saving';
import { nameOf } from './things';
import type { Editor, Element, Finding, Remark } from './types';

let comments: Remark[] = [];
let findings: Finding[] = [];
let asked = 0;

/** Ask the server what is wrong with the model; the last question wins. */
export async function check(editor: Editor, xml: string): Promise<void> {
  asked += 1;
  const mine = asked;
  const state = part('check-state');
  try {
    const answer = await request(page.urls.check, 'POST', { model: xml });
    if (!answer.ok) throw new Error(String(answer.status));
    const body = (await answer.json()) as { findings: Finding[] };
    if (mine !== asked) return;
    findings = body.findings;
    state.textContent = findings.length
      ? word('check.found', { n: findings.length })
      : word('check.none');
  } catch {
    if (mine === asked) state.textContent = word('check.failed');
  }
  mark(editor);
  list(editor);
}

/** Read the comments again; what cannot be read just now stays as it was. */
export async function hear(): Promise<boolean> {
  try {
    const answer = await fetch(page.urls.comments, { headers: { Accept: 'application/json' } });
    if (answer.ok) comments = (await answer.json()) as Remark[];
    return answer.ok;
  } catch {
    return false;
  }
}

/** Put marks on the elements that something is said about. */
export function mark(editor: Editor): void {
  const overlays = editor.get('overlays');
  const registry = editor.get('elementRegistry');
  overlays.remove({ type: 'said' });
  const counts = new Map<string, { error: number; warning: number; comment: number }>();
  const at = (id: string) => {
    if (!counts.has(id)) counts.set(id, { error: 0, warning: 0, comment: 0 });
    return counts.get(id)!;
  };
  for (const each of findings) at(each.element)[each.severity] += 1;
  for (const each of comments) if (!each.resolved_at) at(each.element).comment += 1;
  for (const [id, count] of counts) {
    const element: Element | undefined = registry.get(id);
    if (!element || !element.parent) continue;
    const marks: HTMLElement[] = [];
    for (const kind of ['error', 'warning', 'comment'] as const) {
      if (!count[kind]) continue;
      const label = word(`mark.${kind}`, { n: count[kind] });
      marks.push(
        h('button', {
          type: 'button',
          class: `said said-${kind}`,
          title: label,
          'aria-label': `${nameOf(element)}: ${label}`,
          onclick: () => {
            editor.get('selection').select(element);
            part(kind === 'comment' ? 'tab-comments' : 'tab-check').click();
          },
        }, kind === 'comment' ? '✎' : kind === 'error' ? '!' : '?', String(count[kind])),
      );
    }
    const position = element.waypoints ? { top: -12, left: 4 } : { top: -12, left: -8 };
    overlays.add(element, 'said', { position, html: h('div', { class: 'said-box' }, ...marks) });
  }
  part('check-count').textContent = findings.length ? ` ${findings.length}` : '';
  const open = comments.filter((each) => !each.resolved_at).length;
  part('comment-count').textContent = open ? ` ${open}` : '';
}

function list(editor: Editor): void {
  const registry = editor.get('elementRegistry');
  part('check-list').replaceChildren(
    ...findings.map((each) => {
      const element: Element | undefined = registry.get(each.element);
      return h(
        'li',
        { class: `finding finding-${each.severity}` },
        h('p', {}, h('strong', {}, word(`severity.${each.severity}`)), ' ', each.message),
        element
          ? h('button', { type: 'button', class: 'link', onclick: () => focus(editor, element) }, nameOf(element))
          : null,
      );
    }),
  );
}

/** Choose an element and bring it into view. */
export function focus(editor: Editor, element: Element): void {
  if (element.parent) {
    editor.get('selection').select(element);
    editor.get('canvas').scrollToElement(element);
    announce(word('told.chosen', { name: nameOf(element) }));
  }
}

/** The comments on the chosen element, or on the whole process. */
export function talk(editor: Editor, element: Element | null, editable: boolean): void {
  const registry = editor.get('elementRegistry');
  const target = element ?? (editor.get('canvas').getRootElement() as Element);
  const own = comments.filter((each) => (element ? each.element === target.id : true));
  const field = h('textarea', { id: 'comment-text', rows: 3 });
  const changed = async (asking: Promise<Response>, told: string) => {
    const answer = await asking.catch(() => null);
    if (!answer?.ok || !(await hear())) {
      announce(word('comment.failed'));
      return;
    }
    talk(editor, element, editable);
    mark(editor);
    announce(word(told));
  };
  const say = async () => {
    const text = field.value.trim();
    if (!text) {
      field.focus();
      return;
    }
    await changed(request(page.urls.comments, 'POST', { element: element ? target.id : '', text }), 'comment.said');
  };
  const settle = async (remark: Remark) => {
    await changed(request(page.urls.resolve.replace('__comment__', remark.id), 'POST', { resolved: true }), 'comment.resolved');
  };
  part('comment-box').replaceChildren(
    h('h3', {}, element ? nameOf(target) : word('comment.all')),
    own.length
      ? h(
          'ul',
          { class: 'comments' },
          ...own.map((each) => {
            const about: Element | undefined = registry.get(each.element);
            return h(
              'li',
              { class: each.resolved_at ? 'quiet' : undefined },
              h('p', { class: 'small' }, h('strong', {}, each.by), ` ${when(each.at)}`, each.resolved_at ? ` · ${word('comment.resolved')}` : ''),
              !element && about && h('button', { type: 'button', class: 'link', onclick: () => focus(editor, about) }, nameOf(about)),
              h('p', {}, each.text),
              !each.resolved_at && editable && h('button', { type: 'button', class: 'link', onclick: () => void settle(each) }, word('comment.resolve')),
            );
          }),
        )
      : h('p', { class: 'quiet' }, word('comment.none')),
    ...(editable
      ? [
          h('div', { class: 'field' }, h('label', { for: 'comment-text' }, word('comment.new')), field),
          h('p', {}, h('button', { type: 'button', class: 'button second small-button', id: 'comment-say', onclick: () => void say() }, word('comment.say'))),
        ]
      : []),
  );
}

/** A moment as people write it, on their own clock. */
function when(iso: string): string {
  const language = page.language === 'zh-hant' ? 'zh-HK' : page.language === 'zh-hans' ? 'zh-CN' : 'en-GB';
  return new Date(iso).toLocaleString(language, { month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit' });
}
