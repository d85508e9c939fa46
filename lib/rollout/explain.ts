/** One English sentence for every reason: CLI, report, journal and messages share it. */
import type { GuardTrip, WatchTrip } from '../judge/verdict.ts';
import { unreachable } from '../plan/assert.ts';
import { formatDuration } from '../plan/duration.ts';
import { formatQuantity } from '../plan/metric.ts';
import { lacking, measured, percent, round, segmentText, sidesText, tally } from './assessment-words.ts';
import { personOf } from './authority.ts';
import { type Alone, neverFinishes, type Reason, type ReasonOf } from './reason.ts';

export const explain = (reason: Reason): string =>
  'sameRelease' in reason && reason.sameRelease
    ? `${MEASUREMENT_FAULT}: ${sentenceOf(reason)} ${WHERE_TO_LOOK}`
    : sentenceOf(reason);

/** Of an A/A rollout. */
const MEASUREMENT_FAULT =
  'Both groups run the same release, so this is a fault of the measurement and not of a release';
const WHERE_TO_LOOK =
  'Look at the split of the requests, the zones of the targets, targets of different number or size, cold caches, clients pinned to one side, and limits that the baseline does not keep either.';

const sentenceOf = (reason: Reason): string => {
  switch (reason.code) {
    case 'BLIND':
      return `The newest settled minute is ${formatDuration(reason.behindMinutes)} old${reason.fault ? ` (${reason.fault})` : ''}: CloudWatch says nothing newer. Nothing rises until rows come again.`;
    case 'NO_DATA':
      return `The candidate reported no requests up to ${timeOf(reason.minute)} although about ${round(reason.expectedRequests)} were expected from the baseline's traffic and the weight.`;
    case 'SHARED_OUTAGE':
      return `Both versions break the guard "${reason.guard}" (candidate ${percent(reason.candidateShare)}, baseline ${percent(reason.baselineShare)}, limit ${percent(reason.limit)}): this is not the release.`;
    case 'SPLIT_OFF':
      return `The candidate received ${reason.seenPercent.toFixed(1)} % of ${round(reason.requests)} requests at weight ${weight(reason.weight)}: the comparison is void until the split is right.`;
    case 'INCIDENT_OPEN':
      return `Open incident: ${reason.incidents.join(', ')}.`;
    case 'CANDIDATE_TOO_SMALL':
      return `The candidate has ${reason.healthy ?? 'an unknown number of'} healthy targets; weight ${weight(reason.nextWeight)} needs ${reason.needed ?? "a number that is not known, since the baseline's targets were never counted"}.`;
    case 'WAY_BACK_NARROW':
      return `The baseline has ${reason.healthy} healthy targets, ${reason.needed} could take everything back: a rollback can move only ${reason.sharePercent.toFixed(0)} % at once. The way back is narrow.`;
    case 'INSUFFICIENT_DATA':
      return `After ${formatDuration(reason.bakedMinutes)} the gate still cannot be decided: ${lacking(reason.assessments, reason.passesInARow)}. An operator decides.`;
    case 'SIGN_OFF_EXPIRED':
      return `Sign-offs asked at ${instant(reason.askedAt)} expired at ${instant(reason.expiredAt)}; missing: ${[...reason.missing, ...(reason.alone === undefined ? [] : [secondPerson(reason.alone)])].join(', ')}.`;
    case 'START_LATE':
      return `The start at ${instant(reason.start)} is more than ${formatDuration(reason.lateByMinutes)} past: an operator must confirm it.`;
    case 'GUARD_UNACQUITTED':
      return `${guardSentence(reason.trip)} At weight 100 there is no baseline to compare with: people decide.`;
    case 'WATCH_ON_STICKY':
      return `${watchSentence(reason.trip)} With rule stickiness the guarantee does not apply: people decide.`;
    case 'OPERATOR':
      return `Held by ${reason.actor}: ${reason.why}.`;
    case 'WEIGHT_LOWERED_OUTSIDE':
      return `Somebody or something else lowered the live weight to ${weight(reason.live)}, recorded is ${weight(reason.recorded)} (${ruleName(reason.rule)}). It is not raised again without an operator's resume.`;
    case 'RULE_FOREIGN':
      return `Listener ${ruleName(reason.rule)} no longer forwards to our two target groups (${reason.found}). Nothing is written to it.`;
    case 'RULE_LOCKED':
      return `Users of listener ${ruleName(reason.rule)} now log in with authenticate-cognito: AWS lets Sluice change such a rule no more, a way back would be refused.`;
    case 'WATCHDOG':
      return `After ${formatDuration(reason.staleMinutes)} without a journal entry the watchdog lowered the weight as far as the baseline can carry it. It is not raised again without an operator's resume.`;
    case 'CRITERION_FAILED':
      return `Criterion "${reason.assessment.text}" is proven to fail: ${measured(reason.assessment)}.`;
    case 'GATE_STALE':
      return `The gate had passed, but asked once more "${reason.assessment.text}" fails ${reason.over === 'bake' ? 'since the bake began' : 'on the last bake-length of rows'}: ${measured(reason.assessment)}.`;
    case 'NO_GO':
      return `${reason.role} says NO-GO (${reason.actor})${reason.why ? `: ${reason.why}` : ''}.`;
    case 'SCHEDULED':
      return `Scheduled to start at ${instant(reason.start)}.`;
    case 'STARTED':
      return reason.weight > reason.from
        ? `The candidate goes from ${weight(reason.from)} to ${weight(reason.weight)} of the traffic.`
        : `The next phase begins at weight ${weight(reason.weight)}.`;
    case 'BAKING':
      return reason.waitingForWeight
        ? 'Waiting until the weight is seen on every rule.'
        : `Baked ${formatDuration(reason.bakedMinutes)} of ${formatDuration(reason.ofMinutes)}${reason.waitingForBusiness ? '; the gate waits for business metrics from before the rise' : ''}.`;
    case 'CHECKPOINT':
      return `Checkpoint ${reason.checkpoint}: ${tally(reason.assessments)}.`;
    case 'EXTENDED':
      return `The gate cannot be decided yet (${lacking(reason.assessments)}); the bake goes on to ${formatDuration(reason.toMinutes)}, at most ${formatDuration(reason.upToMinutes)}.`;
    case 'GATE_PASSED':
      return `The gate passed: ${tally(reason.assessments)}.${reason.autoSignOffs.length > 0 ? ` GO by itself: ${reason.autoSignOffs.join(', ')}.` : ''}`;
    case 'AWAITING_SIGN_OFF':
      return awaitedGo(reason);
    case 'AWAITING_START':
      return `Phase ${reason.phase} starts at ${instant(reason.start)} at the earliest.`;
    case 'AWAITING_ROLLOUT':
      return neverFinishes(reason.its)
        ? `Waiting in vain for rollout ${reason.rollout} to finish; it is ${reason.its}. Close this one, and plan it anew under another name.`
        : `Waiting for rollout ${reason.rollout} to finish; it is ${reason.its}.`;
    case 'AWAITING_CHECKLIST':
      return `Not ticked yet: ${reason.items.join('; ')}.`;
    case 'PREFLIGHT_FAILED':
      return `Preflight found: ${reason.problems.join('; ')}.`;
    case 'WINDOW_CLOSED':
      return `No window is open for a rise${reason.opensAt === null ? '' : `; the next opens at ${instant(reason.opensAt)}`}.`;
    case 'FROZEN':
      return `Frozen until ${instant(reason.until)}: ${reason.why}.`;
    case 'GUARD_TRIPPED':
      return guardSentence(reason.trip);
    case 'WATCH_TRIPPED':
      return watchSentence(reason.trip);
    case 'CANDIDATE_UNHEALTHY':
      return reason.registered === 0
        ? 'The candidate has no registered target.'
        : `None of the candidate's ${reason.registered} targets has been healthy for ${formatDuration(reason.sinceMinutes)}.`;
    case 'OUTAGE_AFTER_RISE':
      return `Both versions have failed for ${formatDuration(reason.outageMinutes)}, beginning ${formatDuration(reason.minutesAfterRise)} after a rise: the candidate may be the cause.`;
    case 'COMMANDED':
      return `${reason.actor} commanded ${reason.command}${reason.why ? `: ${reason.why}` : ''}.`;
    case 'WEIGHT_ABOVE':
      return `The live weight was ${weight(reason.live)}, recorded is ${weight(reason.recorded)} (${ruleName(reason.rule)}): set down, and baked again.`;
    case 'WEIGHT_UNWRITTEN':
      return `Recorded is weight ${weight(reason.recorded)}, ${reason.live < 0 ? 'the live weight cannot be read' : `live is ${weight(reason.live)}`} (${ruleName(reason.rule)}${reason.fault ? `, cannot ${reason.fault}` : ''}).`;
    case 'HELD_TOO_LONG':
      return `Nobody answered ${reason.hold} for ${formatDuration(reason.heldMinutes)}: back to the baseline.`;
    case 'RECOVERED':
      return `${reason.hold} held for ${formatDuration(reason.heldMinutes)} and is over; the rollout goes on.`;
    case 'DRAINED':
      return `The candidate has had no more requests; the rollback is complete ${formatDuration(reason.afterMinutes)} after weight 0 was seen.`;
    case 'STICKY_TAIL':
      return `Weight 0 was seen ${formatDuration(reason.afterMinutes)} ago, yet ${round(reason.requests)} requests still reached the candidate: clients are pinned to it.`;
    case 'AA_OVER':
      return `The last gate of the A/A rollout passed: all traffic goes back to the baseline, from ${weight(reason.from)}. Both groups run the same release, so there is nothing to keep.`;
    case 'FINISHED':
      if (reason.weight === 0) return 'Finished: the baseline serves everything again.';
      if (reason.weight < 100) return `Finished: the candidate keeps ${weight(reason.weight)} of the traffic.`;
      return reason.resting === 'agrees'
        ? 'Finished: the candidate serves everything.'
        : "Finished: the candidate serves everything. Set the resting group in the service's template to the candidate and deploy, or the next stack update sends everybody back.";
    case 'CLOSED':
      return `Closed by ${reason.actor}: ${reason.why}. No weight was touched.`;
    case 'RECORDED_LATE':
      return `The weight had been lowered before it could be recorded. ${explain(reason.of)}`;
    default:
      return unreachable(reason);
  }
};

/** Whose GO is needed besides. */
export const secondPerson = ({ starter, isUnclear }: Alone): string => {
  const who =
    starter === null
      ? 'a GO from a second person, since a deployment started the rollout and nobody knows who'
      : `a GO from somebody else than ${personOf(starter)}, who started the rollout`;
  return isUnclear ? `${who} (somebody of Slack and somebody of AWS may be the same person)` : who;
};

const awaitedGo = ({ missing, alone, expiresAt }: ReasonOf<'AWAITING_SIGN_OFF'>): string => {
  const until = `until ${instant(expiresAt)}`;
  if (alone === undefined) return `Waiting for GO from ${missing.join(', ')} ${until}.`;
  return missing.length === 0
    ? `Every role has given GO, and the gate waits for ${secondPerson(alone)}, ${until}.`
    : `Waiting for GO from ${missing.join(', ')} ${until}; it needs ${secondPerson(alone)}.`;
};

const guardSentence = (trip: GuardTrip): string => {
  const { segment, ofSegment } = trip;
  if (segment !== undefined && ofSegment !== undefined)
    return `Guard "${trip.text}" tripped at ${timeOf(trip.minute)}: ${segmentText(trip.claim, segment, trip.measured, ofSegment, 99)}.`;
  const counts = trip.bad === null ? '' : `, ${round(trip.bad)} of ${round(trip.requests)}`;
  const baseline =
    trip.baselineMeasured === null
      ? ''
      : `; baseline ${formatQuantity(trip.claim, trip.claim.kind === 'share' ? Math.max(0, trip.baselineMeasured) : trip.baselineMeasured)}`;
  const proof =
    trip.log10Evidence === null
      ? ''
      : ` The breach is proven: evidence ${trip.log10Evidence > 6 ? 'above a million' : round(10 ** trip.log10Evidence)}, 100 is enough.`;
  const where = segment === undefined ? '' : ` in segment ${segment}`;
  return `Guard "${trip.text}" tripped at ${timeOf(trip.minute)}${where}: ${formatQuantity(trip.claim, trip.measured)}${counts}${baseline}.${proof}`;
};

const watchSentence = (trip: WatchTrip): string =>
  `In the last ${formatDuration(trip.minutes)} the candidate ${comparison(trip)}${unsettledWords(trip)}. A healthy release would look like this in fewer than 1 of ${round(1 / trip.falseRollbacks)} rollouts.`;

/** The counts of unsettled minutes are taken at their worst for a rollback. */
const unsettledWords = ({ unsettled }: WatchTrip): string => {
  if (unsettled === undefined) return '';
  return unsettled.length === 1
    ? ' (the newest minute is not complete yet, and taken at its best for the candidate)'
    : ` (the newest ${unsettled.length} minutes are not complete yet, and taken at their best for the candidate)`;
};

const comparison = ({
  metric,
  bet,
  requests,
  events,
  baselineRequests,
  baselineEvents,
  atLeastTimes,
}: WatchTrip): string => {
  const { served, ofThose, segment } = wordsFor(metric);
  // Without a baseline there is only the bet on the rate of failures.
  if (baselineRequests === 0)
    return `failed ${round(events)} of ${round(requests)} requests, far more than before the rollout`;
  const part = served.replace('#', partOf(requests, baselineRequests));
  const seen = `${partOf(events, baselineEvents)} of ${ofThose} (${round(events)} of ${round(events + baselineEvents)})`;
  const rates = segment === undefined ? '' : `; ${sidesText(requests, events, baselineRequests, baselineEvents)}`;
  if (bet === 'fall')
    return `${part} but only ${seen}; at the baseline's rate it would have ${round((requests * baselineEvents) / baselineRequests)}`;
  const times = atLeastTimes === null ? '' : `, at least ${atLeastTimes.toFixed(1)} times the baseline's rate`;
  return `${part} but ${seen}${times}${rates}`;
};

const partOf = (ours: number, theirs: number): string => `${((100 * ours) / Math.max(1, ours + theirs)).toFixed(1)} %`;

/** By the name of a metric in a trip; `#` is the candidate's part. */
const wordsFor = (metric: string): { readonly served: string; readonly ofThose: string; readonly segment?: string } => {
  const [kind = ''] = metric.split(':');
  const of = metric.slice(kind.length + 1);
  const served = 'served # of the requests';
  if (kind === 'slow')
    return { served: 'gave # of the answers', ofThose: `those slower than ${of.replace('ms', ' ms')}` };
  if (kind === 'unavailable') return { served, ofThose: 'those that got no answer' };
  if (kind === 'segment') return { served: `${served} of segment ${of}`, ofThose: 'its failures', segment: of };
  return { served, ofThose: kind === 'orders' ? 'the orders' : 'the failures' };
};

const weight = (value: number): string => `${Number(value.toFixed(1))} %`;

/** `2025-10-31 12:00 UTC` */
export const instant = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
/** `2025-10-31 12:00:07 UTC` */
export const second = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
const timeOf = (minute: string): string => instant(Date.parse(minute));

/** The last part of an ARN is enough to know a rule by. */
export const ruleName = (arn: string): string => `rule ${arn.split('/').at(-1) ?? arn}`;
