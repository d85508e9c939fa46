/**
 * Who changed a rule past Sluice. CloudTrail knows, but minutes later: so it is asked by later ticks, at most three times for each drift,
 * and people get the answer in a message of its own. Pure; no decision ever goes by it.
 */
import { MINUTE_MS } from '../plan/duration.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import type { Decision, Entry, Notice } from './entry.ts';
import type { Evidence, LookUp, RuleChange } from './evidence.ts';
import { ruleName, second } from './explain.ts';
import type { Reason } from './reason.ts';
import type { DriftSeen, RolloutState } from './rollout.ts';

/**
 * Minutes after the drift was seen. CloudTrail has an event after about 5 minutes on the average, and promises nothing:
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
 */
const ASKED_AFTER_MINUTES: readonly number[] = [3, 8, 16];
const LOOK_UPS_AT_MOST = ASKED_AFTER_MINUTES.length;

/** A rule may show a change some seconds late, and its clock is not ours. */
const MARGIN_MS = 30_000;

/** When the rules were last looked at for drift: a tick does, and a command or the watchdog does not. */
export const lastLook = ({ at, cause }: Pick<Entry, 'at' | 'cause'>): Instant =>
  Date.parse(at) - (cause.by === 'schedule' ? 0 : TICKS_WITHIN_MS);

/** So long ago a tick wrote an entry, mostly: every third minute brings one. */
const TICKS_WITHIN_MS = 10 * MINUTE_MS;

/** In what time the change was made. */
export const windowOf = ({ since, seenAt }: DriftSeen): { readonly from: Instant; readonly to: Instant } => ({
  from: since - MARGIN_MS,
  to: seenAt + MARGIN_MS,
});

/** The drifts for which CloudTrail is asked now. */
export const dueLookUps = ({ drifts = [] }: Pick<RolloutState, 'drifts'>, now: Instant): readonly DriftSeen[] =>
  drifts.filter(({ isAnswered, lookUps, seenAt }) => {
    const after = ASKED_AFTER_MINUTES[lookUps];
    return !isAnswered && after !== undefined && now - seenAt >= after * MINUTE_MS;
  });

type DriftReason = Extract<Reason, { readonly code: DriftSeen['code'] }>;

/** Why a decision answers to a drift that was not there before, or still is to be corrected. */
const driftReason = ({ decision, reason }: Decision): DriftReason | undefined => {
  if (decision !== 'correct' && decision !== 'hold') return undefined;
  return reason.code === 'WEIGHT_ABOVE' || reason.code === 'WEIGHT_LOWERED_OUTSIDE' || reason.code === 'RULE_FOREIGN'
    ? reason
    : undefined;
};

/**
 * The state with the drifts that are still to be asked about: one for each code, from when it is first decided on until it is answered and
 * over. Without leave to ask, nothing changes.
 *
 * @param since `lastLook` of the entry before: then the rules were as recorded
 */
export const followDrifts = (
  state: RolloutState,
  decision: Decision,
  evidence: Evidence,
  since: Instant,
): RolloutState => {
  const { lookUps, now } = evidence;
  const { drifts = [] } = state;
  if (lookUps === undefined) return state;
  const followed = drifts
    .map((drift) => afterLookUp(drift, lookUps))
    .filter(({ isAnswered, code }) => !isAnswered || code === decision.reason.code);
  const reason = driftReason(decision);
  if (reason !== undefined && followed.every(({ code }) => code !== reason.code))
    followed.push(begun(reason, evidence, since, now));
  const isSame = followed.length === drifts.length && followed.every((drift, index) => drift === drifts[index]);
  return isSame ? state : { ...state, drifts: followed.length === 0 ? undefined : followed };
};

const begun = (reason: DriftReason, { rules }: Evidence, since: Instant, seenAt: Instant): DriftSeen => ({
  code: reason.code,
  rule: reason.rule,
  live: reason.code === 'RULE_FOREIGN' ? null : reason.live,
  isGone: rules.some(({ rule, kind }) => rule === reason.rule && kind === 'gone'),
  since,
  seenAt,
  lookUps: 0,
  isAnswered: false,
});

const afterLookUp = (drift: DriftSeen, lookUps: readonly LookUp[]): DriftSeen => {
  const made = lookUps.find((lookUp) => lookUp.drift.code === drift.code);
  if (made === undefined) return drift;
  const isAnswered = culpritOf(made) !== undefined || isLast(made);
  return { ...drift, lookUps: drift.lookUps + 1, isAnswered };
};

const isLast = ({ drift }: LookUp): boolean => drift.lookUps + 1 >= LOOK_UPS_AT_MOST;

/**
 * The newest change that left what was seen there: every change replaces the whole list of actions. It need not be told from our own ones,
 * which leave what is recorded; where one of ours did leave it, a tick that slept for minutes say, it is the culprit.
 */
const culpritOf = ({ drift, changes }: LookUp): RuleChange | undefined =>
  'code' in changes ? undefined : changes.find(({ weight }) => weight === null || weight === drift.live);

/** What people are told of this tick's look-ups: who it was, or with the last one that it stays unknown. */
export const culpritNotices = ({ rollout }: Plan, lookUps: readonly LookUp[]): readonly Notice[] =>
  lookUps.flatMap((lookUp): readonly Notice[] => {
    const { code } = lookUp.drift;
    const culprit = culpritOf(lookUp);
    if (culprit !== undefined)
      return [
        { audience: 'onCall', subject: `${rollout}: who changed the rule (${code})`, text: found(lookUp, culprit) },
      ];
    if (!isLast(lookUp)) return [];
    return [
      { audience: 'onCall', subject: `${rollout}: not known who changed the rule (${code})`, text: inVain(lookUp) },
    ];
  });

const found = ({ drift }: LookUp, { by, tool, at, id }: RuleChange): string => {
  const { from, to } = windowOf(drift);
  return [
    `Most likely ${by} ${drift.isGone ? 'deleted' : 'changed'} ${ruleName(drift.rule)} at ${second(at)}, with ${tool} (CloudTrail event ${id}).`,
    `It is the newest such change that CloudTrail has between ${second(from)} and ${second(to)}.`,
  ].join(' ');
};

const inVain = ({ drift, changes }: LookUp): string => {
  const { from, to } = windowOf(drift);
  const why =
    'code' in changes
      ? `the last time it could not be asked (${changes.code}: cannot ${changes.operation})`
      : 'it has no such change';
  return `CloudTrail was asked ${LOOK_UPS_AT_MOST} times who changed ${ruleName(drift.rule)} between ${second(from)} and ${second(to)}; ${why}. ${byHand(drift.isGone)}`;
};

/** With the message of the drift itself; undefined: the decision answers to none. */
export const whoDidIt = (decision: Decision, { lookUps, rules }: Evidence): string | undefined => {
  const reason = driftReason(decision);
  if (reason === undefined) return undefined;
  if (lookUps !== undefined)
    return 'CloudTrail is asked who did it; it knows some minutes later, and a message follows.';
  return byHand(rules.some(({ rule, kind }) => rule === reason.rule && kind === 'gone'));
};

const byHand = (isGone: boolean): string =>
  `Who did it: CloudTrail console, Event history, event name ${isGone ? 'DeleteRule' : 'ModifyRule'}; it may lag by a quarter of an hour.`;
