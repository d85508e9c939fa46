import * as z from 'zod';
import { parseCriterion } from './criterion.ts';
import { DAY_MINUTES, HOUR_MINUTES } from './duration.ts';
import { duration, instant, listOf, name, percent, text, whole, word, written } from './fields.ts';

const criterion = written(
  'must be an expression such as `errorRate < 1%`, `not revenueDelta < -3%` or `noIncidents`',
  'errorRate < 1%',
  parseCriterion,
);

/** `tag exists` or `{ item: tag exists, required: true }`. */
const checklistItem = z
  .union(
    [
      text(200),
      z.strictObject({
        item: text(200).describe('What is to be done.'),
        required: z
          .boolean({ error: 'must be true or false' })
          .prefault(false)
          .describe('The phase does not start until it is ticked.'),
      }),
    ],
    {
      error: 'must be text of 1 to 200 characters or { item, required }',
    },
  )
  .transform((item) => (typeof item === 'string' ? { item, required: false } : item));

const checkpoints = z.union([word(['daily']), listOf(duration('1m', '30d'), 0, 100)], {
  error: 'must be `daily` or a list of at most 100 durations after the start of the bake, such as [15m, 1h]',
});

/** A phase as operators write it, value by value; rules over several keys are in phase-rules.ts. */
export const phaseKeys = z.strictObject({
  name: name().describe('What the phase is called, in messages and commands.'),
  start: instant().optional().describe('Not before this; without it, as soon as the phase before allows.'),
  weight: percent(0.1, 100).describe("The candidate's share of the traffic; not below that of the phase before."),
  bake: duration('5m', '30d').describe(
    'How long the phase must stay at its weight, counted from when all rules were seen there; the gate is at its end.',
  ),
  checkpoints: checkpoints
    .prefault([])
    .describe(
      'When the state of all criteria is announced, counted from the start of the bake; the gate at its end is implied.',
    ),
  advance: listOf(criterion, 0, 30)
    .prefault([])
    .describe('Criteria: what must be proven to go on. Empty only where signOff.roles asks somebody.'),
  onFail: word(['hold', 'rollBack']).prefault('hold').describe('What a criterion that is proven to fail does.'),
  onTrip: word(['hold', 'rollBack'])
    .optional()
    .describe(
      'What a guard does in phases of weight 100 after the first there, the only ones that may say so; hold, unless given.',
    ),
  extendUpTo: duration('5m', '60d')
    .optional()
    .describe(
      'Total bake with extensions, 15m each, while a criterion cannot be decided; twice the bake, or 4h more for bakes of 24h and longer, unless given.',
    ),
  signOff: z
    .strictObject({
      roles: listOf(name(), 0, 20).prefault([]).describe('Roles of leads whose GO is needed.'),
      auto: listOf(name(), 0, 20)
        .prefault([])
        .describe('Roles of leads whose GO is given by itself when all criteria pass; each may still say NO-GO.'),
    })
    .prefault({})
    .describe('Whose GO the rise to the next phase needs, asked when the gate passes.'),
  advanceAfter: duration('0m', '30d').prefault('0m').describe('Pause before the next rise: a last chance to say no.'),
  passInARow: whole(0, 100)
    .prefault(0)
    .describe('So many last checkpoints must all have passed; at most as many as there are.'),
  warmUp: duration('0m', '2h')
    .prefault('3m')
    .describe('Time after a rise whose rows count for guards and health only; shorter than the bake.'),
  checklist: listOf(checklistItem, 0, 50)
    .prefault([])
    .describe('What operators tick; a required item blocks the start of the phase.'),
});

type PhaseKeys = z.output<typeof phaseKeys>;

/** The phase as everything downstream reads it; `start` comes resolved. */
export function toPhase(
  { start: _, bake, checkpoints, extendUpTo, advanceAfter, warmUp, ...keys }: PhaseKeys,
  start?: number,
) {
  return {
    ...keys,
    /** Not before; absent: as soon as the predecessor allows. The first phase has the rollout's start. */
    ...(start === undefined ? {} : { start }),
    bakeMinutes: bake,
    /** Minutes after the bake's start, ascending, all before `bakeMinutes` (the gate is implied). */
    checkpointMinutes: checkpoints === 'daily' ? dailyCheckpoints(bake) : checkpoints,
    daily: checkpoints === 'daily',
    onTrip: keys.onTrip ?? ('hold' as const),
    /** Total bake with all extensions. */
    extendUpToMinutes: extendUpTo ?? (bake < DAY_MINUTES ? 2 * bake : bake + 4 * HOUR_MINUTES),
    advanceAfterMinutes: advanceAfter,
    warmUpMinutes: warmUp,
  };
}

/** Every 24 h of the bake, without its end. */
export const dailyCheckpoints = (bakeMinutes: number): readonly number[] =>
  Array.from({ length: Math.ceil(bakeMinutes / DAY_MINUTES) - 1 }, (_, day) => (day + 1) * DAY_MINUTES);
