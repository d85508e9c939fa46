/** One phase: its times, its traffic, its criteria with their numbers, and how its checkpoints went. */
import { segmentTable } from '../judge/segment-table.ts';
import type { Assessment } from '../judge/verdict.ts';
import { formatDuration } from '../plan/duration.ts';
import { formatQuantity } from '../plan/metric.ts';
import type { Criterion, Phase } from '../plan/plan.ts';
import { lackOf, moneyLine, tooFewText } from '../rollout/assessment-words.ts';
import { type Block, list, type Section, section, table } from './blocks.ts';
import type { Ledger } from './ledger.ts';
import { phasePeople } from './phase-people.ts';
import { segmentNamed, segmentSection } from './segment-section.ts';
import type { Look, Visit } from './visits.ts';
import {
  countText,
  describeLimit,
  describePhase,
  formatFailures,
  instantOr,
  intervalText,
  measuredText,
  verdictWord,
} from './wording.ts';

export const phaseSection = (ledger: Ledger, visit: Visit): Section | undefined => {
  const phase = ledger.plan.phases[visit.phase];
  if (phase === undefined) return undefined;
  const assessments = newestAssessments(visit);
  return section(
    visitTitle(ledger, visit),
    list(facts(phase, visit)),
    criteriaTable(phase, assessments),
    list(remarks(visit, assessments)),
    ...segmentSection(segmentTable(ledger.plan, visit.phase, visit.segments), namedIn(ledger, visit)),
    progression(phase, visit),
    list(phasePeople(ledger, phase, visit)),
  );
};

const namedIn = ({ changes }: Ledger, { enteredAt, leftAt }: Visit): ReadonlySet<string> =>
  new Set(
    changes.flatMap(({ at, decision }) => {
      const segment = segmentNamed(decision.reason);
      return segment === undefined || at < enteredAt || at > (leftAt ?? at) ? [] : [segment];
    }),
  );

const facts = (phase: Phase, visit: Visit): readonly string[] => {
  const { totals } = visit;
  const restarts = visit.restarts === 0 ? '' : `, begun anew ${visit.restarts} times (each halves the error allowed)`;
  return [
    `entered ${instantOr(visit.enteredAt, '')}, bake began ${instantOr(visit.bakeStartedAt, 'not yet')}, gate passed ${instantOr(visit.gatePassedAt, visit.leftAt === null ? 'not yet' : 'never')}, left ${instantOr(visit.leftAt, 'not yet')}`,
    `baked ${formatDuration(visit.bakedMinutes)} of ${formatDuration(visit.targetMinutes)} (planned ${formatDuration(phase.bakeMinutes)})${restarts}`,
    `all rows of the phase, warm-up and waiting included: candidate ${formatFailures(totals.failures, totals.requests)}; baseline ${formatFailures(totals.baselineFailures, totals.baselineRequests)}`,
  ];
};

/** The newest table; a criterion that was proven to fail later replaces its own line. */
const newestAssessments = ({ latest, failed }: Visit): readonly Assessment[] => {
  const table = latest?.assessments ?? [];
  if (failed === null || (latest !== null && latest.at > failed.at)) return table;
  const { assessment } = failed;
  return [...table.filter(({ text }) => text !== assessment.text), assessment];
};

const HEADERS = ['metric', 'limit', 'measured', 'interval', 'requests', 'verdict', 'prove or not-against'];

const criteriaTable = (phase: Phase, assessments: readonly Assessment[]): Block => {
  if (phase.advance.length === 0) return 'This phase has no criteria; people sign it off.';
  return table(
    `Criteria of phase ${phase.name}`,
    HEADERS,
    phase.advance.map((criterion) =>
      criterionRow(
        criterion,
        assessments.find(({ text }) => text === criterion.text),
      ),
    ),
  );
};

const criterionRow = (criterion: Criterion, assessment: Assessment | undefined): readonly string[] => {
  const kind = criterion.not ? 'no evidence against' : 'prove';
  const known = [criterion.text, describeLimit(criterion)];
  if (assessment === undefined) return [...known, '', '', '', 'not judged yet', kind];
  return [
    ...known,
    measuredText(assessment),
    intervalText(assessment),
    countText(assessment),
    verdictWord(assessment.verdict),
    kind,
  ];
};

const remarks = ({ latest, failed }: Visit, assessments: readonly Assessment[]): readonly string[] => [
  ...(latest === null ? [] : [`The table is that of ${latest.what}, ${instantOr(latest.at, '')}.`]),
  ...(failed === null ? [] : [`${failed.assessment.text} was proven to fail at ${instantOr(failed.at, '')}.`]),
  ...assessments.filter(({ verdict }) => verdict === 'insufficient').map((each) => `Not decided: ${lackOf(each)}.`),
  ...assessments.flatMap(({ text, tooFew }) => (tooFew === undefined ? [] : [`${text}: ${tooFewText(tooFew)}.`])),
  ...assessments.filter(({ kind, verdict }) => kind === 'notAgainst' && verdict === 'pass').flatMap(unseen),
  ...assessments.flatMap((each) => moneyLine(each) ?? []),
];

/** A criterion that only asks for no evidence against says what could have gone unseen. */
const unseen = ({ text, claim, lower, upper }: Assessment): readonly string[] => {
  if (claim.kind === 'noIncidents') return [];
  const worst = claim.side === 'below' ? lower : upper;
  if (worst === null)
    return [`${text}: nothing speaks against the candidate; on these rows nothing could have been seen.`];
  const isExcluded = claim.side === 'below' ? worst >= claim.limit : worst <= claim.limit;
  const way = claim.side === 'below' ? 'down' : 'up';
  return [
    isExcluded
      ? `${text}: nothing speaks against the candidate, and the interval excludes the limit.`
      : `${text}: nothing speaks against the candidate; on these rows a true value ${way} to ${formatQuantity(claim, worst)} could have gone unseen.`,
  ];
};

const progression = (phase: Phase, visit: Visit): Block => {
  if (phase.advance.length === 0 || (visit.looks.length === 0 && phase.checkpointMinutes.length === 0)) return '';
  const headers = ['checkpoint', 'time', ...phase.advance.map(({ text }) => text)];
  return table(`Checkpoints of phase ${phase.name}`, headers, [
    ...visit.looks.flatMap((look) => lookRows(phase, look)),
    ...notReached(phase, visit),
  ]);
};

const lookRows = (phase: Phase, look: Look): readonly (readonly string[])[] => {
  const time = instantOr(look.at, '');
  if (look.assessments === null)
    return [[look.what, time, 'passed together with a later look or a stronger decision; no table of its own']];
  const whole = [look.what, time, ...cellsOf(phase, look.assessments)];
  return look.lastDay === undefined
    ? [whole]
    : [whole, [`${look.what}, last 24h by themselves`, time, ...cellsOf(phase, look.lastDay)]];
};

const cellsOf = (phase: Phase, assessments: readonly Assessment[]): readonly string[] =>
  phase.advance.map(({ text }) => {
    const assessment = assessments.find((each) => each.text === text);
    return assessment === undefined
      ? ''
      : [measuredText(assessment), verdictWord(assessment.verdict)].filter((part) => part !== '').join(', ');
  });

const notReached = ({ checkpointMinutes }: Phase, { checkpointsDone }: Visit): readonly (readonly string[])[] =>
  checkpointMinutes.slice(checkpointsDone).map((minutes) => [`checkpoint ${formatDuration(minutes)}`, 'not reached']);

/** `Phase canary at 1 %`; where a phase was entered again, which visit this was. */
const visitTitle = (ledger: Ledger, visit: Visit): string => {
  const phase = ledger.plan.phases[visit.phase];
  const times = ledger.visits
    .slice(0, ledger.visits.indexOf(visit) + 1)
    .filter((other) => other.phase === visit.phase).length;
  return `Phase ${phase === undefined ? visit.phase : describePhase(phase)}${times > 1 ? ` (visit ${times})` : ''}`;
};
