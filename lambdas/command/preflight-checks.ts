import type { Check } from '../../lib/aws/request.ts';
import { isFault } from '../../lib/controller/fault.ts';
import { smallestSeen } from '../../lib/judge/watch-estimate.ts';
import { formatDuration } from '../../lib/plan/duration.ts';
import { formatNumber } from '../../lib/plan/metric.ts';
import { capacityChecks } from './preflight-checks-capacity.ts';
import { groupChecks } from './preflight-checks-groups.ts';
import { metricChecks } from './preflight-checks-metrics.ts';
import { peopleChecks } from './preflight-checks-people.ts';
import { permissionChecks } from './preflight-checks-permissions.ts';
import { ruleChecks } from './preflight-checks-rules.ts';
import { writerChecks } from './preflight-checks-writers.ts';
import { fail, lineOf, notKnown, type Part, pass, warn } from './preflight-lines.ts';
import type { Look } from './preflight-look.ts';

/** The whole checklist, in the order of docs/preflight.md. Pure. */
export const checksOf = (look: Look): readonly Check[] => [
  ...ruleChecks(look),
  ...capacityChecks(look),
  ...groupChecks(look),
  ...writerChecks(look),
  ...metricChecks(look),
  ...permissionChecks(look),
  ...peopleChecks(look),
  ...look.plan.phases.map(({ name }, index) =>
    lineOf(`phase ${name}`, [...feasibility(look, name), ...power(look, index)]),
  ),
  ...finish(look),
];

/** Says what would suffice at a traffic that is given. */
const WITH_TRAFFIC = 'sluice check PLAN --requests-per-minute N';

/** Can the phase be decided at the traffic of the day before? */
const feasibility = ({ day, findings }: Look, phase: string): readonly Part[] => {
  const about = findings.filter((finding) => finding.about === 'feasibility' && finding.phase === phase);
  if (about.length > 0)
    return about.map(({ isProblem, text }) =>
      isProblem
        ? fail(text, 'choose a limit that the baseline itself keeps')
        : warn(text, `a larger weight, a longer bake or a wider limit: ${WITH_TRAFFIC}`),
    );
  if (isFault(day)) return [warn(notKnown(day), 'ask again')];
  if (day.requestsPerMinute === null)
    return [warn('not known: no requests were reported the day before', WITH_TRAFFIC)];
  return [pass(`likely decided in time at ${formatNumber(day.requestsPerMinute)} requests a minute`)];
};

/** Which failures the watch will see in it: `sluice check` simulates that, which takes seconds. */
const power = ({ plan, day }: Look, index: number): readonly Part[] => {
  const phase = plan.phases[index];
  if (isFault(day) || phase === undefined || phase.weight >= 100 || 'off' in plan.regressionWatch) return [];
  const { requestsPerMinute, failureShare } = day;
  if (requestsPerMinute === null || failureShare === null || failureShare <= 0) return [];
  const times = smallestSeen(plan, index, requestsPerMinute, day);
  const within = formatDuration(phase.bakeMinutes);
  return [
    pass(
      times === null
        ? `the watch is not sure to see any failures within ${within} (estimate)`
        : `the watch sees failures from about ×${formatNumber(Number(times.toPrecision(2)))} within ${within} (estimate)`,
    ),
  ];
};

/** A line only where the traffic is known. */
const finish = ({ findings }: Look): readonly Check[] => {
  const found = findings.filter(({ about }) => about === 'finish');
  if (found.length === 0) return [];
  const isSure = findings.every(({ about }) => about !== 'feasibility');
  const next = 'see the phases that are not decided in time';
  return [
    lineOf(
      'finish',
      found.map(({ text }) => (isSure ? pass(text) : warn(text, next))),
    ),
  ];
};
