/** The rollouts whose journals are kept: short ones, each with something that a decision hangs on, by the simulator. */
import { command } from '../lib/controller/command.ts';
import { nothingRemembered, watchdog } from '../lib/controller/watchdog.ts';
import type { Turns } from '../lib/controller/watchdog-lower.ts';
import type { Command } from '../lib/rollout/command.ts';
import type { RolloutState } from '../lib/rollout/rollout.ts';
import { isEnded } from '../lib/rollout/situation.ts';
import type { Behaviour } from '../lib/sim/behaviour.ts';
import { readFault } from '../lib/sim/fault-text.ts';
import { isInputProblem } from '../lib/sim/input-problem.ts';
import { operatorOf, type SignOffs } from '../lib/sim/people.ts';
import { begin, proceed, type Rehearsal } from '../lib/sim/rehearsal.ts';

const MINUTE = 60_000;
const REQUESTS_PER_MINUTE = 60_000;
/** Nobody looks at it longer than this after its start. */
const AT_MOST_MINUTES = 90;

export interface KeptRollout {
  /** Also the journal's file name. */
  readonly name: string;
  /** What happens, in one sentence. */
  readonly story: string;
  readonly faults?: readonly string[];
  readonly signOffs?: SignOffs;
  readonly requestsPerMinute?: number;
  /** What the plan says otherwise. */
  readonly plan?: (source: string) => string;
  /** What the operator asks, by minutes after the start. */
  readonly commands?: readonly (readonly [minute: number, command: Command])[];
  readonly watchdog?: true;
  /** After its start, where what is of interest is over sooner than the rollout. */
  readonly minutes?: number;
}

const withoutWatch = (source: string): string => `${source}\nregressionWatch: { off: the guards are to decide here }\n`;
const RESUME: Command = { kind: 'resume', why: 'the cause is known and gone' };

export const KEPT_ROLLOUTS: readonly KeptRollout[] = [
  { name: 'healthy', story: 'A healthy release goes through both phases.' },
  {
    name: 'guard',
    story:
      'A twentieth of the requests fails from the tenth minute on, and no watch is armed: the guard on failures trips.',
    faults: ['failures 5% from 00:10'],
    plan: withoutWatch,
  },
  {
    name: 'gauge-guard',
    story: 'The processors of the candidate are busy: a guard without a proof trips.',
    faults: ['candidate gauge cpu 95 from 00:08'],
  },
  {
    name: 'watch',
    story: 'Failures are four times as frequent, below every limit: the watch trips.',
    faults: ['failures x4 from 00:08'],
  },
  {
    name: 'watch-early',
    story: 'Failures are fifty times as frequent: the watch trips on minutes that have not settled.',
    faults: ['failures x50 from 00:10'],
  },
  {
    name: 'slow-criterion',
    story:
      'Answers are slower than a criterion allows, and no watch is armed: it is proven to fail, and held until nobody has answered.',
    faults: ['p99 230ms from 00:02'],
    plan: withoutWatch,
  },
  {
    name: 'too-few',
    story: 'Too few requests: the gate is extended, then it waits for an operator.',
    requestsPerMinute: 200,
    minutes: 46,
  },
  {
    name: 'no-go',
    story: 'Product says NO-GO after the gate, and nobody answers that.',
    signOffs: 'no-go',
  },
  {
    name: 'shared-outage',
    story: 'Both versions fail for eight minutes: it holds, and goes on by itself.',
    faults: ['both failures 5% from 00:14 for 8m'],
    minutes: 45,
  },
  {
    name: 'silence',
    story: 'CloudWatch says nothing for twenty minutes; what came late is judged in order, and the rollout goes on.',
    faults: ['cloudwatch silent from 00:06 for 20m'],
    minutes: 36,
  },
  {
    name: 'no-targets',
    story: 'The candidate loses all its targets: it is taken out of traffic, and drained when they are back.',
    faults: ['candidate targets 0 of 20 from 00:06 for 6m'],
    minutes: 40,
  },
  {
    name: 'by-hand',
    story: 'Somebody raises the weight, which is corrected, then lowers it, which holds until the operator resumes.',
    faults: ['weight 30 by hand at 00:06', 'weight 0 by hand at 00:16'],
    commands: [[24, RESUME]],
    minutes: 36,
  },
  {
    name: 'incident',
    story: 'An alarm opens an incident before the gate, and the operator opens another one.',
    faults: ['incident from 00:12 for 6m'],
    commands: [
      [20, { kind: 'openIncident', name: 'database', why: 'it fails over' }],
      [28, { kind: 'closeIncident', name: 'database', why: 'over' }],
    ],
    minutes: 42,
  },
  {
    name: 'narrow-way-back',
    story:
      'A third of the baseline is gone when the candidate begins to fail: the rollback goes as far as the rest can carry, then on.',
    faults: ['baseline targets 13 of 20 growing 0.2/min from 00:10', 'failures x50 from 00:10'],
  },
  {
    name: 'watchdog',
    story: 'No tick for fifteen minutes: the watchdog lowers the weight, and the operator resumes.',
    faults: ['no ticks from 00:10 for 15m'],
    commands: [[32, RESUME]],
    watchdog: true,
    minutes: 40,
  },
  {
    name: 'aa',
    story: 'Both groups run the same release, and all traffic goes back at the end.',
    plan: (source) => `mode: aa\n${source}`,
  },
];

/** The lines of its journal. @param source the plan as written */
export const rehearseKept = async (source: string, kept: KeptRollout): Promise<readonly string[]> => {
  const lines: string[] = [];
  const began = await begin({
    source: (kept.plan ?? ((same) => same))(source),
    seed: 1,
    faults: (kept.faults ?? []).map(faultOf),
    signOffs: kept.signOffs ?? 'given',
    requestsPerMinute: kept.requestsPerMinute ?? REQUESTS_PER_MINUTE,
    sink: (line) => lines.push(line),
  });
  if ('refused' in began) throw new Error(`${kept.name}: ${began.refused.join('; ')}`);
  const { plan, world } = began;
  for (const [minute, asked] of kept.commands ?? []) {
    await goOn(began, plan.start + minute * MINUTE, kept);
    const answered = await command(world, plan.rollout, asked, operatorOf(plan));
    if (!answered.ok) throw new Error(`${kept.name}: ${asked.kind} was refused: ${answered.refused}`);
  }
  await goOn(began, plan.start + (kept.minutes ?? AT_MOST_MINUTES) * MINUTE, kept);
  if (began.run.refusals.length > 0) throw new Error(`${kept.name}: ${began.run.refusals.join('; ')}`);
  return lines;
};

const faultOf = (text: string): Behaviour => {
  const fault = readFault(text);
  if (isInputProblem(fault)) throw new Error(fault.problem);
  return fault;
};

const goOn = async (rehearsal: Rehearsal, until: number, { watchdog: isWatched }: KeptRollout): Promise<void> => {
  const { world } = rehearsal;
  let memory = nothingRemembered;
  while (!isOver(rehearsal) && (await proceed({ ...rehearsal, until })))
    if (isWatched) memory = (await watchdog(world, memory, AT_ONCE)).memory;
  if (!isOver(rehearsal)) world.data.now = until;
};

/** Nobody waits, and nothing takes its time. */
const AT_ONCE: Turns = { breathe: async () => {}, within: (turn) => turn() };

const isOver = ({ run }: Rehearsal): boolean =>
  run.last !== null && isEnded(run.last satisfies Pick<RolloutState, 'status'>);
