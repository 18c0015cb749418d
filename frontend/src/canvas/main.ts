// The process canvas: puts the editor, the palette, the panel, the list, the comments and saving together.
import 'diagram-js/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import './canvas.css';

import { ask } from './choosing';
import { wishes } from './handling';
import { drawn } from './layout';
import { open } from './modeler';
import * as outline from './outline';
import { announce, h, page, part, word } from './page';
import * as panel from './panel';
import * as remarks from './remarks';
import { Saver } from './saving';
import { THINGS, make } from './things';
import { misses } from './translate';
import * as tryout from './tryout';
import type { Editor, Element } from './types';

const NARROW = 640; // CSS pixels; below it there is no room to draw, only to look

async function start(): Promise<void> {
  const editable = page.editable && window.innerWidth >= NARROW;
  const frame = part('canvas');
  const stage = part('stage');
  stage.hidden = false;
  stage.dataset.editable = String(editable);
  const editor = open(frame, editable);
  const load = async (xml: string): Promise<void> => {
    await editor.importXML(await drawn(xml));
    fit(editor);
  };

  try {
    await load(page.model);
  } catch (error) {
    // The server's drawing and list stay, and say what the editor cannot read.
    stage.hidden = true;
    const fault = part('canvas-fault');
    fault.hidden = false;
    fault.append(word('fault.read'), ' ', (error as Error).message);
    return;
  }
  part('plain').hidden = true;
  name(frame);

  let chosen: Element | null = null;
  const redraw = () => {
    outline.show(editor, chosen, editable);
    if (editable) panel.show(editor, chosen);
  };
  editor.on('selection.changed', (event: { newSelection: Element[] }) => {
    const one = event.newSelection.length === 1 ? event.newSelection[0]! : null;
    chosen = one?.labelTarget ?? one;
    redraw();
    remarks.talk(editor, chosen, editable);
  });
  tabs(editable);
  zooming(editor);
  let saved = async (): Promise<void> => {};
  part('try').addEventListener('click', () => void tryout.open(editor, saved));

  if (editable) {
    const saver = await restored(editor, load);
    saved = () => saver.save();
    editor.on('commandStack.changed', () => {
      tryout.close();
      redraw();
      undoing(editor);
      misses.size && (frame.dataset.misses = [...misses].join('|'));
      saver.changed();
    });
    palette(editor);
    undoing(editor);
    wishes.append = (element) => void outline.append(editor, element);
    wishes.attach = (element, thing) => void outline.attached(editor, thing, element);
    wishes.create = () => void outline.create(editor);
    wishes.comment = (element) => {
      editor.get('selection').select(element);
      part('tab-comments').click();
      part('comment-text').focus();
    };
    part('add').addEventListener('click', () => void outline.create(editor));
    part('undo').addEventListener('click', () => editor.get('commandStack').undo());
    part('redo').addEventListener('click', () => editor.get('commandStack').redo());
    part('check-now').addEventListener('click', () => void editor.saveXML().then(({ xml }) => remarks.check(editor, xml)));
  } else {
    part('save-state').textContent = word(page.editable ? 'narrow' : 'read_only');
  }
  redraw();
  await remarks.hear();
  remarks.talk(editor, null, editable);
  asked(editor, editable);
  void editor.saveXML().then(({ xml }) => remarks.check(editor, xml));
  frame.dataset.ready = 'true';
}

/** Go to the element that the address names, as links of findings do. */
function asked(editor: Editor, editable: boolean): void {
  const wanted = new URLSearchParams(window.location.search).get('element');
  const element: Element | undefined = wanted ? editor.get('elementRegistry').get(wanted) : undefined;
  if (!element?.parent) return;
  const canvas = editor.get('canvas');
  const middle = element.waypoints
    ? element.waypoints[Math.floor(element.waypoints.length / 2)]!
    : { x: element.x + element.width / 2, y: element.y + element.height / 2 };
  const { width, height } = canvas.viewbox();
  canvas.viewbox({ x: middle.x - width / 2, y: middle.y - height / 2, width, height });
  remarks.focus(editor, element);
  if (editable) outline.edit();
  else {
    part('tab-outline').click();
    document.querySelector<HTMLElement>(`[data-at="${CSS.escape(element.id)}"]`)?.focus();
  }
}

/** Work that an earlier visit could not send is offered again. */
async function restored(editor: Editor, load: (xml: string) => Promise<void>): Promise<Saver> {
  const saver = new Saver(editor, load, (xml) => void remarks.check(editor, xml));
  const held = Saver.held();
  if (held && held.model !== page.model) {
    const answer = await ask(word('held.title'), word(held.revision === page.revision ? 'held.text' : 'held.older'), [
      ['restore', word('held.restore')],
      ['forget', word('held.forget')],
    ]);
    if (answer === 'restore') {
      await load(held.model);
      saver.changed();
    } else {
      Saver.forget();
    }
  }
  return saver;
}

/** The drawing has a name and says how it is used. */
function name(frame: HTMLElement): void {
  const drawing = frame.querySelector('.djs-container > svg');
  drawing?.setAttribute('aria-label', word('canvas.name'));
  drawing?.setAttribute('role', 'application');
  drawing?.setAttribute('aria-describedby', 'canvas-keys');
}

function palette(editor: Editor): void {
  const create = editor.get('create');
  part('palette-list').replaceChildren(
    ...THINGS.map((thing) => {
      const begin = (event: Event) => create.start(event, make(editor, thing));
      const button = h(
        'button',
        {
          type: 'button',
          class: 'palette-one',
          draggable: thing.attached ? undefined : 'true',
          'data-thing': thing.id,
          title: word(`about.${thing.id}`),
          // A click with the mouse takes the thing along to the place of the next click; by keyboard it is
          // put after the chosen element, or where there is room.
          onclick: (event: MouseEvent) => {
            if (thing.attached) {
              const chosen: Element[] = editor.get('selection').get();
              void outline.attached(editor, thing, chosen.length === 1 ? chosen[0] : undefined);
            } else if (event.detail > 0) {
              begin(event);
              announce(word('told.place'));
            } else {
              const chosen: Element[] = editor.get('selection').get();
              const after = chosen.length === 1 && thing.id !== 'start' && thing.id !== 'note' ? chosen[0] : undefined;
              void outline.added(editor, thing.id, after?.businessObject.$instanceOf('bpmn:EndEvent') ? undefined : after);
            }
          },
          ondragstart: (event: DragEvent) => {
            event.preventDefault();
            begin(event);
          },
        },
        h('span', { class: `thing-icon bpmn-icon-${thing.icon}`, 'aria-hidden': 'true' }),
        h('span', {}, word(`thing.${thing.id}`)),
      );
      return h('li', {}, button);
    }),
  );
  // What the mouse put down is asked for its item at once, as the keyboard's is.
  editor.on('create.end', (event: { context: { shape?: Element } }) => {
    const shape = event.context.shape;
    if (shape?.parent && shape.businessObject.$type === 'bpmn:CallActivity' && !shape.businessObject.get('tongban:item')) {
      window.setTimeout(() => {
        editor.get('directEditing').cancel();
        void panel.pick(editor, shape);
      });
    }
  });
}

function undoing(editor: Editor): void {
  const stack = editor.get('commandStack');
  (part('undo') as HTMLButtonElement).disabled = !stack.canUndo();
  (part('redo') as HTMLButtonElement).disabled = !stack.canRedo();
}

function zooming(editor: Editor): void {
  const canvas = editor.get('canvas');
  const by = (factor: number) => () => canvas.zoom(Math.min(4, Math.max(0.2, canvas.zoom() * factor)), 'auto');
  part('zoom-in').addEventListener('click', by(1.25));
  part('zoom-out').addEventListener('click', by(0.8));
  part('zoom-fit').addEventListener('click', () => fit(editor));
}

/** Show all of it, with a margin, and not larger than it is. */
function fit(editor: Editor): void {
  const canvas = editor.get('canvas');
  canvas.zoom('fit-viewport', 'auto');
  const { width, height } = canvas.getSize();
  canvas.zoom(Math.min(1, canvas.zoom() * 0.9), { x: width / 2, y: height / 2 });
}

/** Tabs as in the ARIA practices: arrows walk, what is chosen is shown. */
function tabs(editable: boolean): void {
  const all = [...document.querySelectorAll<HTMLButtonElement>('#side-tabs [role=tab]')];
  const choose = (tab: HTMLButtonElement) => {
    for (const each of all) {
      const on = each === tab;
      each.setAttribute('aria-selected', String(on));
      each.tabIndex = on ? 0 : -1;
      part(each.getAttribute('aria-controls')!).hidden = !on;
    }
  };
  const shown = all.filter((each) => editable || each.id !== 'tab-panel');
  for (const each of all) each.hidden = !shown.includes(each);
  for (const [at, tab] of shown.entries()) {
    tab.addEventListener('click', () => choose(tab));
    tab.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = shown[(at + step + shown.length) % shown.length]!;
      choose(next);
      next.focus();
    });
  }
  choose(shown[0]!);
}

void start();
