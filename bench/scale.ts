/**
 * `npm run bench:scale`: how many live rollouts tick every minute in one region, with AWS's published quotas. Calls are counted on the wire of the
 * production handlers against the stand-ins; the rest is simulated in virtual time, seeded. Writes the tables and the curve of docs/scale.md. Exit
 * code 1 where 1,000 rollouts do not tick every minute.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { countCalls } from './scale/counted.ts';
import { designsOf } from './scale/designs.ts';
import { curvePicture } from './scale/picture.ts';
import { type Design, type Scenario, simulate } from './scale/simulate.ts';
import { type Result, tables } from './scale/tables.ts';
import { tell } from './telling.ts';

const TABLE = [1, 100, 200, 1000, 10_000];
const CURVE = [1, 10, 50, 100, 150, 200, 250, 300, 400, 500, 600, 800, 1000, 1500, 2000, 3000, 5000, 7000, 10_000];
const WHOLE = 0.999;
const SEARCHED_TO = 20_000;

const counted = await countCalls();
const designs = designsOf(counted);
const all: readonly Design[] = Object.values(designs);

const resultOf = (design: Design, scenario: Scenario): Result => ({
  design,
  scenario,
  seen: simulate(design, scenario),
});
const results = (rollouts: readonly number[], wakeUps: Scenario['wakeUps'], of: readonly Design[] = all) =>
  rollouts.flatMap((count) => of.map((design) => resultOf(design, { rollouts: count, wakeUps })));

/** The most rollouts that tick, to a hundredth. */
const breakOf = (design: Design, wakeUps: Scenario['wakeUps']): number => {
  let [good, bad] = [0, SEARCHED_TO];
  while (bad - good > Math.max(1, good / 100)) {
    const middle = Math.floor((good + bad) / 2);
    if (simulate(design, { rollouts: middle, wakeUps }).whole >= WHOLE) good = middle;
    else bad = middle;
  }
  return good;
};

const curve = results(CURVE, 'spread');
const breaks = all.map((design) => ({ design, spread: breakOf(design, 'spread'), atOnce: breakOf(design, 'atOnce') }));
const isInTable = ({ scenario }: Result): boolean => TABLE.includes(scenario.rollouts);
const told = tables({
  counted,
  designs,
  curve: curve.filter(isInTable),
  atOnce: results([100, 1000], 'atOnce', [designs.alone, designs.together]),
  breaks,
});

const docs = new URL('../docs/', import.meta.url);
const [begin, end] = ['<!-- Written by `npm run bench:scale`: begin -->', '<!-- end -->'];
const page = readFileSync(new URL('scale.md', docs), 'utf8');
if (!page.includes(begin) || !page.includes(end)) throw new Error('docs/scale.md has no place for the tables');
const [before, after] = [page.slice(0, page.indexOf(begin)), page.slice(page.indexOf(end))];
writeFileSync(new URL('scale.md', docs), `${before}${begin}\n\n${told}\n\n${after}`);
writeFileSync(new URL('scale.svg', docs), curvePicture(curve));
console.log(told);

const { seen } = resultOf(designs.together, { rollouts: 1000, wakeUps: 'spread' });
tell(
  'ticks of 1,000 rollouts together that are not whole',
  1 - seen.whole,
  1 - WHOLE,
  '',
  `${seen.throttles} throttles a minute`,
);
tell('1,000 rollouts together, 99 % of the ticks have ended after', seen.p99 / 1000, 30, 's');
