import * as v from 'valibot';
/** An account whose command function answers from the simulated world, by the functions that answer on AWS. */

import { answer } from '../../../lambdas/command/answer.ts';
import { type Request, requestSchema } from '../../../lib/aws/request.ts';
import type { AskFunction, Surroundings } from '../../../lib/cli/surroundings.ts';
import type { World } from '../../../lib/controller/ports.ts';
import { hashOf } from '../../../lib/controller/record.ts';
import { parsePlan } from '../../../lib/plan/parse.ts';
import type { Plan } from '../../../lib/plan/plan.ts';
import { addEntry, emptyLedger } from '../../../lib/report/ledger.ts';
import { reportMarkdown } from '../../../lib/report/report.ts';
import type { Entry } from '../../../lib/rollout/entry.ts';
import { readFault } from '../../../lib/sim/fault-text.ts';
import { operatorOf, PEOPLE, type SignOffs } from '../../../lib/sim/people.ts';
import { begin, proceed, type Rehearsal } from '../../../lib/sim/rehearsal.ts';
import { makeWorld, type SimWorld } from '../../../lib/sim/world.ts';
import { soundAccount } from '../../lambdas/sound-account.ts';
import { shortSource } from '../../scenarios/run.ts';
import { type Captured, sluice } from '../captured-io.ts';

const MINUTE = 60_000;

/** What was asked of the function, in order. */
type Asked = Request;

export interface Account {
  readonly plan: Plan;
  readonly world: SimWorld;
  /** Of the journal, in order. */
  readonly lines: string[];
  readonly asked: Asked[];
  readonly ask: AskFunction;
}

export interface Given {
  readonly source?: string;
  readonly faults?: readonly string[];
  readonly signOffs?: SignOffs;
  /** Who asks. */
  readonly as?: string;
  /** Plans that were deployed with the stack. */
  readonly deployed?: readonly string[];
}

export const planOf = (source: string): Plan => {
  const parsed = parsePlan(source);
  if (!parsed.ok) throw new Error('the plan of a test is valid');
  return parsed.plan;
};

/** In which nothing has been started, ten minutes before the plan's start. */
export const emptyAccount = (given: Given = {}): Account => {
  const plan = planOf(given.source ?? shortSource);
  const lines: string[] = [];
  const world = makeWorld({ plan, seed: 1, behaviours: [] }, (line) => lines.push(line));
  world.data.now = plan.start - PEOPLE.startEarlyMinutes * MINUTE;
  return accountOf(plan, world, lines, given);
};

export interface LiveAccount extends Account {
  readonly rehearsal: Rehearsal;
  /** Ticks, and what people do, until `at`. */
  readonly goTo: (at: number) => Promise<void>;
}

/** In which a rollout was started and has come to `until`, an ISO time without seconds. */
export const accountAt = async (until: string, given: Given = {}): Promise<LiveAccount> => {
  const { source = shortSource, faults = [], signOffs = 'given' } = given;
  const behaviours = faults.map((text) => {
    const fault = readFault(text);
    if ('problem' in fault) throw new Error(fault.problem);
    return fault;
  });
  const lines: string[] = [];
  const began = await begin({ source, seed: 1, faults: behaviours, signOffs, sink: (line) => lines.push(line) });
  if ('refused' in began) throw new Error(began.refused.join('\n'));
  const goTo = async (at: number): Promise<void> => {
    while (await proceed({ ...began, until: at }));
    began.world.data.now = Math.max(at, began.world.data.now);
  };
  await goTo(Date.parse(`${until}:00Z`));
  return { ...accountOf(began.plan, began.world, lines, given), rehearsal: began, goTo };
};

const accountOf = (plan: Plan, world: SimWorld, lines: string[], given: Given): Account => {
  const asked: Asked[] = [];
  const plans = (given.deployed ?? []).map((source, index) => ({
    file: `plans/${index}.yaml`,
    source,
    hash: hashOf(source),
  }));
  const whole = withEntries(world, lines);
  const linkPage = async (rollout: string) => ({
    url: `https://s3.example.org/${rollout}/report.html?X-Amz-Expires=3600`,
    minutes: 60,
    revision: lines.length - 1,
  });
  const readReport = async () => ({ content: reportOf(plan, lines), revision: lines.length - 1 });
  const readAccount = async (asked: Plan) => soundAccount(asked);
  const ask: AskFunction = async (_, request) => {
    // Both directions are JSON on the wire.
    const read = v.parse(requestSchema, JSON.parse(JSON.stringify(request)));
    asked.push(read);
    const reply = await answer(
      { world: whole, plans, as: given.as ?? operatorOf(plan), readReport, linkPage, readAccount },
      read,
    );
    return JSON.parse(JSON.stringify(reply));
  };
  return { plan, world, lines, asked, ask };
};

/** The simulator's journal keeps its head only. */
const withEntries = (world: World, lines: readonly string[]): World => ({
  ...world,
  journal: { ...world.journal, entries: async (_, from, limit) => lines.slice(from, from + limit) },
});

const reportOf = (plan: Plan, lines: readonly string[]): string => {
  const ledger = emptyLedger(plan);
  for (const line of lines) addEntry(ledger, JSON.parse(line) as Entry);
  return reportMarkdown(ledger, hashOf(lines.at(-1) ?? ''));
};

interface Seat {
  readonly terminal?: boolean;
  readonly colour?: boolean;
  readonly columns?: number;
  /** What a person types at a question; without it nobody sits there. */
  readonly typed?: string;
  /** Before the wait of this number (from 1) somebody presses Ctrl-C. */
  readonly interruptAt?: number;
  /** What happens while a command waits. */
  readonly whileWaiting?: (milliseconds: number) => Promise<void>;
  readonly ask?: AskFunction;
  /** Of Ctrl-C. */
  readonly controller?: AbortController;
}

export interface Ran extends Captured {
  readonly questions: readonly string[];
  readonly waits: readonly number[];
}

/** Runs a command line against the account. */
export const run = async (account: Account, args: readonly string[], seat: Seat = {}): Promise<Ran> => {
  const questions: string[] = [];
  const waits: number[] = [];
  const controller = seat.controller ?? new AbortController();
  const surroundings: Surroundings = {
    ask: seat.ask ?? account.ask,
    functionName: 'sluice-command',
    now: () => account.world.data.now,
    question:
      seat.typed === undefined
        ? undefined
        : async (text) => {
            questions.push(text);
            return seat.typed ?? '';
          },
    interruption: () => ({ signal: controller.signal, end: () => {} }),
    wait: async (milliseconds) => {
      waits.push(milliseconds);
      if (waits.length === seat.interruptAt) controller.abort();
      else await seat.whileWaiting?.(milliseconds);
    },
  };
  const { terminal = false, colour = false, columns = 120 } = seat;
  return { ...(await sluice(args, { terminal, colour, columns }, surroundings)), questions, waits };
};

export const lastEntry = ({ lines }: Account): Entry => JSON.parse(lines.at(-1) ?? 'null') as Entry;
