// Messages, errors and the like stand once in a model and are referred to.
import type { Editor, Element, Model } from './types';

/** What a service item that was not approved ends with. */
export const REFUSED = 'rejected';
const KEYS: Record<string, string> = { 'bpmn:Error': 'errorCode', 'bpmn:Escalation': 'escalationCode' };

/** The codes, or names, of what is declared of this type. */
export function codesOf(editor: Editor, type: string): string[] {
  const roots: Model[] = editor.getDefinitions().get('rootElements');
  const key = KEYS[type] ?? 'name';
  return [...new Set(roots.filter((each) => each.$type === type).map((each) => String(each[key] ?? each.name ?? '')))].filter(Boolean);
}

/** The declaration with this code or name; it is made when there is none. */
export function declare(editor: Editor, element: Element, type: string, values: Record<string, string>): Model {
  const definitions = editor.getDefinitions();
  const roots: Model[] = definitions.get('rootElements');
  const key = KEYS[type] ?? 'name';
  const known = roots.find((each) => each.$type === type && (each[key] ?? each.name) === values[key]);
  if (known) return known;
  const made = editor.get('bpmnFactory').create(type, values) as Model;
  made.$parent = definitions;
  editor.get('modeling').updateModdleProperties(element, definitions, { rootElements: [...roots, made] });
  return made;
}
