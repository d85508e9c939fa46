/** Small pieces of wording that report and schedule share. */
import type { Assessment, Verdict } from '../judge/verdict.ts';
import { describeQuantity, formatNumber, formatQuantity } from '../plan/metric.ts';
import type { Claim, Criterion, Phase, Plan } from '../plan/plan.ts';
import type { SlackChannels } from '../plan/slack-channels.ts';
import { instant } from '../rollout/explain.ts';

/** `targetgroup/analyzer-original/73e2…` is known to people as `analyzer-original`. */
export const groupName = (arn: string): string => /targetgroup\/([^/]+)\//.exec(arn)?.[1] ?? arn;

/** The last part of a rule's ARN is enough to know it by. */
export const ruleName = (arn: string): string => arn.split('/').at(-1) ?? arn;

export const formatWeight = (weight: number): string => `${formatNumber(weight)} %`;

/** `144,000 requests, 120 of them failed (0.0833 %)`; without requests there is no share. */
export const formatFailures = (failures: number, requests: number): string =>
  requests > 0
    ? `${formatNumber(requests)} requests, ${formatNumber(failures)} of them failed (${formatNumber((100 * failures) / requests)} %)`
    : 'no requests';

/** A principal by what tells it apart: `OperationsLead/rehearsal`. Tables of sign-offs and commands have it whole. */
export const shortActor = (actor: string): string =>
  actor.startsWith('arn:') ? actor.slice(actor.indexOf('/') + 1) : actor;

/** An instant for people, or what is said where it has not come. */
export const instantOr = (at: number | null | undefined, otherwise: string): string =>
  at === null || at === undefined ? otherwise : instant(at);

/** `failed requests: below 1 %`: what is counted, and on which side of which limit the claim is true. */
export const describeClaim = (claim: Claim): string => describeLimit({ claim, not: false });

/** What must hold for the criterion to pass. */
export const describeLimit = ({ claim, not }: Pick<Criterion, 'claim' | 'not'>): string => {
  if (claim.kind === 'noIncidents') return 'no open incident';
  return `${describeQuantity(claim)}: ${not ? 'not proven ' : ''}${claim.side} ${formatQuantity(claim, claim.limit)}`;
};

const VERDICTS: Readonly<Record<Verdict, string>> = { pass: 'pass', fail: 'FAIL', insufficient: 'insufficient' };

export const verdictWord = (verdict: Verdict): string => VERDICTS[verdict];

export const measuredText = ({ claim, measured, segment }: Assessment): string => {
  if (claim.kind === 'noIncidents') return '';
  if (measured === null) return 'nothing measured';
  return `${formatQuantity(claim, measured)}${segment === undefined ? '' : ` (segment ${segment})`}`;
};

/** Bounds that hold at every look; one that is not known is left open. */
export const intervalText = ({ claim, lower, upper, asymptotic }: Assessment): string => {
  if (lower === null && upper === null) return '';
  const from = lower === null ? 'unknown' : formatQuantity(claim, lower);
  const to = upper === null ? 'unknown' : formatQuantity(claim, upper);
  return `${from} to ${to}${asymptotic === true ? ' (asymptotic)' : ''}`;
};

/** How far what was measured lies from the limit, and on which side; empty where nothing was measured. */
export const marginText = ({ claim, kind, measured }: Assessment): string => {
  if (claim.kind === 'noIncidents' || measured === null) return '';
  const isGoodBelow = (claim.side === 'below') === (kind === 'prove');
  const margin = isGoodBelow ? claim.limit - measured : measured - claim.limit;
  return `${formatQuantity(claim, Math.abs(margin))} ${margin < 0 ? 'beyond' : 'inside'} the limit`;
};

export const countText = ({ requests, of }: Assessment): string => `${formatNumber(requests)} ${of}`;

/** The next phase by its weight and name, for sentences. */
export const describePhase = (phase: Phase): string => `${phase.name} at ${formatWeight(phase.weight)}`;

/** Weights divide requests, not people: with r requests and no stickiness somebody meets the candidate with probability 1 − (1 − w)^r. */
export const meets = (weight: number, requests: number): string =>
  `${formatNumber(100 * (1 - (1 - weight / 100) ** requests))} %`;

export const audienceNote = (plan: Plan, weight: number): string => {
  if (weight >= 100) return 'At 100 % everybody meets the candidate.';
  const { audience } = plan.traffic;
  const who = audience === undefined ? 'somebody' : `each of the ${formatNumber(audience.count)} ${audience.noun}`;
  return `Weights are shares of requests, not of people: at ${formatWeight(weight)} and without stickiness, with 10 requests ${who} meets the candidate with probability ${meets(weight, 10)}, with 100 requests ${meets(weight, 100)}; with rule stickiness about ${formatWeight(weight)} of them do.`;
};

/** `#deployments`; where audiences have channels of their own, all three. */
export const channelsText = ({ everyone, leads, onCall }: SlackChannels): string =>
  leads === everyone && onCall === everyone ? everyone : `${everyone}, leads ${leads}, on call ${onCall}`;
