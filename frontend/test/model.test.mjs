// What is written into a model: our attributes, foreign ones kept, conditions as FEEL, a drawing for every model.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'node:test';
import { BpmnModdle } from 'bpmn-moddle';
import { build } from 'esbuild';

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const tongban = JSON.parse(await readFile(join(here, 'src/canvas/tongban.json'), 'utf8'));

async function module(path) {
  const { outputFiles } = await build({
    absWorkingDir: here,
    entryPoints: [path],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

const PLAIN = `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:tongban="urn:tongban:bpmn"
  xmlns:other="urn:example:other" id="d" targetNamespace="urn:example">
  <bpmn:process id="p" isExecutable="true" other:owner="someone">
    <bpmn:extensionElements><other:note kind="kept"><other:line>inside</other:line></other:note></bpmn:extensionElements>
    <bpmn:startEvent id="s" />
    <bpmn:callActivity id="a" tongban:item="birth_certificate" other:colour="red" />
    <bpmn:userTask id="j" tongban:joint="tax health" tongban:joint-days="5" />
    <bpmn:endEvent id="e" />
    <bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="a" />
    <bpmn:sequenceFlow id="f2" sourceRef="a" targetRef="j" />
    <bpmn:sequenceFlow id="f3" sourceRef="j" targetRef="e" />
  </bpmn:process>
</bpmn:definitions>`;

test('our attributes are read and written in our namespace, and foreign ones are kept', async () => {
  const moddle = new BpmnModdle({ tongban });
  const { rootElement, warnings } = await moddle.fromXML(PLAIN);
  assert.deepEqual(warnings, []);
  const [, item, joint] = rootElement.rootElements[0].flowElements;
  assert.equal(item.get('tongban:item'), 'birth_certificate');
  assert.equal(joint.get('tongban:joint-days'), '5');
  item.set('tongban:skip-when', 'child.age > 3');
  const { xml } = await moddle.toXML(rootElement);
  assert.match(xml, /tongban:skip-when="child\.age (?:&gt;|&#62;) 3"/);
  assert.match(xml, /tongban:joint="tax health"/);
  assert.match(xml, /other:owner="someone"/);
  assert.match(xml, /other:colour="red"/);
  assert.match(xml, /<other:note kind="kept"><other:line>inside<\/other:line><\/other:note>/);
});

test('a model without a drawing gets one, with every flow, and loses nothing', async () => {
  const { drawn } = await module('src/canvas/layout.ts');
  const xml = await drawn(PLAIN);
  assert.equal((xml.match(/<bpmndi:BPMNShape /g) ?? []).length, 4);
  assert.equal((xml.match(/<bpmndi:BPMNEdge /g) ?? []).length, 3);
  assert.match(xml, /other:colour="red"/);
  assert.match(xml, /<other:line>inside<\/other:line>/);
  assert.equal(await drawn(xml), xml, 'a model that is drawn stays as it is');
});

test('conditions are written and read again as they were chosen', async () => {
  const { read, write, comparisonsFor } = await module('src/canvas/conditions.ts');
  const variables = [
    { address: 'child.name', name: 'x', type: 'string' },
    { address: 'child.born', name: 'x', type: 'date' },
    { address: 'company.debt', name: 'x', type: 'money' },
    { address: 'company.listed', name: 'x', type: 'boolean' },
    { address: 'company.kind', name: 'x', type: 'code', codes: [['01', 'x']] },
  ];
  const row = (address, comparison, value) => ({ address, comparison, value });
  const condition = {
    join: 'and',
    rows: [
      row('child.name', '=', 'a "b" and c or d'),
      row('child.born', '>=', '2026-01-31'),
      row('company.debt', '>', '0.5'),
      row('company.listed', '=', 'true'),
      row('company.kind', '!=', '01'),
    ],
  };
  const text = write(condition, variables);
  assert.equal(
    text,
    'child.name = "a \\"b\\" and c or d" and child.born >= date("2026-01-31") and company.debt > 0.5' +
      ' and company.listed = true and company.kind != "01"',
  );
  assert.deepEqual(read(text), condition);
  assert.equal(read('risk = "high" or risk = "medium"').join, 'or');
  assert.equal(read('a = 1 and b = 2 or c = 3'), null, 'mixed words need the formula');
  assert.equal(read('count(children) > 2'), null);
  assert.equal(write({ join: 'and', rows: [row('child.name', '=', '')] }, variables), '', 'not filled in yet');
  assert.deepEqual(comparisonsFor(variables[4]), ['=', '!=']);
});

test('a timer says the same after it was read and written again', async () => {
  const { read, write } = await module('src/canvas/timers.ts');
  for (const [kind, body, expected] of [
    ['timeDuration', 'P5WD', { kind: 'after', unit: 'workdays', amount: '5' }],
    ['timeDuration', 'P3D', { kind: 'after', unit: 'days', amount: '3' }],
    ['timeDuration', 'PT4H', { kind: 'after', unit: 'hours', amount: '4' }],
    ['timeDate', '2026-12-31', { kind: 'date', day: '2026-12-31' }],
    ['timeDate', '= company.founded_on', { kind: 'value', day: 'company.founded_on' }],
    ['timeCycle', 'R/P2WD', { kind: 'repeat', unit: 'workdays', amount: '2', times: '' }],
    ['timeCycle', 'R3/P1D', { kind: 'repeat', unit: 'days', amount: '1', times: '3' }],
  ]) {
    const when = read(kind, body);
    assert.deepEqual({ ...when, ...expected }, when, body);
    assert.deepEqual(write(when), { kind, body });
  }
  assert.equal(read('timeDuration', 'P3D', true).unit, 'workdays', 'days that are said to be working days');
  for (const [kind, body] of [['timeDuration', 'P1Y2M'], ['timeCycle', '0 8 * * MON'], ['timeDate', '= now() + duration("P1D")']]) {
    assert.equal(read(kind, body).kind, 'free', body);
    assert.equal(write(read(kind, body)), null, 'what no question can put is left alone');
  }
  assert.equal(write({ ...read('timeDuration', 'P5WD'), amount: '0' }), null);
});

test('what a table of a joint review asks is written as FEEL and read again, guessed by name', async () => {
  const { begun, guessed, read, write } = await module('src/canvas/asking.ts');
  const odd = new Map([['面积', 'company.food_area'], ['店里 "热" 菜, \\ {x: y}', 'company.catering_kind']]);
  assert.deepEqual(read(write(odd)), odd);
  assert.equal(write(new Map([['面积', 'company.food_area'], ['b', '']])), '{"面积": company.food_area}');
  assert.equal(write(new Map([['a', '']])), '');
  assert.deepEqual(read('= { 面积: company.food_area, 主要 做什么 : x }'), new Map([['面积', 'company.food_area'], ['主要 做什么', 'x']]));
  assert.deepEqual(read('{}'), new Map());
  for (const more of ['{a: 1 + b}', '{a: b.c + 1}', '{a: "b"}', '{a: b,}', '{a: b, a: c}', '{a: {b: c}}', 'a', '{a: b', '{"\\u0041": b}']) assert.equal(read(more), null, more);

  const variables = [
    { address: 'company.food_area', name: '公司 · 面积', type: 'number' },
    { address: 'person.name', name: '申请人 · 姓名', type: 'string' },
    { address: 'child.name', name: '孩子 · 姓名', type: 'string' },
  ];
  assert.deepEqual(guessed(['面积', '姓名', 'food_area', '别的'], variables), new Map([['面积', 'company.food_area'], ['food_area', 'company.food_area']]));
  assert.equal(begun(['面积', '姓名'], variables, '{姓名: child.name, 旧的: x}'), '{"面积": company.food_area, "姓名": child.name}');
  assert.equal(begun(['别的'], variables), undefined);
});
