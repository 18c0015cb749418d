// Builds what the designer's pages load: one ES module and one style sheet per page, fonts as files.
//
// node build.mjs OUT     writes into OUT (emptied by the caller) and prints the sizes
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, '../src/tongban/faces/designer/canvas/static/canvas/built'));

// Terms under which anything may be shipped; "bpmn.io" is the MIT text with the clause about the mark.
const allowed = /^(MIT|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD)$/;
const bpmnIo = new Set(['bpmn-js']);

// Of the symbol font only what every browser with modules reads: the style sheet names four older forms too.
const oneFont = {
  name: 'one-font',
  setup(within) {
    within.onLoad({ filter: /bpmn-font[\\/]css[\\/]bpmn\.css$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const file = /url\('([^']+\.woff2)[^']*'\)/.exec(text);
      if (!file) throw new Error('the symbol font has no woff2 form any more');
      let first = true;
      const source = () => (first ? ((first = false), `src: url('${file[1]}') format('woff2');`) : '');
      return { contents: text.replace(/src:[^;]*;/g, source), loader: 'css' };
    });
  },
};

const result = await build({
  absWorkingDir: here,
  entryPoints: { canvas: 'src/canvas/main.ts' },
  outdir: out,
  bundle: true,
  format: 'esm',
  minify: true,
  target: 'es2020',
  charset: 'utf8',
  legalComments: 'linked',
  loader: { '.woff2': 'file' },
  plugins: [oneFont],
  assetNames: '[name]-[hash]',
  metafile: true,
  logLevel: 'warning',
});

const names = new Set();
for (const input of Object.keys(result.metafile.inputs)) {
  const match = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
  if (match) names.add(match[1]);
}
const texts = [];
for (const name of [...names].sort()) {
  const folder = join(here, 'node_modules', name);
  const about = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  if (!allowed.test(about.license ?? '') && !bpmnIo.has(name)) {
    throw new Error(`${name} ${about.version} is under "${about.license}": not one of the terms we ship`);
  }
  const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each));
  const author = typeof about.author === 'object' ? about.author?.name : about.author;
  const text = file
    ? await readFile(join(folder, file), 'utf8')
    : `${about.license} (the package carries no text of its own); copyright: ${author ?? 'its authors'}`;
  const terms = bpmnIo.has(name) ? 'bpmn.io (MIT with the clause about the mark)' : about.license;
  texts.push(`${name} ${about.version}: ${terms}\n\n${text.trim()}\n`);
}
await writeFile(join(out, 'LICENSES.txt'), texts.join(`\n${'-'.repeat(78)}\n\n`));

for (const name of ['canvas.js', 'canvas.css']) {
  const bytes = await readFile(join(out, name));
  console.log(`${name}: ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} gzipped`);
}
