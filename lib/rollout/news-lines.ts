/** What people are told with a decision beside its sentence: how the phase, the day or the way back went, and what comes next. Short: an entry keeps it. */
import { assess } from '../judge/judge.ts';
import { evidenceBySegment, segmentTable } from '../judge/segment-table.ts';
import { tablesOf } from '../judge/tables.ts';
import type { Assessment } from '../judge/verdict.ts';
import { totalWealth } from '../judge/watch.ts';
import { formatDuration, MINUTE_MS } from '../plan/duration.ts';
import { formatNumber } from '../plan/metric.ts';
import type { Phase, Plan } from '../plan/plan.ts';
import { criterionLine, moneyLine } from './assessment-words.ts';
import { personOf } from './authority.ts';
import type { Decision } from './entry.ts';
import { instant } from './explain.ts';
import { incidentsForCriteria } from './incidents.ts';
import { checklistLine, onCallLine } from './people-words.ts';
import type { ReasonOf } from './reason.ts';
import { audienceLine, holdLine, passesLine, revenueLine, trafficLine } from './review-words.ts';
import type { RolloutState, Span, Week } from './rollout.ts';
import { rolesOf, signOffTimes } from './sign-offs.ts';
import { minutesBetween, nextPhase, phaseOf, type Situation } from './situation.ts';

/** Empty: the sentence says all there is. */
export const newsLines = (situation: Situation, { decision, reason }: Decision): readonly string[] => {
  if (reason.code === 'GATE_PASSED') return phaseReport(situation, reason);
  if (reason.code === 'CHECKPOINT') return healthCheck(situation, reason);
  if (reason.code === 'AWAITING_SIGN_OFF')
    return [`To answer: sluice sign-off ${situation.plan.rollout} --as ROLE --go, or --no-go --reason WHY.`];
  if (decision === 'advance') return phaseBegins(situation);
  if (decision === 'finish') return finalReport(situation);
  return [];
};

const whole = ({ rollout }: Plan): string => `The whole report: sluice report ${rollout}.`;

const phaseReport = (situation: Situation, { assessments }: ReasonOf<'GATE_PASSED'>): readonly string[] => {
  const { plan, state, evidence } = situation;
  const phase = phaseOf(plan, state);
  const next = nextPhase(plan, state);
  return [
    timesLine(phase, state),
    audienceLine(plan, state),
    ...criteriaLines(assessments),
    ...segmentsLine(plan, state),
    ...(state.review === undefined
      ? []
      : [`The last day. ${trafficLine(state.review.day)}`, ...sinceReview(plan, state, state.review.week)]),
    ...signOffLines(situation),
    ...(next === undefined ? [] : [checklistLine(state, next) ?? '', comesNext(phase, next, evidence.now)]),
    onCallLine(plan),
    whole(plan),
  ].filter((line) => line !== '');
};

/** Of the days after the last whole week; at the end of seven all has just been said. */
const sinceReview = (plan: Plan, state: RolloutState, week: Week): readonly string[] =>
  week.to > week.from
    ? [`Since the last weekly review. ${trafficLine(week)}`, ...weekLines(plan, state, week)]
    : [passesLine(plan, state)];

const weekLines = (plan: Plan, state: RolloutState, week: Week): readonly string[] =>
  [revenueLine(plan, week, state.salesBefore) ?? '', holdLine(week), passesLine(plan, state)].filter(
    (line) => line !== '',
  );

const timesLine = ({ name, weight }: Phase, { bake, roseAt, weightBefore }: RolloutState): string => {
  const rose = weightBefore !== weight && roseAt !== null ? `rose ${instant(roseAt)}, ` : '';
  const began = bake.startedAt === null ? '' : `, since ${instant(bake.startedAt)}`;
  return `Phase ${name} at ${formatNumber(weight)} %: ${rose}baked ${formatDuration(bake.minutes)} of ${formatDuration(bake.targetMinutes)}${began}.`;
};

const criteriaLines = (assessments: readonly Assessment[]): readonly string[] => [
  ...assessments.map(criterionLine),
  ...assessments.flatMap((each) => moneyLine(each) ?? []),
];

/** The worst of them; all are in the report. */
const segmentsLine = (plan: Plan, state: RolloutState): readonly string[] => {
  const table = segmentTable(plan, state.phase, evidenceBySegment(state.judge));
  const [worst] = table?.lines ?? [];
  if (table === undefined || worst === undefined) return [];
  const bad = table.lines
    .filter(({ verdict }) => verdict === 'beyond' || verdict === 'worse')
    .map(({ segment }) => segment);
  const from = worst.lower === null ? 'unknown' : formatNumber(worst.lower);
  const to = worst.upper === null ? 'unknown' : formatNumber(worst.upper);
  const ratio =
    worst.ratio === null
      ? ''
      : `; the worst is ${worst.segment}, ${formatNumber(worst.ratio)} times (${from} to ${to})`;
  return [
    `Segments by ${table.dimension}, ${table.lines.length} of them, failures against the baseline's: ${bad.length === 0 ? 'none proven worse' : `proven worse: ${bad.join(', ')}`}${ratio}.`,
  ];
};

/** The gate passes with this very decision: whoever has not spoken is asked now; the sentence names those who sign by themselves. */
const signOffLines = ({ plan, state, evidence }: Situation): readonly string[] => {
  const roles = rolesOf(plan, state);
  const { auto } = phaseOf(plan, state).signOff;
  const said = state.signOffs.map(
    ({ role, answer, actor, at, why }) =>
      `${role} ${answer} by ${personOf(actor)}, ${instant(at)}${why === undefined || why === '' ? '' : `: ${why}`}`,
  );
  const silent = roles.filter((role) => !state.signOffs.some((word) => word.role === role));
  const asked = silent.filter((role) => !auto.includes(role));
  const { expiresAt, reminders } = signOffTimes(plan, state, evidence.now);
  return [
    ...(said.length === 0 ? [] : [`Said already: ${said.join('; ')}.`]),
    ...(asked.length === 0
      ? []
      : [
          `Asked for GO or NO-GO: ${asked.join(', ')}, until ${instant(expiresAt)}; reminders ${reminders.map(instant).join(' and ')}.`,
        ]),
  ];
};

const comesNext = (phase: Phase, next: Phase, now: number): string => {
  const from = Math.max(next.start ?? 0, now + phase.advanceAfterMinutes * MINUTE_MS);
  const when = from > now ? `, not before ${instant(from)}` : '';
  return `Next: ${next.name} at ${formatNumber(next.weight)} %${when}.`;
};

const phaseBegins = ({ plan, state }: Situation): readonly string[] => {
  const next = nextPhase(plan, state);
  if (next === undefined) return [];
  const looks = next.daily ? 'a health check every day' : next.checkpointMinutes.map(formatDuration).join(', ');
  return [
    `Phase ${next.name} bakes for ${formatDuration(next.bakeMinutes)}, up to ${formatDuration(Math.max(next.bakeMinutes, next.extendUpToMinutes))} where it is not decided by then; checkpoints: ${looks || 'none'}.`,
    checklistLine(state, next) ?? '',
    onCallLine(plan),
  ].filter((line) => line !== '');
};

const finalReport = (situation: Situation): readonly string[] => {
  const { plan, state, evidence } = situation;
  const assessments = assess(plan, state.judge, state.phase, incidentsForCriteria(plan, state, evidence));
  const took = state.startedAt === null ? '' : `, in ${formatDuration(minutesBetween(state.startedAt, evidence.now))}`;
  return [
    `All ${plan.phases.length === 1 ? 'of its phase' : `${plan.phases.length} phases`} passed${took}.`,
    `The last, ${phaseOf(plan, state).name}, as it stands now:`,
    ...criteriaLines(assessments),
    whole(plan),
  ];
};

/** A checkpoint of the day has a day to look back on; one of the hour its criteria. */
const healthCheck = (
  { plan, state }: Situation,
  { assessments, lastDay }: ReasonOf<'CHECKPOINT'>,
): readonly string[] => {
  const day = state.review?.closed?.day;
  if (lastDay === undefined) return criteriaLines(assessments);
  return [
    ...(day === undefined ? [] : [`The day. ${trafficLine(day)}`]),
    ...criteriaLines(lastDay),
    ...(day === undefined ? [] : [holdLine(day)]),
    `${guardLine(plan, state, day)} ${watchLine(plan, state)}`,
    passesLine(plan, state),
    onCallLine(plan),
  ];
};

/** At weight 100 nothing is compared with the baseline. */
const guardLine = ({ guards }: Plan, { weight }: RolloutState, day: Span | undefined): string => {
  const armed = guards.filter(({ claim }) => weight < 100 || (claim.kind !== 'ratio' && claim.kind !== 'segmentRatio'));
  const tripped = day?.holds.some(({ code }) => code === 'GUARD_UNACQUITTED') === true;
  return `Guards: ${armed.length} armed, ${tripped ? 'one tripped and was held' : 'none tripped'}.`;
};

const watchLine = (plan: Plan, { judge: { watch } }: RolloutState): string => {
  const table = tablesOf(plan).watch;
  if (table === undefined || watch === null) return 'Regression watch: off.';
  return `Regression watch: evidence ${formatNumber(Math.max(1, totalWealth(table, watch)))} of ${formatNumber(1 / table.falseRollbacks)}.`;
};

/** With every seventh daily checkpoint. Undefined: none was passed just now. */
export const weeklyReview = ({ plan, state, checkpoint }: Situation): readonly string[] | undefined => {
  const week = state.review?.closed?.week ?? null;
  if (checkpoint === null || week === null) return undefined;
  return [
    trafficLine(week),
    audienceLine(plan, state),
    ...weekLines(plan, state, week),
    `What Sluice has cost so far is in the report: sluice report ${plan.rollout}.`,
  ];
};
