/** Who is mentioned when. Pure. */
import { MINUTE_MS } from '../plan/duration.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import type { Entry, Notice } from '../rollout/entry.ts';
import { explain } from '../rollout/explain.ts';
import { activeHolds, HOLD_CAUSE } from '../rollout/holds.ts';
import type { HoldCode } from '../rollout/reason.ts';
import type { RolloutState } from '../rollout/rollout.ts';
import { isGoingHome } from '../rollout/same-release.ts';
import { lastWord, rolesOf, signedAlone } from '../rollout/sign-offs.ts';
import { isLive } from '../rollout/situation.ts';

/** Minutes without an answer after which the next ones are mentioned: the primary role, the secondary, the escalation. */
const LEVEL_MINUTES = [0, 15, 30] as const;
const LAST_LEVEL = LEVEL_MINUTES.length - 1;

/** Something that waits for people: a hold that calls them, or a rollback whose weight is not 0 yet. */
export interface Call {
  /** Stays the same as long as it is the same. */
  readonly key: string;
  readonly since: Instant;
  readonly subject: string;
  readonly text: string;
}

/** Circumstances that people are called for all the same (notices.ts). */
const CALLING: ReadonlySet<HoldCode> = new Set(['WAY_BACK_NARROW', 'INCIDENT_OPEN']);

/** @param answeredAt when somebody last gave a command: what began before is answered */
export const openCalls = (state: RolloutState, answeredAt: Instant | null): readonly Call[] => {
  const isOpen = ({ since }: Call): boolean => answeredAt === null || answeredAt < since;
  return [...holdCalls(state), ...rollbackCall(state)].filter(isOpen);
};

const holdCalls = (state: RolloutState): readonly Call[] =>
  state.status === 'rollingBack' || state.endedAt !== null
    ? []
    : activeHolds(state)
        .filter(({ code, told }) => told && (HOLD_CAUSE[code] !== 'circumstance' || CALLING.has(code)))
        .map(({ code, since, reason }) => ({
          key: `${code}@${since}`,
          since,
          subject: `${state.rollout}: held: ${code}`,
          text: explain(reason),
        }));

/** Traffic that is off the candidate waits for nobody. */
const rollbackCall = (state: RolloutState): readonly Call[] => {
  const { rollback } = state;
  if (state.status !== 'rollingBack' || rollback === null || rollback.verifiedAt !== null || isGoingHome(state))
    return [];
  const subject = `${state.rollout}: rolling back, and weight 0 is not seen yet`;
  return [
    { key: `rollback@${rollback.decidedAt}`, since: rollback.decidedAt, subject, text: explain(rollback.reason) },
  ];
};

/** Index of the last of `LEVEL_MINUTES` that has passed. */
export const levelAfter = (since: Instant, now: Instant): number => {
  const minutes = Math.max(0, (now - since) / MINUTE_MS);
  return LEVEL_MINUTES.findLastIndex((after) => minutes >= after);
};

/** Slack ids of the people on call from one level up to another; where nobody is on call, the operators. */
export const onCallBetween = (plan: Plan, from: number, to: number): readonly string[] => {
  const { onCall, leads, operators } = plan;
  if (onCall === undefined) return from === 0 ? operators.slack : [];
  const levels = [
    leads[onCall.primary]?.slack ?? [],
    leads[onCall.secondary]?.slack ?? [],
    onCall.escalation?.slack ?? [],
  ];
  return distinct(levels.slice(from, Math.min(to, LAST_LEVEL) + 1).flat());
};

/** A notice that comes later than this, after an outage of Slack, mentions nobody: what still waits for people calls by itself. */
const NEWS_FOR_MINUTES = 15;

export const isNewsAt = (at: Instant, now: Instant): boolean => now - at <= NEWS_FOR_MINUTES * MINUTE_MS;

/** Members whom a notice of an entry mentions. @param newest how the rollout stands now, which may be long after the notice */
export const mentionedIn = (
  plan: Plan,
  entry: Entry,
  { audience }: Notice,
  {
    answeredAt,
    now,
    newest,
  }: { readonly answeredAt: Instant | null; readonly now: Instant; readonly newest: RolloutState },
): readonly string[] => {
  const at = Date.parse(entry.at);
  const isNews = isNewsAt(at, now);
  switch (audience) {
    case 'everyone':
      return [];
    case 'leads':
      return isNews || isStillAsked(entry, newest) ? leadsAsked(plan, entry, newest) : [];
    case 'onCall': {
      if (!isNews) return [];
      const since = Math.min(at, ...openCalls(entry.state, answeredAt).map((call) => call.since));
      return distinct([...onCallBetween(plan, 0, levelAfter(since, at)), ...leadsOfProof(plan, entry)]);
    }
  }
};

/** The gate that asked is the one that the rollout still waits at. */
const isStillAsked = ({ decision: { reason }, state }: Entry, newest: RolloutState): boolean =>
  reason.code === 'AWAITING_SIGN_OFF' && isLive(newest) && newest.gate?.askedAt === state.gate?.askedAt;

/** Whose GO is missing, at the time and now; with the first reminder the primary role as well, with the second also the secondary. */
const leadsAsked = (plan: Plan, { decision: { reason }, state }: Entry, newest: RolloutState): readonly string[] => {
  if (reason.code !== 'AWAITING_SIGN_OFF') return membersOf(plan, Object.keys(plan.leads));
  const { missing, alone, reminder } = reason;
  const still = missing.filter((role) => lastWord(newest, role)?.answer !== 'GO');
  // Where one person has signed alone, whoever of the gate's leads has not spoken can help.
  const spoken = newest.signOffs.map(({ actor }) => actor);
  const others =
    alone === undefined || signedAlone(plan, newest) === undefined ? [] : membersOf(plan, rolesOf(plan, state));
  return distinct([
    ...membersOf(plan, still),
    ...others.filter((member) => !spoken.includes(`slack:${member}`)),
    ...(reminder > 0 ? onCallBetween(plan, 0, reminder - 1) : []),
  ]);
};

/** What is proven bad concerns those who would have to sign for it. */
const leadsOfProof = (plan: Plan, { decision, state }: Entry): readonly string[] => {
  const { code } = decision.reason;
  const isProof = decision.decision === 'hold' && Object.hasOwn(HOLD_CAUSE, code);
  return isProof && HOLD_CAUSE[code as HoldCode] === 'provenBad' ? membersOf(plan, rolesOf(plan, state)) : [];
};

const membersOf = (plan: Plan, roles: readonly string[]): readonly string[] =>
  distinct(roles.flatMap((role) => plan.leads[role]?.slack ?? []));

const distinct = (members: readonly string[]): readonly string[] => [...new Set(members)];
