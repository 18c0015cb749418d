// Where the inputs of a decision come from: input → the address of a value; written as a context of FEEL.
import type { Variable } from './types';

const ENTRY = /\s*(?:("(?:[^"\\]|\\.)*")|([\p{L}_][^":{},]*?))\s*:\s*([\p{L}_][\p{L}\p{N}_.]*)\s*(,|$)/uy;

/** Input → address; null for a text that says more than that. */
export function read(text: string): Map<string, string> | null {
  const source = text.trim().replace(/^=/, '').trim();
  const found = new Map<string, string>();
  if (!source) return found;
  if (!source.startsWith('{') || !source.endsWith('}')) return null;
  const inner = source.slice(1, -1).trim();
  ENTRY.lastIndex = 0;
  for (let at = 0; at < inner.length; at = ENTRY.lastIndex) {
    ENTRY.lastIndex = at;
    const match = ENTRY.exec(inner);
    if (!match) return null;
    const name = match[1] ? match[1].slice(1, -1).replace(/\\(["\\])/g, '$1') : match[2]!;
    const open = match[4] === ',' && ENTRY.lastIndex >= inner.length;
    if (open || found.has(name) || (match[1] ?? '').replace(/\\["\\]/g, '').includes('\\')) return null;
    found.set(name, match[3]!);
  }
  return found;
}

/** The FEEL; an input without an address is left out, none at all is an empty text. */
export function write(given: Map<string, string>): string {
  const parts = [...given].filter(([, address]) => address);
  const quoted = (name: string) => `"${name.replace(/[\\"]/g, '\\$&')}"`;
  return parts.length ? `{${parts.map(([name, address]) => `${quoted(name)}: ${address}`).join(', ')}}` : '';
}

/** Input → the address of the only value that is called like it. */
export function guessed(inputs: string[], variables: Variable[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of inputs) {
    const alike = variables.filter((each) => [each.address, each.address.split('.').pop(), each.name, each.name.split(' · ').pop()].includes(name));
    if (alike.length === 1) found.set(name, alike[0]!.address);
  }
  return found;
}

/** The text for a table that has just been chosen: what stood there before and fits it, else what is guessed. */
export function begun(inputs: string[], variables: Variable[], before: string = ''): string | undefined {
  const held = [...(read(before) ?? [])].filter(([name]) => inputs.includes(name));
  return write(new Map([...guessed(inputs, variables), ...held])) || undefined;
}
