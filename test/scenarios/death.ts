/** Kills the process at every await of a tick, and lets the next wake-up go on. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { assert } from '../../lib/plan/assert.ts';
import { activeHolds } from '../../lib/rollout/holds.ts';
import { deathsOf, proceedAndDie } from '../../lib/sim/crash.ts';
import { viewEntry } from '../../lib/sim/entry-view.ts';
import { readFault } from '../../lib/sim/fault-text.ts';
import { stream, uniform } from '../../lib/sim/random.ts';
import {
  begin,
  forkRehearsal,
  outcomeOf,
  proceed,
  type Rehearsal,
  type RehearsalOptions,
} from '../../lib/sim/rehearsal.ts';
import { resultOf } from '../../lib/sim/run.ts';
import { scenarioNames } from '../../lib/sim/scenario.ts';
import { shortSource } from './run.ts';

/** Ticks at which nothing was decided but waiting that are tried besides, drawn by seed. */
const QUIET_TICKS = 50;

/**
 * A retry storm is left out: whether the watch survives the next one hangs on single rows until blocks of minutes are measured
 * (judgement.md section 4), so a bake that begins a minute later is another draw, not another outcome of the same. The shortened
 * plan has no day 9.
 */
const SCENARIOS = scenarioNames().filter((name) => name !== 'retry-storm' && name !== 'db-outage-day-9');

/** Scenarios that go through most of the plan; the others roll back or hold within two days. */
const WHOLE = [
  'baseline-fails',
  'both-fail-8m',
  'capacity-small',
  'cloudwatch-silent',
  'hand-raised',
  'healthy',
  'incident',
  'no-sign-off',
  'one-bad-minute',
  'ticks-lost',
];
export const GOES_ON = SCENARIOS.filter((name) => WHOLE.includes(name));
export const ENDS_EARLY = SCENARIOS.filter((name) => !WHOLE.includes(name));

/**
 * Everything that the future depends on: two rehearsals with the same marks at one instant go on alike. The state stays the text that was
 * written: to parse it takes as long as a tick.
 */
const marksOf = ({ world, run }: Rehearsal): string => {
  const { now, head, rules, claims } = world.data;
  assert(head !== null, 'a rehearsal that began has entry 0');
  const { at, decision } = viewEntry(head.body);
  const stands = rules.map(({ stretches, ...rule }) => [rule, stretches.at(-1)]);
  const state = head.body.indexOf(STATE);
  assert(state > 0, 'an entry has a state');
  return JSON.stringify([now, at, decision, stands, [...claims], run.people, run.handsDone]) + head.body.slice(state);
};

/** Quotes inside of strings are escaped, so this is found only where the state begins. */
const STATE = ',"state":{"schema":';

const optionsOf = (scenario: string): RehearsalOptions => {
  const given = parse(readFileSync(`examples/scenarios/${scenario}.yaml`, 'utf8'));
  const faults = (given.faults ?? []).map((text: string) => readFault(text));
  return {
    source: shortSource,
    seed: given.seed ?? 1,
    faults,
    signOffs: given.signOffs ?? 'given',
    requestsPerMinute: given.requestsPerMinute,
  };
};

const beginScenario = async (scenario: string): Promise<Rehearsal> => {
  const began = await begin(optionsOf(scenario));
  if ('refused' in began) throw new Error(began.refused.join());
  return began;
};

interface Reference {
  /** Marks after each proceed, by instant. */
  readonly marks: ReadonlyMap<number, string>;
  /** Steps (by number) at which to die. */
  readonly steps: ReadonlySet<number>;
  readonly end: ReturnType<typeof endOf>;
}

/** How a rehearsal ended; minutes of the decisions that matter, to be compared with some slack. */
const endOf = (rehearsal: Rehearsal) => {
  const { outcome, weight, state, decisions, endedAt } = resultOf(rehearsal);
  const moves = decisions.filter(
    ({ decision }) => decision === 'advance' || decision === 'rollBack' || decision === 'finish',
  );
  return {
    facts: {
      outcome,
      weight,
      phase: state.phase,
      status: state.status,
      holds: activeHolds(state)
        .map(({ code }) => code)
        .toSorted(),
    },
    endedAt: Date.parse(endedAt),
    firstMoves: new Map(moves.toReversed().map(({ decision, phase, at }) => [`${phase} ${decision}`, Date.parse(at)])),
  };
};

const reference = async (scenario: string): Promise<Reference> => {
  const rehearsal = await beginScenario(scenario);
  const marks = new Map<number, string>();
  const steps = new Set<number>();
  const quiet: number[] = [];
  let number = 0;
  for (
    let before = rehearsal.run.decisions.length;
    outcomeOf(rehearsal) === null && (await proceed(rehearsal));
    before = rehearsal.run.decisions.length
  ) {
    const decided = rehearsal.run.decisions.slice(before);
    if (
      decided.some(
        ({ decision, reason }) => decision !== 'wait' || reason.code === 'GATE_PASSED' || reason.code === 'CHECKPOINT',
      )
    )
      steps.add(number);
    else quiet.push(number);
    marks.set(rehearsal.world.data.now, marksOf(rehearsal));
    number += 1;
  }
  const draw = stream(1, `death ${scenario}`);
  for (let drawn = 0; drawn < QUIET_TICKS && quiet.length > 0; drawn++)
    steps.add(quiet[Math.floor(uniform(draw) * quiet.length)] ?? 0);
  return { marks, steps, end: endOf(rehearsal) };
};

/** Goes on until the reference's marks are met, from where everything is the same, or to the end. */
const goOn = async (rehearsal: Rehearsal, { marks }: Reference): Promise<'met' | 'ended'> => {
  while (outcomeOf(rehearsal) === null && (await proceed(rehearsal))) {
    if (marks.get(rehearsal.world.data.now) === marksOf(rehearsal)) return 'met';
  }
  return 'ended';
};

const TWO_TICKS = 2 * 60_000 + 30_000;

/** Amounts are judged in blocks of five minutes: what a block later decides is a block later. */
const ONE_BLOCK = 5 * 60_000;
const JUDGED_IN_BLOCKS = ['revenue-down-40', 'orders-to-zero'];
const slackOf = (scenario: string): number => TWO_TICKS + (JUDGED_IN_BLOCKS.includes(scenario) ? ONE_BLOCK : 0);

/** Every death at every chosen tick of a scenario; answers how many there were. */
export const dieEverywhere = async (scenario: string): Promise<number> => {
  const expected = await reference(scenario);
  const rehearsal = await beginScenario(scenario);
  let deaths = 0;
  for (let number = 0; outcomeOf(rehearsal) === null; number++) {
    if (expected.steps.has(number)) {
      const tried = new Set<string>();
      for (const death of await deathsOf(rehearsal)) {
        const fork = forkRehearsal(rehearsal);
        if ((await proceedAndDie(fork, death)) !== 'died') continue;
        deaths += 1;
        const marks = marksOf(fork);
        if (tried.has(marks)) continue;
        tried.add(marks);
        if ((await goOn(fork, expected)) === 'ended')
          expectAlike(
            endOf(fork),
            expected.end,
            slackOf(scenario),
            `${scenario}, tick ${number}, died ${death.when} call ${death.call}`,
          );
      }
    }
    if (!(await proceed(rehearsal))) break;
  }
  return deaths;
};

const expectAlike = (end: Reference['end'], expected: Reference['end'], slack: number, where: string): void => {
  expect(end.facts, where).toEqual(expected.facts);
  expect(Math.abs(end.endedAt - expected.endedAt), `${where}: end`).toBeLessThanOrEqual(slack);
  expect([...end.firstMoves.keys()].toSorted(), where).toEqual([...expected.firstMoves.keys()].toSorted());
  for (const [move, at] of expected.firstMoves) {
    expect(Math.abs((end.firstMoves.get(move) ?? 0) - at), `${where}: ${move}`).toBeLessThanOrEqual(slack);
  }
};
