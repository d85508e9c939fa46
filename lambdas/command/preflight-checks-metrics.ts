import type { Check } from '../../lib/aws/request.ts';
import { isFault } from '../../lib/controller/fault.ts';
import { FLOW_MINUTES } from '../../lib/controller/preflight-findings.ts';
import { needsOf } from '../../lib/judge/needs.ts';
import type { BusinessCounts } from '../../lib/judge/row.ts';
import type { DayBefore } from '../../lib/judge/verdict.ts';
import { formatNumber } from '../../lib/plan/metric.ts';
import type { MetricSource, Plan } from '../../lib/plan/plan.ts';
import { counted, lineOf, type Part, pass, problemsOf, unknown, warn } from './preflight-lines.ts';
import type { Look } from './preflight-look.ts';

/** What a rollout is judged by must be there already for the baseline. */
export const metricChecks = (look: Look): readonly Check[] => [
  lineOf('baseline metrics', baselineMetrics(look)),
  lineOf('own metrics', ownMetrics(look)),
  lineOf('alarms', alarms(look)),
];

const baselineMetrics = (look: Look): readonly Part[] => {
  const problems = problemsOf(
    look,
    'metrics',
    'see whether the baseline has traffic, and whether CloudWatch can be read',
  );
  const zones = look.findings.filter(({ about, isProblem }) => about === 'metrics' && !isProblem);
  return [
    ...problems,
    ...(problems.length === 0 ? [pass(`requests in the last ${FLOW_MINUTES} minutes`)] : []),
    ...dayBefore(look),
    ...zones.map(({ text }) => pass(text)),
    ...selfTest(look),
  ];
};

const selfTest = ({ findings, day }: Look): readonly Part[] => {
  const isDoubtful = !isFault(day) && (day.selfTest?.stopped.length ?? 0) > 0;
  return findings
    .filter(({ about }) => about === 'selfTest')
    .map(({ text }) =>
      isDoubtful
        ? warn(
            text,
            "see why that zone fails more than the others, and register the candidate's targets in the zones of the baseline's",
          )
        : pass(text),
    );
};

/** More than one request in a thousand without an answer is no noise. */
const UNANSWERED_AT_MOST = 0.001;

const dayBefore = ({ plan, day }: Look): readonly Part[] => {
  if (isFault(day)) return [];
  const { requestsPerMinute, failureShare, unavailableShare, latency } = day;
  if (requestsPerMinute === null || failureShare === null || unavailableShare === null)
    return [
      warn('the day before is not known: no requests were reported', 'ask again when the baseline has had traffic'),
    ];
  const percent = (share: number): string => `${formatNumber(100 * share)} %`;
  const noun = plan.availability === 'connectionErrors' ? 'with a connection error' : 'unanswered';
  const found = `the day before ${formatNumber(requestsPerMinute)} requests a minute${answersWithin(latency)}, ${percent(failureShare)} failed, ${percent(unavailableShare)} ${noun}`;
  const limit = Math.min(UNANSWERED_AT_MOST, ...unansweredLimits(plan));
  if (unavailableShare <= limit) return [pass(found)];
  return [
    warn(
      `${found}: more than ${percent(limit)}`,
      plan.availability === 'connectionErrors'
        ? 'find out which targets refuse connections'
        : 'find out which requests stay unanswered; with WebSockets or long polls write availability: connectionErrors into the plan',
    ),
  ];
};

const answersWithin = (latency: DayBefore['latency']): string =>
  latency ? `, 90 % of the answers within ${latency.p90} ms and 99 % within ${latency.p99} ms` : '';

const unansweredLimits = ({ phases, guards }: Plan): readonly number[] =>
  [...phases.flatMap(({ advance }) => advance), ...guards].flatMap(({ claim }) =>
    claim.kind === 'share' && claim.share === 'unavailable' ? [claim.limit] : [],
  );

const ownMetrics = ({ plan, readings }: Look): readonly Part[] => {
  const own = ownOf(plan);
  if (own.length === 0) return [pass('the plan has none')];
  if (isFault(readings)) return [unknown(readings)];
  const missing = own.filter(({ valueIn }) =>
    readings.every(({ business }) => business === undefined || valueIn(business.baseline) === null),
  );
  if (missing.length === 0) return [pass(`${counted(own.length, 'metric')} of the plan came in for the baseline`)];
  return [
    warn(
      `nothing came in for the baseline (${plan.traffic.names.baseline}) of ${missing.map(({ name }) => name).join(', ')}`,
      'publish them with these very dimensions: what is judged by a missing metric stays undecided and holds',
    ),
  ];
};

interface Own {
  readonly name: string;
  readonly valueIn: (counts: BusinessCounts) => unknown;
}

const ownOf = (plan: Plan): readonly Own[] => {
  const { revenue, segments, gauges } = plan.metrics;
  const needs = needsOf(plan);
  const named = (name: string, { namespace, metric }: MetricSource): string => `${name} (${namespace} ${metric})`;
  return [
    ...(revenue === undefined
      ? []
      : [{ name: named('revenue', revenue.sum), valueIn: (of: BusinessCounts) => of.revenue }]),
    ...(revenue?.orders === undefined
      ? []
      : [{ name: named('orders', revenue.orders), valueIn: (of: BusinessCounts) => of.orders }]),
    ...(segments?.values ?? []).map((value) => ({
      name: `segment ${value}`,
      valueIn: (of: BusinessCounts) => of.segments[value] ?? null,
    })),
    ...needs.gauges.flatMap((gauge) => {
      const source = gauges[gauge];
      return source === undefined
        ? []
        : [{ name: named(gauge, source), valueIn: (of: BusinessCounts) => of.gauges[gauge] ?? null }];
    }),
  ];
};

const alarms = (look: Look): readonly Part[] => {
  const { alarms: names } = look.plan.incidents;
  const problems = problemsOf(
    look,
    'alarms',
    'the rollout does not start while an alarm is missing, silent or in alarm',
  );
  if (problems.length > 0) return problems;
  return [pass(names.length === 0 ? 'the plan names none' : `OK: ${names.join(', ')}`)];
};
