/** Every number behind a decision, as tables. */
import type { Assessment, GuardTrip, WatchTrip } from '../judge/verdict.ts';
import { formatNumber, formatQuantity } from '../plan/metric.ts';
import { instant } from '../rollout/explain.ts';
import type { Reason } from '../rollout/reason.ts';
import { type Table, table } from './blocks.ts';
import { BETS } from './decisive.ts';
import { metricWords } from './trust.ts';
import { countText, intervalText, measuredText, verdictWord } from './wording.ts';

/** None: the sentence says everything. */
export const numbersBehind = (reason: Reason): readonly Table[] => {
  switch (reason.code) {
    case 'CHECKPOINT':
      return [
        criteria('All criteria since the bake began', reason.assessments),
        ...(reason.lastDay === undefined ? [] : [criteria('The last 24h by themselves', reason.lastDay)]),
      ].filter(hasRows);
    case 'GATE_PASSED':
    case 'EXTENDED':
    case 'INSUFFICIENT_DATA':
      return [criteria('All criteria since the bake began', reason.assessments)].filter(hasRows);
    case 'CRITERION_FAILED':
    case 'GATE_STALE':
      return [criteria('The criterion', [reason.assessment])];
    case 'GUARD_TRIPPED':
    case 'GUARD_UNACQUITTED':
      return [guardNumbers(reason.trip)];
    case 'WATCH_TRIPPED':
    case 'WATCH_ON_STICKY':
      return [watchNumbers(reason.trip)];
    case 'RECORDED_LATE':
      return numbersBehind(reason.of);
    default:
      return [];
  }
};

const hasRows = ({ rows }: Table): boolean => rows.length > 0;

const criteria = (caption: string, assessments: readonly Assessment[]): Table =>
  table(
    caption,
    ['criterion', 'measured', 'interval, any time', 'bad of', 'verdict'],
    assessments.map((each) => [
      each.text,
      measuredText(each),
      intervalText(each),
      each.claim.kind === 'noIncidents' ? '' : badText(each),
      verdictWord(each.verdict),
    ]),
  );

const badText = (assessment: Assessment): string =>
  assessment.bad === null ? countText(assessment) : `${formatNumber(assessment.bad)} of ${countText(assessment)}`;

const WHAT = ['what', 'value'];

const guardNumbers = ({
  text,
  claim,
  measured,
  bad,
  requests,
  baselineMeasured,
  log10Evidence,
  minute,
  sinceMinute,
  segment,
}: GuardTrip): Table =>
  table(`Guard ${text}`, WHAT, [
    ['measured over its window', formatQuantity(claim, measured)],
    ...(claim.kind === 'noIncidents' ? [] : [['limit', formatQuantity(claim, claim.limit)]]),
    ...(bad === null ? [] : [['bad requests', `${formatNumber(bad)} of ${formatNumber(requests)}`]]),
    ...(segment === undefined ? [] : [['segment', segment]]),
    ['the baseline meanwhile', baselineMeasured === null ? 'not known' : formatQuantity(claim, baselineMeasured)],
    ...(log10Evidence === null ? [] : [['evidence of a breach', `${formatNumber(10 ** log10Evidence)}; it takes 100`]]),
    ['first breaching minute', instant(Date.parse(sinceMinute))],
    ['minute of the trip', instant(Date.parse(minute))],
  ]);

const watchNumbers = (trip: WatchTrip): Table =>
  table('Regression watch', WHAT, [
    ['evidence won mostly on', metricWords(trip.metric)],
    ['bet on', BETS[trip.bet]],
    ['evidence', `${formatNumber(10 ** trip.log10Wealth)}; it takes ${formatNumber(1 / trip.falseRollbacks)}`],
    ['candidate', `${formatNumber(trip.events)} of ${formatNumber(trip.requests)}`],
    ['baseline', `${formatNumber(trip.baselineEvents)} of ${formatNumber(trip.baselineRequests)}`],
    ...(trip.atLeastTimes === null
      ? []
      : [
          [
            "the candidate's rate over the baseline's",
            `at least ${formatNumber(trip.atLeastTimes)} times (95 %, at any time)`,
          ],
        ]),
    ['minutes it was won on', formatNumber(trip.minutes)],
    ['first of them', instant(Date.parse(trip.sinceMinute))],
    ['minute of the trip', instant(Date.parse(trip.minute))],
    ...(trip.unsettled === undefined ? [] : [['minutes not settled yet', formatNumber(trip.unsettled.length)]]),
  ]);
