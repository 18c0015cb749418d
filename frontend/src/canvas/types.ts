// The small part of bpmn-js that we call. Its own declarations are wide; these say what we rely on.

/** A BPMN element of the model (moddle). */
export interface Model {
  $type: string;
  id: string;
  name?: string;
  text?: string;
  $parent?: Model;
  get(name: string): any;
  set(name: string, value: unknown): void;
  $instanceOf(type: string): boolean;
  [key: string]: any;
}

/** An element of the drawing: a shape, a connection, a label or the root. */
export interface Element {
  id: string;
  type: string;
  businessObject: Model;
  di: Model;
  parent?: Element;
  children?: Element[];
  incoming: Element[];
  outgoing: Element[];
  labelTarget?: Element;
  source: Element;
  target: Element;
  host?: Element;
  attachers?: Element[];
  waypoints?: { x: number; y: number }[];
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A running editor or viewer. */
export interface Editor {
  get(service: string): any;
  importXML(xml: string): Promise<{ warnings: unknown[] }>;
  saveXML(options?: { format?: boolean }): Promise<{ xml: string }>;
  getDefinitions(): Model;
  on(events: string | string[], listener: (event: any) => void): void;
}

/** One entry of the catalogue that can be chosen. */
export interface Entry {
  code: string;
  name: string;
  note?: string;
  find?: string;
  /** Of a decision model: the decisions in it. */
  names?: string[];
  /** Of a decision model: what the rows of each decision choose for a joint review; '' is the main one. */
  chosen?: Record<string, Chosen>;
  /** Of a decision model: what each decision reads; '' is the main one. */
  inputs?: Record<string, string[]>;
}

/** Whom a table calls to a joint review, and within how many working days. */
export interface Chosen {
  departments: string[];
  days: number[];
}

/** A value that conditions may ask for. */
export interface Variable {
  address: string;
  name: string;
  type: string;
  codes?: [string, string][];
}

/** What stands in the page for this script. */
export interface Page {
  draft: string;
  code: string;
  model: string;
  revision: number;
  editable: boolean;
  language: 'zh-hans' | 'zh-hant' | 'en';
  words: Record<string, string>;
  urls: Record<'file' | 'copy' | 'page' | 'check' | 'tryout' | 'comments' | 'resolve', string>;
  departments: Entry[];
  items: Entry[];
  decisions: Entry[];
  roles: Entry[];
  variables: Variable[];
  /** Data elements that a task can ask. */
  elements: Entry[];
  /** Names of messages that processes use. */
  messages: string[];
}

/** A comment on an element. */
export interface Remark {
  id: string;
  element: string;
  text: string;
  by: string;
  at: string;
  resolved_at: string | null;
}

/** What the check says about an element. */
export interface Finding {
  element: string;
  severity: 'error' | 'warning';
  message: string;
}
