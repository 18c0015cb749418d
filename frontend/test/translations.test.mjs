// Every string that the bundled parts of the editor can show is there in both Chinese scripts.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'node:test';
import { build } from 'esbuild';

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const tables = {};
for (const language of ['zh-hans', 'zh-hant']) {
  tables[language] = JSON.parse(await readFile(join(here, `src/canvas/i18n/${language}.json`), 'utf8'));
}

async function shown() {
  const { metafile } = await build({
    absWorkingDir: here,
    entryPoints: ['src/canvas/main.ts'],
    bundle: true,
    write: false,
    outdir: 'none',
    metafile: true,
    format: 'esm',
    logLevel: 'error',
    loader: { '.woff2': 'empty', '.woff': 'empty', '.ttf': 'empty', '.eot': 'empty', '.svg': 'empty' },
  });
  // Only what is left in the bundle after unused exports are shaken off.
  const output = Object.values(metafile.outputs).find((each) => each.entryPoint);
  const found = new Set();
  for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
    if (!bytesInOutput || !/node_modules\/(bpmn-js|diagram-js)/.test(input)) continue;
    const source = (await readFile(join(here, input), 'utf8')).replace(/^\s*\*.*$/gm, '');
    for (const match of source.matchAll(/(?<!['A-Za-z])translate\(\s*(?:'([^']+)'|"([^"]+)"|([A-Z][A-Z_]+))\s*[,)]/g)) {
      // A constant stands for the string that it was given in the same file.
      const constant = match[3] && new RegExp(`\\b${match[3]}\\s*=\\s*'([^']+)'`).exec(source);
      found.add(constant ? constant[1] : (match[1] ?? match[2] ?? match[3]));
    }
  }
  return found;
}

test('nothing that the editor says stays in English', async () => {
  const strings = await shown();
  assert.ok(strings.size > 1, 'the strings were not found: has the library changed how it translates?');
  for (const [language, table] of Object.entries(tables)) {
    assert.deepEqual([...strings].filter((each) => !(each in table)).sort(), [], language);
  }
});

test('no translation is kept for a string that nobody shows', async () => {
  const strings = await shown();
  for (const [language, table] of Object.entries(tables)) {
    assert.deepEqual(Object.keys(table).filter((each) => !strings.has(each)).sort(), [], language);
  }
});

test('every word that the scripts say is one that the server gives', async () => {
  const named = new Set();
  const fronts = new Set();
  const folder = join(here, 'src/canvas');
  for (const file of await readdir(folder)) {
    if (!file.endsWith('.ts')) continue;
    const source = await readFile(join(folder, file), 'utf8');
    for (const match of source.matchAll(/\bword\('([\w.]+)'/g)) named.add(match[1]);
    for (const match of source.matchAll(/\bword\([^')]*?'([\w.]+)'\s*:\s*'([\w.]+)'/g)) {
      named.add(match[1]);
      named.add(match[2]);
    }
    for (const match of source.matchAll(/'(comment\.[a-z]+)'/g)) named.add(match[1]);
    for (const match of source.matchAll(/`([a-z_]+\.)\$\{/g)) fronts.add(match[1]);
  }
  const python = await readFile(join(here, '../src/tongban/faces/designer/canvas/wording.py'), 'utf8');
  const given = new Set([...python.matchAll(/^ {4}"([\w.]+)",$/gm)].map((match) => match[1]));
  assert.ok(given.size > 50);
  assert.deepEqual([...named].filter((each) => !given.has(each)).sort(), []);
  const unused = [...given].filter((each) => !named.has(each) && ![...fronts].some((front) => each.startsWith(front)));
  assert.deepEqual(unused.sort(), []);
});
