// The editor's own strings in the language of the page. What nobody translated is collected, not hidden.
import hans from './i18n/zh-hans.json';
import hant from './i18n/zh-hant.json';
import { page } from './page';

const TABLES: Record<string, Record<string, string>> = { 'zh-hans': hans, 'zh-hant': hant };

/** Strings that were shown in English although the page is Chinese. */
export const misses = new Set<string>();

export function translate(template: string, places: Record<string, string> = {}): string {
  let found = template;
  const table = TABLES[page.language];
  if (table) {
    if (template in table) found = table[template] as string;
    else misses.add(template);
  }
  return found.replace(/\{([^}]+)\}/g, (whole, place: string) => places[place] ?? whole);
}

export const translateModule = { translate: ['value', translate] };
