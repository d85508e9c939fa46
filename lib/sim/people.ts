import type { Instant, People, Plan } from '../plan/plan.ts';
import type { Command } from '../rollout/command.ts';
import type { Entry } from '../rollout/entry.ts';
import { MINUTE } from './clock.ts';
import { stream, uniform } from './random.ts';

/** `given`: every lead asked says GO; `none`: nobody answers; `no-go`: the first lead asked says NO-GO. */
export type SignOffs = 'given' | 'none' | 'no-go';

/** How simulated people behave. */
export const PEOPLE = {
  startEarlyMinutes: 10,
  /** Required items of the first phase are ticked so long after the start command, those of a later phase so long after the phase before began. */
  tickFirstAfterMinutes: 1,
  tickAfterMinutes: 10,
  /** Leads answer between these, evenly drawn. */
  answerLeastMinutes: 5,
  answerMostMinutes: 60,
} as const;

interface Action {
  readonly at: Instant;
  readonly identity: string;
  readonly command: Command;
}

export interface PeopleData {
  /** Still to be done, ascending. */
  actions: Action[];
  /** Phases whose checklist was seen to. */
  tickedPhases: number;
  /** `phase role` of sign-offs that were asked and seen to. */
  readonly answered: string[];
}

export const initialPeople = (): PeopleData => ({ actions: [], tickedPhases: 0, answered: [] });

/** An identity that the plan admits: by a pattern of principals, else by a Slack id. */
const named = ({ principals, slack }: People, name: string): string =>
  principals[0]?.replaceAll('*', name) ?? `slack:${slack[0] ?? ''}`;

export const operatorOf = (plan: Plan): string => named(plan.operators, 'rehearsal');

/**
 * Leads whose patterns are the same are told apart by their names: one identity may not sign for two roles. Where duties are separated, all
 * are, since whoever starts has a name, too.
 */
export const leadOf = (plan: Plan, role: string): string => {
  const people = plan.leads[role];
  if (people === undefined) return '';
  const identity = named(people, 'rehearsal');
  const first = Object.values(plan.leads).find((each) => named(each, 'rehearsal') === identity);
  return first === people && !plan.separationOfDuty ? identity : named(people, `rehearsal-${role}`);
};

/** What people do about a new entry: they tick the checklist of the phase to come and answer what they are asked. */
export const notice = (plan: Plan, people: PeopleData, entry: Entry, seed: number, signOffs: SignOffs): void => {
  const at = Date.parse(entry.at);
  const coming = entry.state.phase + 1;
  if (coming >= people.tickedPhases) tickChecklist(plan, people, coming, at);
  const { reason } = entry.decision;
  if (reason.code === 'AWAITING_SIGN_OFF' && signOffs !== 'none')
    answer(plan, people, entry.state.phase, reason.missing, at, seed, signOffs);
};

const tickChecklist = (plan: Plan, people: PeopleData, phase: number, at: Instant): void => {
  people.tickedPhases = phase + 1;
  const minutes = phase === 0 ? PEOPLE.tickFirstAfterMinutes : PEOPLE.tickAfterMinutes;
  const items = plan.phases[phase]?.checklist.filter(({ required }) => required) ?? [];
  for (const { item } of items) {
    schedule(people, { at: at + minutes * MINUTE, identity: operatorOf(plan), command: { kind: 'checkOff', item } });
  }
};

const answer = (
  plan: Plan,
  people: PeopleData,
  phase: number,
  roles: readonly string[],
  at: Instant,
  seed: number,
  signOffs: SignOffs,
): void => {
  for (const [index, role] of roles.entries()) {
    const key = `${phase} ${role}`;
    if (people.answered.includes(key)) continue;
    people.answered.push(key);
    const minutes =
      PEOPLE.answerLeastMinutes +
      (PEOPLE.answerMostMinutes - PEOPLE.answerLeastMinutes) * uniform(stream(seed, `sign-off ${key}`));
    const isNo = signOffs === 'no-go' && index === 0;
    schedule(people, {
      at: at + Math.round(minutes * 60) * 1000,
      identity: leadOf(plan, role),
      command: {
        kind: 'signOff',
        phase: plan.phases[phase]?.name ?? '',
        role,
        answer: isNo ? 'NO-GO' : 'GO',
        why: isNo ? 'rehearsal: not convinced' : 'rehearsal: the report reads well',
      },
    });
  }
};

const schedule = (people: PeopleData, action: Action): void => {
  people.actions = [...people.actions, action].sort((one, other) => one.at - other.at);
};
