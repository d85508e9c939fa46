/** What stands against a start, and what is worth knowing before it. Pure: the tick and `sluice preflight` say the same of the same. */
import { ASSUMED_CLUMPINESS } from '../judge/clumpiness.ts';
import { feasibilityOf, type PhaseFeasibility } from '../judge/feasibility.ts';
import { badWords, shortageOf } from '../judge/feasibility-words.ts';
import { finishOf } from '../judge/finish.ts';
import type { DayBefore } from '../judge/verdict.ts';
import { formatNumber } from '../plan/metric.ts';
import type { Plan } from '../plan/plan.ts';
import type { AlarmState, RuleReading } from '../rollout/evidence.ts';
import { instant } from '../rollout/explain.ts';
import { type Fault, isFault } from './fault.ts';
import type { GroupFacts, MinuteReading } from './ports.ts';

/** The baseline's metrics must have flowed in this time. */
export const FLOW_MINUTES = 15;

/** What every tick sees. */
export interface Around {
  readonly rules: readonly RuleReading[];
  /** Null: cannot be read. */
  readonly alarms: readonly AlarmState[] | null;
  /** Incidents that operators opened, by name. */
  readonly incidents: readonly string[];
}

/** What was asked for a start, besides what every tick sees. */
export interface Looked {
  readonly candidate: GroupFacts | Fault;
  readonly baseline: GroupFacts | Fault;
  readonly day: DayBefore | Fault;
  /** Of the last minutes; null where rows are recorded ones. */
  readonly readings: readonly MinuteReading[] | Fault | null;
}

/** One sentence, with what it is about: a line of the checklist. Only problems stand against a start. */
export interface Finding {
  readonly about:
    | 'rules'
    | 'logIn'
    | 'resting'
    | 'weights'
    | 'targets'
    | 'otherRules'
    | 'alarms'
    | 'metrics'
    | 'selfTest'
    | 'rollbackForm'
    | 'feasibility'
    | 'finish';
  readonly isProblem: boolean;
  readonly text: string;
  /** Name of the phase, where it is about one. */
  readonly phase?: string;
}

/** Problems first, each kind in the order of rules and phases. Pure. */
export const findingsOf = (
  plan: Plan,
  seen: Around,
  { candidate, baseline, day, readings }: Looked,
): readonly Finding[] => {
  const sticky = [candidate, baseline].some((facts) => !isFault(facts) && facts.targetStickiness);
  const phases = isFault(day) ? [] : feasibilityOf(plan, ratesOf(plan, day), day);
  return [
    ...seen.rules.flatMap(ruleProblems),
    ...groupProblems('candidate', candidate, plan),
    ...groupProblems('baseline', baseline, plan),
    ...incidentProblems(plan, seen),
    ...(readings === null ? [] : flowProblems(readings)),
    ...(isFault(day)
      ? [problem('metrics', `the baseline's day before cannot be read (${day.code})`)]
      : hopelessCriteria(plan, phases)),
    ...seen.rules.map((rule) => note('rollbackForm', rollbackForm(rule, sticky))),
    ...(isFault(day)
      ? []
      : [
          ...zoneFailures(day.zones ?? []),
          clumps(day),
          ...selfTest(day),
          ...shortfalls(phases),
          ...finish(plan, phases),
        ]),
  ];
};

const ratesOf = ({ phases }: Plan, { requestsPerMinute }: DayBefore): readonly number[] =>
  requestsPerMinute === null ? [] : phases.map(() => requestsPerMinute);

const problem = (about: Finding['about'], text: string): Finding => ({ about, isProblem: true, text });
const note = (about: Finding['about'], text: string): Finding => ({ about, isProblem: false, text });

const ruleProblems = (reading: RuleReading): readonly Finding[] => {
  const { rule } = reading;
  switch (reading.kind) {
    case 'gone':
      return [problem('rules', `rule ${rule} does not exist`)];
    case 'foreign':
      return [
        problem('rules', `rule ${rule} must forward to the plan's two target groups only; it has ${reading.found}`),
      ];
    case 'unreadable':
      return [problem('rules', `rule ${rule} cannot be read (${reading.fault.code})`)];
    case 'weighted': {
      const tooMuch = `rule ${rule} must send everything to the baseline; the candidate has ${reading.weight} %`;
      const logIn = `rule ${rule} must not have authenticate-cognito: AWS lets only those change it who may call cognito-idp:DescribeUserPoolClient, which shows the client's secret, and Sluice may not; let it log in with authenticate-oidc`;
      const rests = `rule ${rule} rests on the candidate (tag sluice:resting); the plan's baseline must be the resting group`;
      return [
        ...(reading.cognito === true ? [problem('logIn', logIn)] : []),
        ...(reading.weight === 0 ? [] : [problem('weights', tooMuch)]),
        ...(reading.resting === 'candidate' ? [problem('resting', rests)] : []),
      ];
    }
  }
};

const groupProblems = (name: string, facts: GroupFacts | Fault, plan: Plan): readonly Finding[] => {
  if (isFault(facts)) return [problem('targets', `the ${name}'s targets cannot be read (${facts.code})`)];
  const others = facts.usedBy.filter((rule) => !plan.traffic.rules.includes(rule));
  const missing = plan.traffic.rules.filter((rule) => !facts.usedBy.includes(rule));
  return [
    ...(facts.healthy > 0
      ? []
      : [problem('targets', `the ${name} must have healthy targets; it has ${facts.healthy} of ${facts.registered}`)]),
    ...(others.length > 0
      ? [
          problem(
            'otherRules',
            `the ${name}'s target group must belong to no other rule; it also serves ${others.join(', ')}`,
          ),
        ]
      : []),
    ...(missing.length > 0
      ? [
          problem(
            'rules',
            `the ${name}'s target group must belong to every rule of the plan; it is not in ${missing.join(', ')}`,
          ),
        ]
      : []),
  ];
};

const incidentProblems = ({ incidents }: Plan, seen: Around): readonly Finding[] => {
  if (seen.alarms === null)
    return incidents.alarms.length === 0 ? [] : [problem('alarms', 'the alarms cannot be read')];
  const named = incidents.alarms.flatMap((name, index) => {
    const state = seen.alarms?.[index];
    if (state === 'ok') return [];
    return [state === 'alarm' ? `incident open: alarm ${name}` : `alarm ${name} does not exist or has no data`];
  });
  return [...named, ...seen.incidents.map((name) => `incident open: ${name}`)].map((text) => problem('alarms', text));
};

const flowProblems = (readings: readonly MinuteReading[] | Fault): readonly Finding[] => {
  if (isFault(readings)) return [problem('metrics', `CloudWatch cannot be read (${readings.code})`)];
  const flows = readings.some(({ baseline }) => baseline !== null && baseline.requests > 0);
  return flows ? [] : [problem('metrics', `the baseline has reported no requests for ${FLOW_MINUTES} minutes`)];
};

/** A limit that the baseline itself does not keep, or keeps too narrowly, can never be proven of a healthy candidate. */
const hopelessCriteria = (plan: Plan, phases: readonly PhaseFeasibility[]): readonly Finding[] =>
  phases.flatMap(({ name, needs }, index) =>
    needs.flatMap(({ text, prospect, presentShare }, at) => {
      const claim = plan.phases[index]?.advance[at]?.claim;
      if (prospect !== 'never' || presentShare === null || claim?.kind !== 'share') return [];
      const narrow = presentShare < claim.limit ? ', too near to the limit to be told from it' : '';
      const never = `phase ${name}: "${text}" can never pass, ${(100 * presentShare).toPrecision(3)} % of the baseline's own ${badWords(claim.share)} the day before${narrow}`;
      return [{ ...problem('feasibility', never), phase: name }];
    }),
  );

/** Gates that will not be decided in time at the traffic of the day before: worth knowing, and no reason not to start. */
const shortfalls = (phases: readonly PhaseFeasibility[]): readonly Finding[] =>
  phases.flatMap((phase) => {
    const shortage = shortageOf(phase, ({ prospect }) => prospect !== 'never');
    return shortage === undefined
      ? []
      : [{ ...note('feasibility', `phase ${phase.name}: ${shortage}`), phase: phase.name }];
  });

const finish = (plan: Plan, phases: readonly PhaseFeasibility[]): readonly Finding[] => {
  const { earliest, likely, heldIn } = finishOf(plan, phases);
  if (heldIn !== null)
    return [
      note(
        'finish',
        `the rollout ends ${instant(earliest)} at the earliest; phase ${heldIn} is likely to be held until an operator acts`,
      ),
    ];
  if (likely === null) return [];
  return [
    note(
      'finish',
      likely === earliest
        ? `the rollout ends ${instant(earliest)}, likely as planned`
        : `the rollout ends ${instant(earliest)} at the earliest, likely ${instant(likely)}`,
    ),
  ];
};

/** One zone that fails by itself is no reason not to start, and explains what the rollout will show. */
const zoneFailures = (zones: NonNullable<DayBefore['zones']>): readonly Finding[] => {
  const said = zones
    .filter(({ requests }) => requests > 0)
    .map(({ zone, requests, failures }) => `${zone} ${formatNumber((100 * failures) / requests)} %`);
  return said.length === 0
    ? []
    : [note('metrics', `the baseline's failures by zone the day before: ${said.join(', ')}`)];
};

/** How sure anything is about failures hangs on how they clump. */
const clumps = ({ clumpiness }: DayBefore): Finding =>
  note(
    'metrics',
    clumpiness?.isMeasured
      ? `the baseline's failures came in clumps of ${formatNumber(clumpiness.clumpSize)} the day before${carriedOn(clumpiness.blockMinutes)}`
      : `how the baseline's failures clump could not be measured, which takes 20 of them in two zones: clumps of ${ASSUMED_CLUMPINESS} are assumed`,
  );

const carriedOn = (blockMinutes: number): string =>
  blockMinutes === 1
    ? ''
    : ` and carried on from minute to minute: the watch takes blocks of ${blockMinutes} minutes, and may see a bad candidate as much later`;

/** It changes nothing: a zone that would have been stopped says that the watch may err on a candidate with other zones. */
const selfTest = ({ selfTest: tried }: DayBefore): readonly Finding[] => {
  if (tried === undefined) return [];
  const stopped = tried.stopped.map(({ zone, minute }) => `${zone} (${instant(Date.parse(minute))})`);
  const said =
    stopped.length === 0
      ? 'none'
      : `${stopped.join(', ')}: the zones fail differently, and a candidate whose targets lie in other zones than the baseline's will look better or worse for that`;
  return [
    note(
      'selfTest',
      `tried on the day before with each of ${tried.zones} zones as the candidate, the watch would have rolled back ${said}`,
    ),
  ];
};

const rollbackForm = ({ rule }: RuleReading, targetSticky: boolean): string =>
  targetSticky
    ? `rule ${rule}: a rollback forwards to the baseline alone, since a target group has target-level stickiness`
    : `rule ${rule}: a rollback writes both groups with weight 0 and rule stickiness off`;
