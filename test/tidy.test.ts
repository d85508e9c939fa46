import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { everyCommandOfTheReadmeExists, everyLinkResolves, everyPathExists } from './tidy/documents.ts';
import {
  catchesAtTheEdgesOnly,
  noBarrel,
  noDeadFile,
  noEmoji,
  noHiddenInputs,
  noLongFile,
  nothingLeftToDo,
  onlyCiKnowsTheSharedFolder,
  type Rule,
  roomsImportWhatTheyMay,
} from './tidy/rules.ts';
import { type File, readTree } from './tidy/tree.ts';
import { everyFolderSaysWhatIsInIt, oneWordOneMeaning } from './tidy/vocabulary.ts';

const file = (path: string, ...lines: readonly string[]): File => ({ path, text: lines.join('\n') });

/** A rule, files that break it and what it says of them, beside the same thing done well. */
interface Case {
  readonly sentence: string;
  readonly rule: Rule;
  readonly bad: readonly File[];
  readonly complaints: readonly string[];
  readonly good: readonly File[];
}

const cases: readonly Case[] = [
  {
    sentence: 'every file of lib is reached from an entry',
    rule: noDeadFile,
    bad: [
      file('bin/sluice.mjs', "await import(new URL('../lib/cli/main.ts', import.meta.url).href);"),
      file('lib/cli/main.ts', "const { run } = await import('./check.ts');"),
      file('lib/cli/check.ts', "import type { Plan } from '../plan/plan.ts';"),
      file('lib/plan/plan.ts', 'export interface Plan {}'),
      file('lib/plan/dead.ts', "import './ghost.ts';"),
      file('lib/plan/ghost.ts', ''),
      file('test/plan/dead.test.ts', "import '../../lib/plan/dead.ts';"),
    ],
    complaints: ['lib/plan/dead.ts is reached from no entry', 'lib/plan/ghost.ts is reached from no entry'],
    good: [file('scripts/schema.ts', "import '../lib/plan/a.ts';"), file('lib/plan/a.ts', '')],
  },
  {
    sentence: 'nothing is left to do',
    rule: nothingLeftToDo,
    bad: [
      file('docs/plan.md', 'Weights.', 'TODO: say more'),
      file('lib/plan/a.ts', '// FIXME'),
      file('bin/a.mjs', '/* XXX */'),
    ],
    complaints: ['docs/plan.md:2 says TODO', 'lib/plan/a.ts:1 says FIXME', 'bin/a.mjs:1 says XXX'],
    good: [file('lib/plan/a.ts', "const mastodon = 'TODOS';")],
  },
  {
    sentence: 'a room imports only what the architecture allows',
    rule: roomsImportWhatTheyMay,
    bad: [
      file(
        'lib/judge/a.ts',
        "import { tick } from '../controller/tick.ts';",
        "import { readFileSync } from 'node:fs';",
      ),
      file('lib/plan/a.ts', "import type { Row } from '../judge/row.ts';", "import { join } from 'node:path';"),
      file('lib/rollout/a.ts', "export { x } from '../report/x.ts';", "const y = import('../sim/y.ts');"),
      file('lib/aws/a.ts', "import { tick } from '../controller/tick.ts';"),
      file('lib/cli/a.ts', "import '@aws-sdk/client-dynamodb';", "import 'aws-cdk-lib';"),
      file('lib/report/a.ts', "import { b } from '../../lambdas/tick/handler.ts';"),
    ],
    complaints: [
      'lib/judge/a.ts must not import ../controller/tick.ts',
      'lib/judge/a.ts must not import node:fs',
      'lib/plan/a.ts must not import ../judge/row.ts',
      'lib/plan/a.ts must not import node:path',
      'lib/rollout/a.ts must not import ../report/x.ts',
      'lib/rollout/a.ts must not import ../sim/y.ts',
      'lib/aws/a.ts must not import ../controller/tick.ts',
      'lib/cli/a.ts must not import @aws-sdk/client-dynamodb',
      'lib/cli/a.ts must not import aws-cdk-lib',
      'lib/report/a.ts must not import ../../lambdas/tick/handler.ts',
    ],
    good: [
      file('lib/plan/a.ts', "import * as z from 'zod';", "import { b } from './b.ts';"),
      file('lib/controller/a.ts', "import { createHash } from 'node:crypto';", "import '../rollout/decide.ts';"),
      file('lib/aws/a.ts', "import '@aws-sdk/client-sns';", "import '../controller/ports.ts';"),
      file('lib/cli/a.ts', "import '../sim/run.ts';"),
    ],
  },
  {
    sentence: 'the clock and chance come in as arguments',
    rule: noHiddenInputs,
    bad: [
      file('lib/plan/a.ts', 'export const at = Date.now();'),
      file('lib/sim/a.ts', 'const at = new Date().getTime() + Math.random();'),
      file('lib/rollout/a.ts', 'const at = DateTime.utc();'),
    ],
    complaints: [
      'lib/plan/a.ts reads Date.now',
      'lib/sim/a.ts reads new Date()',
      'lib/sim/a.ts reads Math.random',
      'lib/rollout/a.ts reads DateTime.utc()',
    ],
    good: [
      file(
        'lib/judge/a.ts',
        '// Date.now is forbidden here.',
        'const at = new Date(5).getTime() + Date.parse("2026-01-01");',
      ),
      file('lib/cli/a.ts', 'const seed = Date.now();'),
    ],
  },
  {
    sentence: 'errors are caught at the edges only',
    rule: catchesAtTheEdgesOnly,
    bad: [file('lib/controller/tick.ts', 'try { f(); } catch { g(); }')],
    complaints: ['lib/controller/tick.ts catches'],
    good: [file('lib/cli/main.ts', 'try { f(); } catch { g(); }'), file('lib/plan/a.ts', '// catch')],
  },
  {
    sentence: 'no file of lib is longer than 400 lines',
    rule: noLongFile,
    bad: [file('lib/judge/long.ts', ...Array<string>(401).fill('f();'))],
    complaints: ['lib/judge/long.ts has 401 lines, more than 400'],
    good: [file('lib/judge/a.ts', ...Array<string>(400).fill('f();'))],
  },
  {
    sentence: 'there is no barrel file',
    rule: noBarrel,
    bad: [
      file('lib/plan/index.ts', 'export const a = 1;'),
      file('lib/judge/all.ts', "export * from './row.ts';", "export { b } from './b.ts';"),
    ],
    complaints: ['lib/plan/index.ts is a barrel', 'lib/judge/all.ts is a barrel'],
    good: [file('lib/plan/a.ts', "export type { B } from './b.ts';", 'export const a = 1;')],
  },
  {
    sentence: 'one word has one meaning in the names of files, types and functions',
    rule: oneWordOneMeaning,
    bad: [
      file('lib/plan/rollout-config.ts', ''),
      file(
        'lib/judge/a.ts',
        'export interface CanaryRow {}',
        'export const toSamples = () => [];',
        'const b = 1;',
        'export { b as blue };',
      ),
    ],
    complaints: [
      'lib/plan/rollout-config.ts: the file rollout-config says config, which here is plan',
      'lib/judge/a.ts: the export CanaryRow says canary, which here is candidate',
      'lib/judge/a.ts: the export toSamples says sample, which here is row',
      'lib/judge/a.ts: the export blue says blue, which here is baseline',
    ],
    good: [file('lib/controller/controller.ts', "const canary = 'canary';", 'export function restep() {}')],
  },
  {
    sentence: 'every folder says what is in it',
    rule: everyFolderSaysWhatIsInIt,
    bad: [file('lib/utils/a.ts', ''), file('test/helpers.ts', ''), file('lib/plan/types/b.ts', '')],
    complaints: [
      'lib/utils/a.ts says nothing of what is in it',
      'test/helpers.ts says nothing of what is in it',
      'lib/plan/types/b.ts says nothing of what is in it',
    ],
    good: [file('lib/sim/traffic-model.ts', '')],
  },
  {
    sentence: 'every relative link of a document leads somewhere',
    rule: everyLinkResolves,
    bad: [file('docs/a.md', '# One thing', '[x](b.md) [y](#other) [z](../README.md)')],
    complaints: [
      'docs/a.md links to b.md, which is not there',
      'docs/a.md links to #other, which is not there',
      'docs/a.md links to ../README.md, which is not there',
    ],
    good: [
      file('docs/a.md', '# One `thing`: here', '[x](#one-thing-here) [y](b/) [z](https://example.org/c.md)'),
      file('docs/b/c.md', ''),
    ],
  },
  {
    sentence: 'every path that a document names exists',
    rule: everyPathExists,
    bad: [file('README.md', 'Read `lib/controller/tick.ts` and `docs/`.')],
    complaints: [
      'README.md names lib/controller/tick.ts, which is not there',
      'README.md names docs/, which is not there',
    ],
    good: [file('README.md', 'Read `lib/cli/main.ts` in `lib/cli`, `lib/judge/*.ts`.'), file('lib/cli/main.ts', '')],
  },
  {
    sentence: 'every command that the README shows exists',
    rule: everyCommandOfTheReadmeExists,
    bad: [
      file('README.md', 'Run `npm run bench`.', '```sh', 'npm ci && npx sluice rehearse a.yaml', 'npm test', '```'),
      file('package.json', '{ "scripts": { "check": "true" } }'),
    ],
    complaints: [
      'README.md shows npm run bench, which package.json does not have',
      'README.md shows npm run test, which package.json does not have',
      'README.md shows sluice rehearse, which lib/cli does not have',
    ],
    good: [
      file('README.md', 'The sluice opens: `sluice roll-back NAME`, `npm test`.'),
      file('package.json', '{ "scripts": { "test": "true" } }'),
      file('lib/cli/roll-back.ts', ''),
    ],
  },
  {
    sentence: 'only CI knows the folder beside the repository',
    rule: onlyCiKnowsTheSharedFolder,
    bad: [
      file('test/a.test.ts', "readFileSync('../shared/data/a.csv');"),
      file('README.md', 'See /work/shared/design.'),
    ],
    complaints: ['test/a.test.ts names the shared folder', 'README.md names the shared folder'],
    good: [file('.ci/run', 'trace=../shared/data/a.csv'), file('docs/a.md', 'A shared outage holds.')],
  },
  {
    sentence: 'there is no emoji',
    rule: noEmoji,
    bad: [file('README.md', 'Ready \u{1F680}'), file('lib/cli/a.ts', "const sign = '\u26A0\uFE0F';")],
    complaints: ['README.md has the emoji \u{1F680}', 'lib/cli/a.ts has the emoji \uFE0F'],
    good: [file('README.md', '1 % → 10 % ✓ ± 3 × 10² ●')],
  },
];

const repository = readTree(fileURLToPath(new URL('..', import.meta.url)));

describe('in this repository', () => {
  for (const { sentence, rule } of cases) {
    test(sentence, () => {
      expect(rule(repository)).toEqual([]);
    });
  }
});

describe('complains where it is broken, and only there, that', () => {
  for (const { sentence, rule, bad, complaints, good } of cases) {
    test(sentence, () => {
      expect(rule(bad)).toEqual(complaints);
      expect(rule(good)).toEqual([]);
    });
  }
});
