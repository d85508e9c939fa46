import { answer } from '../rollout/answer.ts';
import { forbidden } from '../rollout/authority.ts';
import type { Command } from '../rollout/command.ts';
import type { Entry } from '../rollout/entry.ts';
import { explain } from '../rollout/explain.ts';
import { observe } from '../rollout/observe.ts';
import { act } from './act.ts';
import { isFault } from './fault.ts';
import { recordForbidden } from './forbidden.ts';
import { gather } from './gather.ts';
import type { World } from './ports.ts';
import { readHead } from './read-head.ts';
import { record } from './record.ts';

export type Commanded =
  | { readonly ok: true; readonly sentence: string }
  | {
      readonly ok: false;
      readonly refused: string;
      /** Whoever asked may not ask this; `unrecorded`: nor could that be recorded. */
      readonly forbidden?: { readonly unrecorded?: string };
    };

const ATTEMPTS = 3;

/**
 * What an operator or a lead asks, recorded with who asked and why. It uses live weights, health and alarms, but reads and judges no
 * rows: those belong to the tick, and nobody's way back waits for CloudWatch. `actor` must be proven by the caller (lambdas/command); the
 * plan says what it may do. What it may not is recorded as such, before anything outside is looked at.
 *
 * @param stale why the command does not belong to this newest entry any more; asked of the very entry on which ours is written, so that two
 *   people who answer the same question at the same moment answer it once
 */
export const command = async (
  world: World,
  rollout: string,
  asked: Command,
  actor: string,
  stale: (newest: Entry) => string | undefined = () => undefined,
): Promise<Commanded> => {
  const plan = await world.journal.plan(rollout);
  if (isFault(plan)) return { ok: false, refused: plan.toString() };
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const head = await readHead(world, rollout);
    const isLast = attempt === ATTEMPTS;
    const denial = forbidden(plan, head.entry.state, actor, asked);
    if (denial !== undefined) {
      const noted = await recordForbidden(world, head, { command: asked.kind, actor, refused: denial });
      if (noted === 'conflict' && !isLast) continue;
      const unrecorded = noted === 'conflict' ? CHANGED : isFault(noted) ? String(noted) : undefined;
      return { ok: false, refused: denial, forbidden: unrecorded === undefined ? {} : { unrecorded } };
    }
    const over = stale(head.entry);
    if (over !== undefined) return { ok: false, refused: over };
    const situation = observe(plan, head.entry.state, await gather(world, plan, head.entry.state, false));
    const answered = answer(situation, asked, actor);
    if ('refused' in answered) return { ok: false, refused: answered.refused };
    const { decision, state } = answered;
    const cause = { by: 'command', command: asked.kind, actor, why: 'why' in asked ? asked.why : asked.item } as const;
    const recorded = await record(world, head, { situation, decision, state }, cause);
    const written = recorded === 'conflict' || isFault(recorded) ? null : recorded;
    if (recorded === 'conflict' && !(isLast && decision.decision === 'rollBack')) continue;
    if (written === null && decision.decision !== 'rollBack') return { ok: false, refused: String(recorded) };
    const unwritten = await act(world, { ...situation, state }, decision, written, head);
    if (written === null) return { ok: false, refused: UNRECORDED };
    const trouble = unwritten.map((fault) => `It is recorded, and the next tick tries again: ${fault}.`);
    return { ok: true, sentence: [explain(decision.reason), ...trouble].join(' ') };
  }
  return { ok: false, refused: `rollout ${rollout} was ${CHANGED}; try again` };
};

const CHANGED = `changed by others ${ATTEMPTS} times meanwhile`;

const UNRECORDED =
  'the weight was lowered, but the journal could not be written: give the command again until it is recorded, or the rollout goes on';
