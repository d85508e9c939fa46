/** A YAML or JSON text as plain data, and where in it each value stands. */
import { describe, expect, it } from 'vitest';
import { describeProblem } from '../../lib/plan/problem.ts';
import { readSource } from '../../lib/plan/source.ts';

const refusals = (text: string): readonly string[] => readSource(text).problems.map(describeProblem);
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('a text', () => {
  it('is plain data', () => {
    const read = readSource('a: 1\nb: [x, 2.5, true, null]\nc: { d: "e" }\n1: f\n');
    expect(read.problems).toEqual([]);
    expect(read.value).toEqual({ a: 1, b: ['x', 2.5, true, null], c: { d: 'e' }, '1': 'f' });
  });

  it('knows a key without a value as null, and a value without a key as that of null', () => {
    expect(readSource('{ roles }').value).toEqual({ roles: null });
    expect(readSource('a:\nb: 1').value).toEqual({ a: null, b: 1 });
    expect(readSource(': 1\n').value).toEqual({ null: 1 });
    expect(readSource('- a:\n-\n').value).toEqual([{ a: null }, null]);
  });

  it.each([
    ['', 'line 1, column 1: the plan must not be empty; given: nothing'],
    ['# only a comment\n', 'line 1, column 1: the plan must not be empty; given: nothing'],
    ['a: 1\n---\nb: 2\n', 'line 1, column 1: the plan must be one document; given: 2 documents'],
    ['a: 1\n---\nb: 2\n---\nc: 3\n', 'line 1, column 1: the plan must be one document; given: 3 documents'],
  ])('is refused: %j', (text, problem) => {
    expect(readSource(text).value).toBeUndefined();
    expect(refusals(text)).toEqual([problem]);
  });

  it('may have 64 KiB, whatever its letters', () => {
    const size = 64 * 1024;
    const filled = (letter: string, bytes: number) => `a: ${letter.repeat(Math.floor((size - 3) / bytes))}`;
    for (const [letter, bytes] of [
      ['x', 1],
      ['é', 2],
      ['€', 3],
      ['𝔞', 4],
    ] as const) {
      expect(refusals(filled(letter, bytes))).toEqual([]);
      expect(refusals(`${filled(letter, bytes)}${letter.repeat(2)}`)).toEqual([
        'line 1, column 1: the plan must be at most 64 KiB; given: about 65 KiB',
      ]);
    }
    expect(refusals(`a: ${'x'.repeat(size - 3)}`)).toEqual([]);
    expect(refusals(`a: ${'x'.repeat(size - 2)}`)).toHaveLength(1);
    // The first and the last letters of two, three and four bytes.
    for (const [letter, bytes] of [
      ['\u007e', 1],
      ['\u0080', 2],
      ['\u07ff', 2],
      ['\u0800', 3],
      ['\uffef', 3],
      ['\u{10000}', 4],
    ] as const) {
      const fits = `# ${letter.repeat(Math.floor((size - 20) / bytes))}\na: 1`;
      const tooLong = `# ${letter.repeat(Math.floor((size + 20) / bytes))}\na: 1`;
      expect([letter, refusals(fits).some((each) => each.includes('KiB'))]).toEqual([letter, false]);
      expect([letter, refusals(tooLong).some((each) => each.includes('KiB'))]).toEqual([letter, true]);
    }
    expect(refusals('€'.repeat(size))).toEqual([
      'line 1, column 1: the plan must be at most 64 KiB; given: about 192 KiB',
    ]);
    expect(refusals('x'.repeat(200 * 1024))).toEqual([
      'line 1, column 1: the plan must be at most 64 KiB; given: about 200 KiB',
    ]);
  });

  it('may be nested some 32 deep, in lists and mappings, and however deep is refused and not read', () => {
    const mapped = (depth: number) => `${'{a: '.repeat(depth)}1${'}'.repeat(depth)}`;
    const tooDeep = 'line 1, column 1: the plan must be nested at most 32 deep; given: deeper nesting';
    for (const text of [nested(32), mapped(32)]) expect(refusals(text)).toEqual([]);
    for (const text of [nested(64), mapped(64), nested(20_000)]) expect(refusals(text)).toEqual([tooDeep]);
    expect(refusals(`${nested(64)}\n---\na: 1`)).toEqual([tooDeep]);
    expect(refusals(`? ${nested(64)}\n: 1`)).toEqual([tooDeep]);
  });

  it.each([
    ['a: !secret x\nb: 1', 4, 'Unresolved tag: !secret; given: !secret x'],
    ['%YAML 9.9\n---\na: 1', 7, 'Unsupported YAML version 9.9; given: 9.9'],
    ['a: "\\q"\r\nb: 1', 5, 'Invalid escape sequence \\q; given: \\q"'],
    ['@x', 1, 'Plain value cannot start with reserved character @; given: @x'],
    ['a: b: c', 4, 'Nested mappings are not allowed in compact mappings; given: b: c'],
  ])('that is no YAML of ours is told with what is wrong and the rest of its line: %j', (text, column, problem) => {
    expect(refusals(text)).toEqual([`line 1, column ${column}: the plan must be YAML or JSON: ${problem}`]);
    expect(readSource(text).value).toBeUndefined();
  });

  it('has its mistakes told in the order of the file, whether YAML calls them errors or warnings', () => {
    expect(refusals('a: !secret x\nb: "x" y\nc: !other z').map((problem) => problem.slice(0, 17))).toEqual([
      'line 1, column 4:',
      'line 2, column 8:',
      'line 3, column 4:',
    ]);
  });

  it('that is torn before it can be understood is told token by token, at most twenty times', () => {
    expect(refusals('- a\nb: 1')).toEqual([
      'line 2, column 2: the plan must be YAML or JSON: Unexpected map-value-ind token in YAML stream; given: : 1',
      'line 2, column 4: the plan must be YAML or JSON: Unexpected scalar token in YAML stream; given: 1',
    ]);
    expect(refusals(`- a\n${'b: 1\n'.repeat(20)}`)).toHaveLength(20);
  });

  it('means the same whatever version of YAML it names', () => {
    expect(readSource('%YAML 1.1\n---\na: yes\nb: 017\n<<: { c: 1 }').value).toEqual({
      a: 'yes',
      b: 17,
      '<<': { c: 1 },
    });
  });

  it('of directives and comments alone is empty, and one of marks alone is a null', () => {
    for (const text of ['%YAML 1.2\n', '# nothing\n', '\n\n', '\ufeff']) {
      expect(refusals(text)).toEqual(['line 1, column 1: the plan must not be empty; given: nothing']);
    }
    for (const text of ['---\n', '# nothing\n...\n'])
      expect(readSource(text)).toMatchObject({ value: null, problems: [] });
  });

  it('that is no YAML is told with place and what stands there, at most twenty times', () => {
    expect(refusals('a: [1, 2\nb: 3')[0]).toMatch(/^line 2, column \d+: the plan must be YAML or JSON: /);
    const [first] = refusals('a: 1\nb: "x" y\nc: 2');
    expect(first).toMatch(/^line 2, column 8: the plan must be YAML or JSON: .*; given: y$/);
    const many = Array.from({ length: 30 }, (_, i) => `k${i}: "x" y`).join('\n');
    expect(refusals(many)).toHaveLength(20);
  });
});

describe('refused within a text, which is read all the same', () => {
  it.each([
    [
      'a: &x 1\nb: *x',
      'line 2, column 4: b must be written out: anchors and aliases are not followed; given: *x',
      { a: 1, b: undefined },
    ],
    ['a: 1\na: 2', 'line 2, column 1: a must be given once; given: a', { a: 1 }],
    ['c: 3\n__proto__: 1', 'line 2, column 1: __proto__ must not be a key; given: __proto__', { c: 3 }],
    ['constructor: 1', 'line 1, column 1: constructor must not be a key; given: constructor', {}],
    ['prototype: 1', 'line 1, column 1: prototype must not be a key; given: prototype', {}],
    ['d:\n  ? [x]\n  : 1\n  e: 2', 'line 2, column 5: d must have plain keys; given: [x]', { d: { e: 2 } }],
    ['1: a\n"1": b', 'line 2, column 1: 1 must be given once; given: "1"', { '1': 'a' }],
    [
      'l: [[1, *x]]',
      'line 1, column 9: l[0][1] must be written out: anchors and aliases are not followed; given: *x',
      { l: [[1, undefined]] },
    ],
    ['{ {a: 1}: 2, b: 3 }', 'line 1, column 3: the plan must have plain keys; given: {a: 1}', { b: 3 }],
    ['m: { a: { k: 1 }, a: { j: *x } }', 'line 1, column 19: m.a must be given once; given: a', { m: { a: { k: 1 } } }],
    ['l: [{ a: 1, a: 2 }]', 'line 1, column 13: l[0].a must be given once; given: a', { l: [{ a: 1 }] }],
  ])('is %j', (text, problem, value) => {
    expect(refusals(text)).toEqual([problem]);
    expect(readSource(text).value).toEqual(value);
  });

  it('is told for each, in the order of the file', () => {
    expect(refusals('a: *x\nb: { __proto__: *y, c: *z }\na: 2').map((problem) => problem.slice(0, 30))).toEqual([
      'line 1, column 4: a must be wr',
      'line 2, column 6: b.__proto__ ',
      'line 2, column 24: b.c must be',
      'line 3, column 1: a must be gi',
    ]);
  });

  it('is nothing where the same key is in another mapping', () => {
    expect(refusals('a: { k: 1 }\nb: { k: 1 }')).toEqual([]);
  });
});

describe('a problem at a path', () => {
  const source = () => readSource('name: x\nphases:\n  - weight: 1%\n    bake:\n  - { weight: 10% } # ten\n');
  const said = (path: readonly (string | number)[], given?: string) =>
    describeProblem(source().problemAt(path, 'must hold', given));

  it('stands where its value does, with what is written there', () => {
    expect(said(['phases', 0, 'weight'])).toBe('line 3, column 13: phases[0].weight must hold; given: 1%');
    expect(said(['phases', 1])).toBe('line 5, column 5: phases[1] must hold; given: { weight: 10% }');
    expect(said([])).toMatch(/^line 1, column 1: the plan must hold; given: name: x phases:/);
  });

  it('is told with what was written, without the comment behind it', () => {
    const of = (text: string, ...path: readonly (string | number)[]) =>
      describeProblem(readSource(text).problemAt(path, 'must hold'));
    expect(of('a: "x"   # why\nb: 1', 'a')).toBe('line 1, column 4: a must hold; given: "x"');
    expect(of('a: |\n  one\n  two\nb: 1', 'a')).toBe('line 1, column 4: a must hold; given: | one two');
    expect(of('l:\n  - - x\n    - y # why', 'l', 0, 1)).toBe('line 3, column 7: l[0][1] must hold; given: y');
    expect(of('{ roles, b: 1 }', 'roles')).toBe('line 1, column 3: roles must hold; given: nothing');
    expect(of('l:\n  -\n  - x', 'l', 0)).toBe('line 2, column 4: l[0] must hold; given: nothing');
  });

  it('stands at its key where there is no value', () => {
    expect(said(['phases', 0, 'bake'])).toBe('line 4, column 5: phases[0].bake must hold; given: nothing');
  });

  it('stands at the nearest place around it where there is nothing', () => {
    expect(said(['phases', 0, 'advance', 3])).toBe('line 3, column 5: phases[0].advance[3] must hold; given: nothing');
    expect(said(['phases', 7])).toBe('line 2, column 1: phases[7] must hold; given: nothing');
    expect(said(['guards'])).toBe('line 1, column 1: guards must hold; given: nothing');
  });

  it('may be told with what was given instead', () => {
    expect(said(['name'], 'x and y')).toBe('line 1, column 7: name must hold; given: x and y');
  });

  it('of a text that could not be read stands at its beginning', () => {
    expect(describeProblem(readSource('').problemAt(['a'], 'must hold'))).toBe(
      'line 1, column 1: a must hold; given: nothing',
    );
  });
});
