import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../lib/plan/parse.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { describeProblem } from '../../lib/plan/problem.ts';
import { keptPlan, PLAN_SCHEMA, readPlan } from '../../lib/rollout/read-plan.ts';
import { seedPlan, seedSource } from './fixture.ts';

const asInJournal = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const planOf = (source: string): Plan => {
  const parsed = parsePlan(source);
  if (!parsed.ok) throw new Error(parsed.problems.map(describeProblem).join('\n'));
  return parsed.plan;
};

const example = (name: string): Plan =>
  planOf(readFileSync(new URL(`../../examples/${name}.yaml`, import.meta.url), 'utf8'));

describe('the plan in entry 0', () => {
  it('is what was parsed when the rollout was registered, whatever this release would read in the text', async () => {
    const plan = keptPlan({ ...seedPlan, holdForMinutes: 7 }, seedSource, 'hash');
    expect(await readPlan({ plan })).toEqual({ ok: true, plan: { ...seedPlan, holdForMinutes: 7 } });
  });

  it('is read from its text again when it has the shape of another release', async () => {
    const plan = { ...keptPlan({ ...seedPlan, holdForMinutes: 7 }, seedSource, 'hash'), schema: PLAN_SCHEMA + 1 };
    expect(await readPlan({ plan })).toEqual({ ok: true, plan: seedPlan });
  });

  it('is a problem when the text of another shape is no plan here, or there is none', async () => {
    const plan = { ...keptPlan(seedPlan, 'rollout: NO', 'hash'), schema: PLAN_SCHEMA + 1 };
    expect(await readPlan({ plan })).toMatchObject({ ok: false });
    expect(await readPlan({})).toMatchObject({ ok: false });
  });

  it.each(['checkout-api', 'ultra-fast-analyzer'])('survives the journal without loss: %s', async (name) => {
    const plan = example(name);
    expect(await readPlan(asInJournal({ plan: keptPlan(plan, '', '') }))).toEqual({ ok: true, plan });
  });
});

/** Where a plan has what kind of value: `phases[].weight number`. Names that operators give are left out. */
const shapeOf = (value: unknown, path: string): readonly string[] => {
  if (Array.isArray(value))
    return value.length === 0 ? [`${path}[] nothing`] : value.flatMap((each) => shapeOf(each, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [`${path} ${value === null ? 'null' : typeof value}`];
  const isNamed = /(?:leads|gauges|names)$/.test(path);
  return Object.entries(value).flatMap(([key, each]) => shapeOf(each, `${path}.${isNamed ? '*' : key}`));
};

/** Every key that a plan may leave out is in one of them. */
const PLANS: readonly Plan[] = [
  ...['checkout-api', 'ultra-fast-analyzer', 'programme/catalogue', 'programme/search'].map(example),
  planOf(
    `${seedSource.replace('start: 2025', 'healthyTargets: { baseline: 10, candidate: 2 }\nstart: 2025').replace('  segments:\n', '  segments:\n    minimumRequests: 100\n')}
regressionWatch: { off: a test }
freezes: [{ from: 2025-12-20T00:00Z, to: 2026-01-05T09:00Z, reason: holidays }]
`,
  ),
];

it('has the shape that PLAN_SCHEMA numbers: a change of the shape raises the number, and is kept here', () => {
  const shapes = [...new Set(PLANS.flatMap((plan) => shapeOf(asInJournal(plan), '')))].sort();
  expect({ schema: PLAN_SCHEMA, shape: shapes.filter((path) => !path.endsWith(' nothing')) }).toMatchInlineSnapshot(`
    {
      "schema": 2,
      "shape": [
        ".after[] string",
        ".availability string",
        ".freezes[].from number",
        ".freezes[].reason string",
        ".freezes[].to number",
        ".guards[].claim.gauge string",
        ".guards[].claim.kind string",
        ".guards[].claim.limit number",
        ".guards[].claim.share string",
        ".guards[].claim.side string",
        ".guards[].forMinutes number",
        ".guards[].inSharedOutage string",
        ".guards[].metric string",
        ".guards[].proof string",
        ".guards[].text string",
        ".healthyTargets.baseline number",
        ".healthyTargets.candidate number",
        ".holdForMinutes number",
        ".incidents.alarms[] string",
        ".lateByMinutes number",
        ".leads.*.principals[] string",
        ".leads.*.slack[] string",
        ".metrics.gauges.*.dimensions.ClusterName string",
        ".metrics.gauges.*.dimensions.Service string",
        ".metrics.gauges.*.dimensions.ServiceName string",
        ".metrics.gauges.*.metric string",
        ".metrics.gauges.*.missing string",
        ".metrics.gauges.*.namespace string",
        ".metrics.gauges.*.settleMinutes number",
        ".metrics.gauges.*.statistic string",
        ".metrics.revenue.orders.dimensions.Variant string",
        ".metrics.revenue.orders.metric string",
        ".metrics.revenue.orders.missing string",
        ".metrics.revenue.orders.namespace string",
        ".metrics.revenue.orders.settleMinutes number",
        ".metrics.revenue.orders.statistic string",
        ".metrics.revenue.sum.dimensions.Variant string",
        ".metrics.revenue.sum.metric string",
        ".metrics.revenue.sum.missing string",
        ".metrics.revenue.sum.namespace string",
        ".metrics.revenue.sum.settleMinutes number",
        ".metrics.revenue.sum.statistic string",
        ".metrics.segments.dimension string",
        ".metrics.segments.failures.dimensions.LearnerSegment string",
        ".metrics.segments.failures.dimensions.Variant string",
        ".metrics.segments.failures.metric string",
        ".metrics.segments.failures.missing string",
        ".metrics.segments.failures.namespace string",
        ".metrics.segments.failures.settleMinutes number",
        ".metrics.segments.failures.statistic string",
        ".metrics.segments.minimumRequests number",
        ".metrics.segments.requests.dimensions.LearnerSegment string",
        ".metrics.segments.requests.dimensions.Variant string",
        ".metrics.segments.requests.metric string",
        ".metrics.segments.requests.missing string",
        ".metrics.segments.requests.namespace string",
        ".metrics.segments.requests.settleMinutes number",
        ".metrics.segments.requests.statistic string",
        ".metrics.segments.values[] string",
        ".mode string",
        ".notify.slack string",
        ".onCall.escalation.name string",
        ".onCall.escalation.slack[] string",
        ".onCall.primary string",
        ".onCall.secondary string",
        ".operators.principals[] string",
        ".operators.slack[] string",
        ".pace string",
        ".phases[].advanceAfterMinutes number",
        ".phases[].advance[].claim.gauge string",
        ".phases[].advance[].claim.kind string",
        ".phases[].advance[].claim.limit number",
        ".phases[].advance[].claim.share string",
        ".phases[].advance[].claim.side string",
        ".phases[].advance[].metric string",
        ".phases[].advance[].not boolean",
        ".phases[].advance[].text string",
        ".phases[].bakeMinutes number",
        ".phases[].checklist[].item string",
        ".phases[].checklist[].required boolean",
        ".phases[].checkpointMinutes[] number",
        ".phases[].daily boolean",
        ".phases[].extendUpToMinutes number",
        ".phases[].name string",
        ".phases[].onFail string",
        ".phases[].onTrip string",
        ".phases[].passInARow number",
        ".phases[].signOff.auto[] string",
        ".phases[].signOff.roles[] string",
        ".phases[].start number",
        ".phases[].warmUpMinutes number",
        ".phases[].weight number",
        ".regressionWatch.falseRollbacks number",
        ".regressionWatch.off string",
        ".regressionWatch.onSticky string",
        ".release string",
        ".rollout string",
        ".show[] string",
        ".signOffWithinMinutes number",
        ".start number",
        ".startWithinMinutes number",
        ".traffic.audience.count number",
        ".traffic.audience.noun string",
        ".traffic.baseline string",
        ".traffic.candidate string",
        ".traffic.names.* string",
        ".traffic.rules[] string",
        ".windows[].days[] number",
        ".windows[].fromMinute number",
        ".windows[].toMinute number",
        ".windows[].zone string",
        ".zone string",
      ],
    }
  `);
});

it('has a shape of which nothing is hidden: no list is empty in all the plans that show it', () => {
  const shapes = PLANS.flatMap((plan) => shapeOf(asInJournal(plan), ''));
  const empty = shapes.flatMap((path) => (path.endsWith('[] nothing') ? [path.replace(' nothing', '')] : []));
  expect(empty.filter((list) => !shapes.some((path) => path.startsWith(list) && !path.endsWith(' nothing')))).toEqual(
    [],
  );
});
