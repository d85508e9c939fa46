/** How long the judge takes to fold the rows of six hours: traffic and business metrics of the example plan, of which the watch compares eleven. */
import { readFileSync } from 'node:fs';
import { beginBake, initialJudge, sense, weigh, weighBusiness } from '../lib/judge/judge.ts';
import { needsOf } from '../lib/judge/needs.ts';
import { tablesOf } from '../lib/judge/tables.ts';
import { parsePlan } from '../lib/plan/parse.ts';
import { dayBefore, HEALTHY, type Minute, minutesOf } from './judge/world.ts';
import { spread, tell } from './telling.ts';

const RUNS = 60;
const WARM_UP = 20;
const WORLD = { name: 'independent' };

const parsed = parsePlan(readFileSync(new URL('../examples/ultra-fast-analyzer.yaml', import.meta.url), 'utf8'));
if (!parsed.ok) throw new Error('the example is a plan');
const { plan } = parsed;
const before = dayBefore(WORLD, 12_000, 1);

/** The bench's worlds know two thresholds; the plan's own are counted like the larger one. */
const withThresholds = ({ row, business }: Minute): Minute => {
  const own = needsOf(plan).slowMilliseconds.map((ms) => `${ms}ms`);
  const side = (counts: typeof row.candidate) => {
    if (counts === null) return null;
    const fewest = Math.min(...Object.values(counts.slow));
    return { ...counts, slow: { ...Object.fromEntries(own.map((key) => [key, fewest])), ...counts.slow } };
  };
  return { row: { ...row, candidate: side(row.candidate), baseline: side(row.baseline) }, business };
};
const minutes = [...minutesOf(WORLD, HEALTHY, 12_000, 1)].map(withThresholds);

const folded = (): number => {
  const from = process.hrtime.bigint();
  let judge = beginBake(plan, initialJudge(plan, before), 0, { rise: true, restarts: 0 });
  for (const { row, business } of minutes) {
    judge = weigh(plan, sense(plan, judge, row, 'bake').judge, 0, row, { stage: 'bake', excluded: false }).judge;
    judge = weighBusiness(plan, judge, 0, business, { stage: 'bake', excluded: false }).judge;
  }
  return Number(process.hrtime.bigint() - from) / 1e6;
};

const times = Array.from({ length: RUNS }, folded).slice(WARM_UP);
const metrics = tablesOf(plan).watch?.watched.length ?? 0;
// The least of many: everything above it is the machine's other work.
tell(
  `${metrics} metrics and ${minutes.length} minutes folded, the least of ${times.length}`,
  Math.min(...times),
  10,
  'ms',
  spread(times),
);
