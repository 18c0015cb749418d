// Conditions by choosing: rows of value, comparison and answer, joined by "all" or "any"; written as FEEL.
import type { Variable } from './types';

export interface Row {
  address: string;
  comparison: string;
  value: string;
  /** Whether the address is typed, not chosen from the values of the life event. */
  free?: boolean;
}

export interface Condition {
  join: 'and' | 'or';
  rows: Row[];
}

export const COMPARISONS = ['=', '!=', '<', '<=', '>', '>='];
const ORDERED = new Set(['number', 'integer', 'money', 'date', 'decimal', 'amount']);
const ROW = /^([\p{L}_][\p{L}\p{N}_.]*)\s*(<=|>=|!=|=|<|>)\s*(true|false|-?\d+(?:\.\d+)?|"(?:[^"\\]|\\.)*"|date\("\d{4}-\d{2}-\d{2}"\))$/u;

/** Which comparisons make sense for a value of this type. */
export function comparisonsFor(variable: Variable | undefined): string[] {
  if (!variable) return COMPARISONS;
  if (variable.codes || !ORDERED.has(variable.type)) return ['=', '!='];
  return COMPARISONS;
}

/** The FEEL of a condition; empty while a row is not filled in. */
export function write(condition: Condition, variables: Variable[]): string {
  const parts = condition.rows.map((row) => {
    if (!row.address || row.value === '') return '';
    const known = variables.find((each) => each.address === row.address);
    return `${row.address} ${row.comparison} ${literal(row.value, known)}`;
  });
  return parts.every((each) => each) ? parts.join(` ${condition.join} `) : '';
}

function literal(value: string, variable: Variable | undefined): string {
  const type = variable?.codes ? 'code' : variable?.type;
  if (type === 'boolean' || (!type && /^(true|false)$/.test(value))) return value;
  if (type === 'date') return `date("${value}")`;
  const numeric = /^-?\d+(\.\d+)?$/.test(value);
  if (numeric && (type === undefined || ORDERED.has(type))) return value;
  return `"${value.replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`;
}

/** The rows of a FEEL text; null when it says more than rows can. */
export function read(text: string): Condition | null {
  const source = text.trim().replace(/^=(?!=)/, '').trim();
  if (!source) return { join: 'and', rows: [] };
  const parts = apart(source);
  const joins = new Set(parts.filter((_, at) => at % 2 === 1));
  if (joins.size > 1) return null;
  const rows: Row[] = [];
  for (const part of parts.filter((_, at) => at % 2 === 0)) {
    const match = ROW.exec(part.trim());
    if (!match) return null;
    rows.push({ address: match[1]!, comparison: match[2]!, value: plain(match[3]!) });
  }
  return { join: joins.has('or') ? 'or' : 'and', rows };
}

function plain(text: string): string {
  const date = /^date\("(.*)"\)$/.exec(text);
  if (date) return date[1]!;
  if (text.startsWith('"')) return text.slice(1, -1).replace(/\\(.)/g, '$1');
  return text;
}

/** The text cut at the words "and" and "or" that stand outside of quotes; the words stay in between. */
function apart(text: string): string[] {
  const found: string[] = [];
  let held = '';
  for (const piece of text.split(/("(?:[^"\\]|\\.)*")/)) {
    if (piece.startsWith('"')) {
      held += piece;
      continue;
    }
    const words = piece.split(/\s(and|or)\s/);
    held += words[0];
    for (let at = 1; at < words.length; at += 2) {
      found.push(held, words[at]!);
      held = words[at + 1] ?? '';
    }
  }
  return [...found, held];
}
