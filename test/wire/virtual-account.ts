/**
 * An account on virtual time, in which the bundles of a synthesized app are deployed. Nothing happens in it that no schedule, no stream
 * record and no command line asked for.
 */
import { join } from 'node:path';
import { vi } from 'vitest';
import { parsePlan } from '../../lib/plan/parse.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import { type Captured, sluice } from '../cli/captured-io.ts';
import type { Asked, StandIn } from '../stand-in/server.ts';
import { keyOf, now, type Parts, type Role } from './account-parts.ts';
import { type Assembly, synthesize } from './bundles.ts';
import { type Due, type DueWakeUps, dueWakeUps } from './due-wake-ups.ts';
import { type Functions, inEnvironment, loadFunctions } from './functions.ts';
import { type JournalStream, journalStream, lineOf, meets, type StreamRecord } from './journal-stream.ts';
import type { DeployedService, Forward, MotoAccount } from './moto-account.ts';
import { REQUESTS_PER_MINUTE } from './short-plan.ts';
import { type TrafficOnRules, trafficOnRules } from './traffic-on-rules.ts';

/** From the instant of a schedule to the function's first line. */
const WAKES_AFTER_MS = 2_000;
/** A person types a command line so long after the last thing that happened. */
const TYPES_AFTER_MS = 5_000;
const WAKE_UPS_AT_MOST = 600;
const FUNCTIONS = ['sluice-tick', 'sluice-command', 'sluice-announce', 'sluice-watchdog'] as const;
/** Name of the schedules' group. */
const SCHEDULES = 'sluice';
/** The functions' own credentials. */
const OWN = { AWS_ACCESS_KEY_ID: 'function', AWS_SECRET_ACCESS_KEY: 'functions' } as const;

/** A rule as it was, from an instant on. */
export interface Seen extends Forward {
  readonly at: string;
  readonly rule: string;
}

export interface Scene {
  readonly plan: Plan;
  readonly service: DeployedService;
  readonly traffic: TrafficOnRules;
  /** Every change of every rule, in order; as moto answered it after each wake-up and each command. */
  readonly seen: Seen[];
  /** Of its journal, as the table's stream told them: the exact bytes, and what they say. */
  readonly lines: string[];
  readonly entries: Entry[];
  /** What each tick asked of AWS. */
  readonly ticks: (readonly Asked[])[];
}

export class VirtualAccount {
  readonly moto: MotoAccount;
  readonly front: StandIn;
  readonly functions: Functions;
  readonly wakeUps: DueWakeUps;
  readonly #parts: Parts;
  readonly #assembly: Assembly;
  readonly #stream: JournalStream;
  #scene: Scene | undefined;

  private constructor(parts: Parts, assembly: Assembly, stream: JournalStream, functions: Functions) {
    this.moto = parts.moto;
    this.front = parts.front;
    this.functions = functions;
    this.wakeUps = dueWakeUps(parts.motoUrl, SCHEDULES, now);
    this.#parts = parts;
    this.#assembly = assembly;
    this.#stream = stream;
  }

  /** Deploys the app with these plans, by name. */
  static async deploy(parts: Parts, plans: Readonly<Record<string, string>>): Promise<VirtualAccount> {
    const assembly = synthesize(Object.fromEntries(Object.entries(plans).map(([name, text]) => [fileOf(name), text])));
    await parts.moto.make(assembly);
    const stream = await journalStream(parts.dynamoUrl, assembly, OWN.AWS_ACCESS_KEY_ID);
    const functions = await loadFunctions(assembly, FUNCTIONS, { ...parts.variables, ...OWN });
    parts.present.functions = functions;
    return new VirtualAccount(parts, assembly, stream, functions);
  }

  /** Path of a plan that was deployed. */
  planFile(name: string): string {
    return join(this.#assembly.plansFolder, fileOf(name));
  }

  /** ARNs of rules whose ModifyRule is refused from now on. */
  get refused(): Set<string> {
    return this.#parts.present.refused;
  }

  /** From here on it is this time, and CloudWatch tells of this service. @param fault in words of `--fault` */
  async begin(source: string, service: DeployedService, at: string, fault?: string): Promise<Scene> {
    const { present, said } = this.#parts;
    vi.setSystemTime(Date.parse(at));
    said.length = 0;
    this.front.calls.length = 0;
    this.functions.invocations.clear();
    this.refused.clear();
    await this.moto.receive();
    await this.wakeUps.clear();
    const plan = planOf(source);
    const traffic = trafficOnRules(plan, REQUESTS_PER_MINUTE, fault, now);
    present.points = traffic.points;
    this.#scene = { plan, service, traffic, seen: [], lines: [], entries: [], ticks: [] };
    return this.#scene;
  }

  /** A command line, by somebody with such a key. */
  async sluice(role: Role, ...args: readonly string[]): Promise<Captured> {
    // Schedules that were made just now are seen before the time goes on.
    await this.wakeUps.next();
    vi.setSystemTime(Date.now() + TYPES_AFTER_MS);
    const { accessKeyId, secretAccessKey } = keyOf(role);
    const own = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
    const captured = await inEnvironment({ ...this.#parts.variables, ...own }, () => sluice(args));
    await this.#afterwards();
    return captured;
  }

  /** Wake-ups, one after another, until it is so. */
  async until(what: string, isSo: () => boolean): Promise<void> {
    const lastly = () => `the functions said last:\n${this.#parts.said.slice(-9).join('')}`;
    for (let fired = 0; !isSo(); fired++) {
      const due = await this.wakeUps.next();
      if (fired > WAKE_UPS_AT_MOST) throw new Error(`not until ${what}, after ${fired} wake-ups; ${lastly()}`);
      if (due === undefined) throw new Error(`not until ${what}, and no schedule is left; ${lastly()}`);
      await this.#fire(due);
    }
  }

  /** All wake-ups of so many minutes. */
  async pass(minutes: number): Promise<void> {
    const end = Date.now() + minutes * 60_000;
    for (let due = await this.wakeUps.next(); due !== undefined && due.at < end; due = await this.wakeUps.next())
      await this.#fire(due);
    vi.setSystemTime(Math.max(Date.now(), end));
  }

  /** Owners of rules and target groups, each once for each that it owns. */
  owners(): Promise<readonly string[]> {
    return this.#stream.owners();
  }

  /** What was synthesized. */
  remove(): void {
    this.#assembly.remove();
  }

  async #fire({ at, schedules }: Due): Promise<void> {
    vi.setSystemTime(Math.max(Date.now(), at + WAKES_AFTER_MS));
    for (const schedule of schedules) {
      await this.wakeUps.fired(schedule);
      const name = schedule.targetArn.slice(schedule.targetArn.lastIndexOf(':') + 1);
      const from = this.front.calls.length;
      await this.functions.invoke(name, JSON.parse(schedule.input));
      if (name === 'sluice-tick') this.#scene?.ticks.push(this.front.calls.slice(from));
    }
    await this.#afterwards();
  }

  /** The traffic follows the weights that moto has now, and the journal's stream wakes whoever announces. */
  async #afterwards(): Promise<void> {
    if (this.#scene === undefined) return;
    const { service, traffic, seen, plan, lines, entries } = this.#scene;
    for (const [index, rule] of service.rules.entries()) {
      const forward = await this.moto.forward(service, rule);
      if (traffic.follow(index, forward)) seen.push({ at: new Date().toISOString(), rule, ...forward });
    }
    const records = await this.#stream.read();
    for (const line of records.flatMap((record) => lineOf(record, plan.rollout))) {
      lines.push(line);
      entries.push(JSON.parse(line) as Entry);
    }
    await this.#announce(records);
  }

  /** What the event source mapping does: those that meet its filter, in order, in batches. */
  async #announce(records: readonly StreamRecord[]): Promise<void> {
    const [mapping] = this.#assembly.of('AWS::Lambda::EventSourceMapping');
    const { FilterCriteria, BatchSize } = mapping?.Properties ?? {};
    const pattern = JSON.parse(FilterCriteria.Filters[0].Pattern);
    const wanted = records.filter((record) => meets(pattern, record));
    for (let from = 0; from < wanted.length; from += BatchSize) {
      const Records = wanted.slice(from, from + BatchSize);
      const reply = JSON.stringify(await this.functions.invoke('sluice-announce', { Records }));
      if (reply !== '{"batchItemFailures":[]}')
        throw new Error(`not announced: ${reply}\n${this.#parts.said.slice(-9).join('')}`);
    }
  }
}

const fileOf = (name: string): string => `${name}.yaml`;

const planOf = (source: string): Plan => {
  const parsed = parsePlan(source);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.plan;
};
