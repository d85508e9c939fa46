/** Whatever comes in from outside is read, or refused in so many words: no exception but the documented one, and no long answer to a long input. */
import { join } from 'node:path';
import fc from 'fast-check';
import * as v from 'valibot';
import { afterAll, describe, expect, it } from 'vitest';
import { entriesToTell } from '../../lambdas/announce/stream.ts';
import { readRequest } from '../../lib/aws/read-request.ts';
import { envelopeSchema } from '../../lib/aws/request.ts';
import { verifyJournal } from '../../lib/cli/verify-journal.ts';
import { parsePlan } from '../../lib/plan/parse.ts';
import { describeProblem } from '../../lib/plan/problem.ts';
import { readFault } from '../../lib/sim/fault-text.ts';
import { isInputProblem } from '../../lib/sim/input-problem.ts';
import { readRows } from '../../lib/sim/recorded.ts';
import { readTrace } from '../../lib/sim/trace.ts';
import { workspace } from '../cli/workspace.ts';
import { planOf, SEED } from '../plan/seed-plan.ts';
import { runs } from './runs.ts';

/** Characters of one complaint, whatever was given. */
const COMPLAINT_AT_MOST = 6000;

const KEYS = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '<<', ''];
/** JSON of any shape, with keys that JavaScript takes for something else. */
const json = fc.jsonValue({ depthSize: 'large', stringUnit: 'binary' });
const anything = fc.oneof(
  json,
  fc.dictionary(fc.constantFrom(...KEYS), json, { noNullPrototype: true }),
  fc.constantFrom<unknown>(undefined, null, 0, '', [], {}, 'x'.repeat(50_000), nested(500)),
);

function nested(depth: number): unknown {
  return JSON.parse('['.repeat(depth) + ']'.repeat(depth));
}

afterAll(() => {
  // A reader that walked into a prototype would have left something there.
  expect(Object.keys(Object.getPrototypeOf({}))).toEqual([]);
});

describe('a plan', () => {
  const problemsOf = (text: string): readonly string[] => {
    const parsed = parsePlan(text);
    return parsed.ok ? [] : parsed.problems.map(describeProblem);
  };

  it.each<[string, string, string]>([
    ['a million keys', Array.from({ length: 1_000_000 }, (_, key) => `k${key}: 1`).join('\n'), 'at most 64 KiB'],
    ['a value of ten million characters', `rollout: ${'x'.repeat(10_000_000)}`, 'at most 64 KiB'],
    ['one byte too many', `# ${'x'.repeat(64 * 1024 - 1)}`, 'at most 64 KiB'],
    ['lists nested 30,000 deep', '['.repeat(30_000), 'nested at most 32 deep'],
    ['lists nested 30,000 deep, and closed', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, 'nested at most 32 deep'],
    [
      'mappings nested 200 deep',
      Array.from({ length: 200 }, (_, deep) => `${' '.repeat(deep)}a:`).join('\n'),
      'nested at most',
    ],
    ['dashes nested 10,000 deep', `${'- '.repeat(10_000)}a`, 'nested at most 32 deep'],
    ['nine times nine aliases, nine levels deep', laughs(9), 'anchors and aliases are not followed'],
    ['a merge key', 'a: &a { rollout: x }\n<<: *a\n', 'anchors and aliases are not followed'],
    ['an alias of itself', 'a: &a [*a]\n', 'anchors and aliases are not followed'],
    ['a key of the prototype', '__proto__: { isAdmin: true }\n', 'must not be a key'],
    ['a key of the constructor', 'constructor: { prototype: { isAdmin: true } }\n', 'must not be a key'],
    ['a NUL', 'rollout: "a\\0b"\n', 'rollout must be'],
    ['a NUL as it is', 'rollout: a\u0000b\n', 'rollout must be'],
    ['half a character', SEED.replace(/^release: .*$/m, 'release: "v\\uD800"'), 'release must not contain control'],
    [
      'what turns the direction',
      SEED.replace(/^release: .*$/m, 'release: "v\\u202E1"'),
      'release must not contain control',
    ],
    ['a terminal escape', SEED.replace(/^release: .*$/m, 'release: "\\e[2J"'), 'release must not contain control'],
    ['a line separator', SEED.replace(/^release: .*$/m, 'release: "a\\u2028b"'), 'release must not contain control'],
  ])('is refused for %s, in at most a hundred complaints', (_, text, piece) => {
    const problems = problemsOf(text);
    expect(problems.join('\n')).toContain(piece);
    expect(problems.length).toBeLessThanOrEqual(100);
    for (const problem of problems) expect(problem.length).toBeLessThan(COMPLAINT_AT_MOST);
  });

  it('is refused without an exception, briefly, whatever JSON it is', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const problems = problemsOf(JSON.stringify(value) ?? '');
        expect(problems.length).toBeGreaterThan(0);
        for (const problem of problems) expect(problem.length).toBeLessThan(COMPLAINT_AT_MOST);
      }),
      runs(200),
    );
  });

  it('with any value of any kind in place of one of its own is read or refused', () => {
    const plan = JSON.parse(
      JSON.stringify({
        rollout: 'a',
        release: 'b',
        start: 'c',
        phases: [{ name: 'x', weight: '1%' }],
        traffic: { rules: [] },
        guards: ['a > 1'],
        metrics: { gauges: {} },
        leads: {},
        operators: {},
      }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(plan)), anything, (key, value) => {
        const problems = problemsOf(JSON.stringify({ ...plan, [key]: value }));
        for (const problem of problems) expect(problem.length).toBeLessThan(COMPLAINT_AT_MOST);
      }),
      runs(200),
    );
  });
});

/** The billion laughs. */
function laughs(levels: number): string {
  const level = (index: number) =>
    `l${index}: &l${index} [${Array(9)
      .fill(index === 0 ? 'ha' : `*l${index - 1}`)
      .join(', ')}]`;
  return Array.from({ length: levels }, (_, index) => level(index)).join('\n');
}

describe('a request', () => {
  const self = { name: 'sluice-command', arn: 'arn:aws:lambda:us-east-1:123456789012:function:sluice-command' };
  const lettered = (request: unknown): string =>
    JSON.stringify({ to: self.name, region: 'us-east-1', id: '00000000-0000-4000-8000-000000000000', request });
  const briefly = (read: ReturnType<typeof readRequest>): void => {
    if ('refused' in read) expect(JSON.stringify(read).length).toBeLessThan(COMPLAINT_AT_MOST);
  };
  const valid = [
    { ask: 'start', hash: 'a'.repeat(64) },
    { ask: 'command', rollout: 'x', command: { kind: 'hold', why: 'y' } },
    { ask: 'command', rollout: 'x', command: { kind: 'signOff', phase: 'p', role: 'r', answer: 'GO', why: '' } },
    { ask: 'command', rollout: 'x', command: { kind: 'openIncident', name: 'n', why: 'y' } },
    { ask: 'journal', rollout: 'x', from: 0, limit: 1 },
    { ask: 'export', source: 's', from: 0, to: 1 },
    { ask: 'preflight', source: 's', ring: false },
  ];

  it.each(valid)('is read as it was sent: $ask', (request) => {
    expect(readRequest(lettered(request), self)).toEqual({ request, isByName: true });
  });

  it.each([
    ['nested a hundred thousand deep', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['a mapping nested a hundred thousand deep', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['of a hundred thousand keys', `{${Array.from({ length: 100_000 }, (_, key) => `"${key}":1`).join()}}`],
  ])('that is %s is refused, briefly', (_, request) => {
    for (const text of [request, lettered('HERE').replace('"HERE"', request)]) {
      const read = readRequest(text, self);
      expect(read).toHaveProperty('refused');
      briefly(read);
    }
  });

  it('of any text is refused, briefly', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          anything.map((value) => JSON.stringify(value) ?? ''),
        ),
        (text) => {
          const read = readRequest(text, self);
          expect(read).toHaveProperty('refused');
          briefly(read);
        },
      ),
      runs(200),
    );
  });

  it('with anything in place of one of its fields, or beside them, is read as it was sent or refused', () => {
    const names = ['ask', 'rollout', 'command', 'hash', 'source', 'why', 'from', 'limit', ...KEYS];
    fc.assert(
      fc.property(fc.constantFrom(...valid), fc.constantFrom(...names), anything, (request, name, value) => {
        const sent = { ...request, command: undefined, ...('command' in request ? { command: request.command } : {}) };
        Object.defineProperty(sent, name, { value, enumerable: true, configurable: true });
        const read = readRequest(lettered(sent), self);
        briefly(read);
        if (!('refused' in read)) expect(read.request).toEqual(JSON.parse(JSON.stringify(sent)));
      }),
      runs(300),
    );
  });

  it('with anything in place of a field of its command is read as it was sent or refused', () => {
    const commands = valid.flatMap((request) => ('command' in request ? [request.command] : []));
    const names = ['kind', 'why', 'name', 'item', 'phase', 'role', 'answer', ...KEYS];
    fc.assert(
      fc.property(fc.constantFrom(...commands), fc.constantFrom(...names), anything, (command, name, value) => {
        const sent = { ...command };
        Object.defineProperty(sent, name, { value, enumerable: true, configurable: true });
        const read = readRequest(lettered({ ask: 'command', rollout: 'x', command: sent }), self);
        briefly(read);
        if (!('refused' in read))
          expect(read.request).toEqual({ ask: 'command', rollout: 'x', command: JSON.parse(JSON.stringify(sent)) });
      }),
      runs(300),
    );
  });

  it('in any envelope but a request with a proof is refused before anything of it is read', () => {
    fc.assert(
      fc.property(anything, fc.constantFrom('request', 'proof', 'as', ...KEYS), (value, name) => {
        const envelope = { request: 'x', proof: { url: 'y', headers: {} } };
        Object.defineProperty(envelope, name, { value, enumerable: true, configurable: true });
        const read = v.safeParse(envelopeSchema, envelope);
        if (read.success) expect(Object.keys(read.output)).toEqual(['request', 'proof']);
        expect(v.safeParse(envelopeSchema, value).success).toBe(false);
      }),
      runs(200),
    );
  });
});

describe('an event of the stream', () => {
  const told = (event: unknown): string => {
    try {
      return `${entriesToTell(event).length} entries`;
    } catch (error) {
      return `${error}`;
    }
  };
  const record = (image: unknown) => ({ dynamodb: { SequenceNumber: '1', NewImage: image } });
  const image = { rollout: { S: 'x' }, revision: { N: '1' }, notices: { N: '1' } };
  const entry = { notices: [{ audience: 'onCall', subject: 's', text: 't' }], state: { status: 'baking' } };

  it('is an entry to tell, or one brief error about the place', () => {
    expect(told({ Records: [record({ ...image, body: { S: JSON.stringify(entry) } })] })).toBe('1 entries');
    fc.assert(
      fc.property(anything, fc.constantFrom('notices', 'state', ...KEYS), (value, name) => {
        const events = [
          value,
          { Records: value },
          { Records: [value] },
          { Records: [record(value)] },
          { Records: [record({ ...image, body: value })] },
          { Records: [record({ ...image, body: { S: JSON.stringify(value) ?? '' } })] },
          { Records: [record({ ...image, body: { S: JSON.stringify({ ...entry, [name]: value }) } })] },
        ];
        for (const event of events) {
          expect(told(event)).toMatch(/^(?:[01] entries|Error: Cannot announce: .*; at .* it has .*)$/s);
          expect(told(event).length).toBeLessThan(500);
        }
      }),
      runs(150),
    );
  });
});

describe('a file for the command line', () => {
  const cells = fc
    .array(
      fc.constantFrom(
        'minute',
        'requests',
        'failures',
        ',',
        '\n',
        '"',
        '\u0000',
        '1',
        '-1',
        '1e999',
        'NaN',
        'timestamp,value\n',
        '2014-04-10 00:04:00',
        ' ',
      ),
      { maxLength: 40 },
    )
    .map((parts) => parts.join(''));
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    cells,
    cells.map((rest) => `timestamp,value\n2014-04-10 00:04:00,1\n${rest}`),
  );
  const plan = planOf(SEED);

  it('of recorded rows, of a trace, or a fault in words is read or refused, briefly', () => {
    fc.assert(
      fc.property(text, (given) => {
        for (const read of [readRows(given, plan), readTrace(given, 1), readFault(given)])
          if (isInputProblem(read)) expect(read.problem.length).toBeLessThan(COMPLAINT_AT_MOST);
      }),
      runs(300),
    );
  });

  it('of one line of half a million characters is refused, briefly', () => {
    const long = 'x'.repeat(500_000);
    for (const read of [readRows(long, plan), readTrace(long, 1), readTrace(`timestamp,value\n${long},1`, 1)]) {
      expect(isInputProblem(read)).toBe(true);
      if (isInputProblem(read)) expect(read.problem.length).toBeLessThan(COMPLAINT_AT_MOST);
    }
  });

  it('of a trace of a thousand years is refused before room is made for it', () => {
    const read = readTrace('timestamp,value\n1000-01-01 00:00:00,1\n1000-01-01 00:01:00,1\n3000-01-01 00:00:00,1\n', 1);
    expect(read).toMatchObject({ problem: expect.stringContaining('must have at most 1,000,000 slots') });
  });

  it('of a journal is whole or breaks at a line, which is said briefly', async () => {
    const line = (change: object) =>
      JSON.stringify({ rollout: 'a', revision: 0, previous: '', at: '2025-10-31T12:00:00Z', ...change });
    const first = line({});
    const journals = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .tuple(fc.constantFrom('rollout', 'revision', 'previous', 'at', ...KEYS), anything)
        .map(([name, value]) => `${first}\n${line({ revision: 1, [name]: value })}`),
    );
    await fc.assert(
      fc.asyncProperty(journals, async (given) => {
        const verified = await verifyJournal(join(workspace({ 'journal.jsonl': given }), 'journal.jsonl'));
        expect(JSON.stringify(verified).length).toBeLessThan(500);
      }),
      runs(100),
    );
  });
});
