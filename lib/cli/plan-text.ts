import { formatDuration } from '../plan/duration.ts';
import type { MetricSource, People, Plan, Window } from '../plan/plan.ts';
import { slackChannelsOf } from '../plan/slack-channels.ts';
import { channelsText } from '../report/wording.ts';
import { instant } from '../rollout/explain.ts';
import type { Cells } from './table.ts';

const AA_TEXT =
  'aa: both groups run the same release; what fails or trips is a fault of the measurement, and at the end all traffic goes back to the baseline';

/** The keys that timeline, criteria and guards do not show, as they were understood; those that are absent and have no default are left out. */
export const carriedKeys = (plan: Plan): readonly Cells[] => [
  ['mode', plan.mode === 'aa' ? AA_TEXT : 'release'],
  ...plan.traffic.rules.map((rule): Cells => ['rule', rule]),
  ['baseline', `${plan.traffic.names.baseline}: ${plan.traffic.baseline}`],
  ['candidate', `${plan.traffic.names.candidate}: ${plan.traffic.candidate}`],
  ...(plan.traffic.audience === undefined
    ? []
    : [['audience', `${plan.traffic.audience.count} ${plan.traffic.audience.noun}`]]),
  ['zone', plan.zone],
  ...plan.after.map((name): Cells => ['after', name]),
  ...plan.windows.map((window): Cells => ['window', windowText(window)]),
  ...plan.freezes.map(({ from, to, reason }): Cells => ['freeze', `${instant(from)} to ${instant(to)}: ${reason}`]),
  [
    'late',
    `the start by at most ${formatDuration(plan.startWithinMinutes)}, a phase by ${formatDuration(plan.lateByMinutes)}; later an operator confirms`,
  ],
  ...plan.phases.flatMap(phaseRows),
  ['sign-offs', `expire after ${formatDuration(plan.signOffWithinMinutes)}`],
  ['proven bad', `held ${formatDuration(plan.holdForMinutes)} for an operator, then rolled back`],
  ['availability', plan.availability === 'answered' ? 'requests without an answer' : 'connection errors'],
  ...metricRows(plan),
  ...(plan.show.length === 0 ? [] : [['shown', plan.show.join(', ')]]),
  ...plan.incidents.alarms.map((alarm): Cells => ['incident alarm', alarm]),
  [
    'healthy targets',
    `baseline ${plan.healthyTargets.baseline ?? 'measured at start'}, candidate ${plan.healthyTargets.candidate ?? 'measured at start'}`,
  ],
  [
    'pace',
    plan.pace === 'full'
      ? 'full: everything every minute'
      : 'economic: at 100 % only the candidate is read; after 24h in a phase business metrics every 5 minutes, and at 100 % traffic every 2',
  ],
  ...Object.entries(plan.leads).map(([role, people]): Cells => [`lead ${role}`, peopleText(people)]),
  ['operators', peopleText(plan.operators)],
  ...onCallRows(plan),
  ...notifyRows(plan),
];

const phaseRows = ({
  name,
  signOff,
  onFail,
  onTrip,
  warmUpMinutes,
  advanceAfterMinutes,
  checklist,
}: Plan['phases'][number]): readonly Cells[] => {
  const roles = [
    ...(signOff.roles.length === 0 ? [] : [`GO needed from ${signOff.roles.join(', ')}`]),
    ...(signOff.auto.length === 0 ? [] : [`GO by itself for ${signOff.auto.join(', ')}`]),
  ];
  const rest = [
    ...roles,
    ...(advanceAfterMinutes === 0 ? [] : [`then ${formatDuration(advanceAfterMinutes)} to say no`]),
    `warm-up ${formatDuration(warmUpMinutes)}`,
    ...(onFail === 'hold' ? [] : ['a proven fail rolls back']),
    ...(onTrip === 'hold' ? [] : ['a trip rolls back']),
  ];
  const items = checklist.map(({ item, required }) => (required ? `${item} (required)` : item));
  return [[`phase ${name}`, rest.join('; ')], ...(items.length === 0 ? [] : [[`checklist ${name}`, items.join('; ')]])];
};

const metricRows = ({ metrics }: Plan): readonly Cells[] => [
  ...(metrics.revenue === undefined ? [] : [['revenue', sourceText(metrics.revenue.sum)]]),
  ...(metrics.revenue?.orders === undefined ? [] : [['orders', sourceText(metrics.revenue.orders)]]),
  ...(metrics.segments === undefined
    ? []
    : [
        [`segments`, `${metrics.segments.dimension}: ${metrics.segments.values.join(', ')}`],
        ['segment requests', sourceText(metrics.segments.requests)],
        ['segment failures', sourceText(metrics.segments.failures)],
        ...(metrics.segments.minimumRequests === undefined
          ? []
          : [['segment minimum', `${metrics.segments.minimumRequests} candidate requests in a bake, to have a say`]]),
      ]),
  ...Object.entries(metrics.gauges).map(([name, source]): Cells => [`gauge ${name}`, sourceText(source)]),
];

const sourceText = ({ namespace, metric, statistic, dimensions, missing, settleMinutes }: MetricSource): string => {
  const where = Object.entries(dimensions).map(([name, value]) => `${name}=${value}`);
  const absent = missing === 'zero' ? '; a missing minute is zero' : '';
  return `${statistic} of ${metric} in ${namespace}${where.length === 0 ? '' : ` (${where.join(', ')})`}; settles in ${formatDuration(settleMinutes)}${absent}`;
};

const peopleText = ({ slack, principals }: People): string =>
  [...(slack.length === 0 ? [] : [`Slack ${slack.join(', ')}`]), ...principals].join('; ') || 'nobody';

const onCallRows = ({ onCall }: Plan): readonly Cells[] => {
  if (onCall === undefined) return [];
  const { primary, secondary, escalation } = onCall;
  const last = escalation === undefined ? '' : `, then ${escalation.name} (Slack ${escalation.slack.join(', ')})`;
  return [['on call', `${primary}, then ${secondary}${last}`]];
};

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

const windowText = ({ days, fromMinute, toMinute, zone }: Window): string =>
  `${days.map((day) => DAYS[day - 1] ?? '').join(', ')} ${clock(fromMinute)} to ${clock(toMinute)}${toMinute > 1440 ? ' the next day' : ''}, ${zone}`;

const clock = (minute: number): string => {
  const ofDay = minute > 1440 ? minute - 1440 : minute;
  return `${String(Math.floor(ofDay / 60)).padStart(2, '0')}:${String(ofDay % 60).padStart(2, '0')}`;
};

const notifyRows = (plan: Plan): readonly Cells[] => {
  const channels = slackChannelsOf(plan);
  return channels === undefined ? [] : [['notify', `Slack ${channelsText(channels)}`]];
};
