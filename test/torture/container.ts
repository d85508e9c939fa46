/** One running copy of a function: it does one thing at a time, has its own clock, and every call that it makes may suffer. */
import type { Announced } from '../../lib/aws/announced.ts';
import { Fault, isFault } from '../../lib/controller/fault.ts';
import type { Metrics, Router, RuleWrite, Targets, World } from '../../lib/controller/ports.ts';
import type { Instant, Plan } from '../../lib/plan/plan.ts';
import type { GroupHealth } from '../../lib/rollout/evidence.ts';
import type { Agenda } from './agenda.ts';
import type { Chance } from './chance.ts';
import type { EntrySeen, Process, RuleWritten } from './process.ts';

export interface Surroundings {
  readonly plain: World;
  readonly plan: Plan;
  readonly agenda: Agenda;
  readonly isTogether: boolean;
  readonly chance: Chance;
  readonly now: () => Instant;
  /** Runs the call as if it were so many milliseconds earlier. */
  readonly earlier: <R>(milliseconds: number, call: () => R) => R;
  readonly weightOf: (rule: string) => number;
  readonly wrote: (written: Omit<RuleWritten, 'isAfterHand'>) => void;
  /** The newest entry, as the checkers saw it. */
  readonly newest: () => EntrySeen | null;
}

/** CloudWatch shows the targets as they were. */
const LATELY_MS = 2 * 60_000;
/** Old answers are so old. */
const STALE_MS = 3 * 60_000;

export class Container {
  readonly world: World;
  /** What runs in it; null: it is free. */
  process: Process | null = null;
  readonly #around: Surroundings;
  readonly #old = new Map<string, unknown>();

  constructor(around: Surroundings, clockMs: number) {
    this.#around = around;
    const { plain, now } = around;
    const { journal, metrics, router, targets, alarms, wakeUps, announcements } = plain;
    const call = this.#call.bind(this);
    this.world = {
      ...plain,
      clock: { now: () => now() + clockMs },
      journal: {
        head: (rollout) => call('journal.head', () => this.#seeingHead(() => journal.head(rollout))),
        append: (rollout, revision, body) =>
          call('journal.append', () => this.#recording(() => journal.append(rollout, revision, body))),
        plan: (rollout) => call('journal.plan', () => journal.plan(rollout)),
        entries: (rollout, from, limit) => call('journal.entries', () => journal.entries(rollout, from, limit)),
        claim: (rollout, keys, isWaiting) => call('journal.claim', () => journal.claim(rollout, keys, isWaiting)),
        free: (rollout) => call('journal.free', () => journal.free(rollout)),
        status: (rollout) => call('journal.status', () => journal.status(rollout), rollout),
        list: (which) => call('journal.list', () => journal.list(which), which),
      },
      metrics: { read: this.#readMetrics(metrics), dayBefore: metrics.dayBefore },
      router: {
        read: (plan, tags) =>
          call(
            'router.read',
            () => router.read(plan, tags),
            `rules ${tags}`,
            (fault) => plan.traffic.rules.map((rule) => ({ rule, kind: 'unreadable', fault })),
          ),
        setWeight: (plan, write) => call('router.setWeight', () => this.#writing(router, plan, write)),
      },
      targets: {
        health: async (group) => this.#hearing(group, await call('targets.health', () => targets.health(group), group)),
        facts: (group) => call('targets.facts', () => targets.facts(group)),
        ...(around.isTogether ? { lately: (plan, arm) => this.#lately(targets, plan.traffic[arm]) } : {}),
      },
      alarms: { states: (names) => call('alarms.states', () => alarms.states(names), 'alarms') },
      wakeUps: {
        set: (rollout, wanted) => call('wakeUps.set', () => wakeUps.set(rollout, wanted)),
        ensure: (rollout) => call('wakeUps.ensure', () => wakeUps.ensure(rollout)),
        abandon: (rollout, before) => call('wakeUps.abandon', () => wakeUps.abandon(rollout, before)),
      },
      announcements: { publish: (told) => call('announcements.publish', () => announcements.publish(told)) },
    };
  }

  /** The announcer's marks, which is no port of the controller's world. */
  suffering({ has, mark }: Announced): Announced {
    return {
      has: (rollout, revision) => this.#call('announced.has', () => has(rollout, revision)),
      mark: (rollout, revision) => this.#call('announced.mark', () => mark(rollout, revision)),
    };
  }

  /**
   * @param old under which name an older answer of the same question is found; undefined: this call is consistent
   * @param faulty the answer that says the same as the fault; most ports answer the fault itself
   */
  async #call<R>(
    name: string,
    effect: () => Promise<R>,
    old?: string,
    faulty: (fault: Fault) => R = (fault) => fault as R,
  ): Promise<R> {
    const { chance, agenda } = this.#around;
    const { process } = this;
    if (process === null) throw new Error('Broken invariant: a call belongs to a process');
    process.hasCalled = true;
    if (process.isDead) return never();
    const fate = chance.ofCall(name);
    if (fate.dies === 'before') return die(process);
    if (fate.waitsMs > 0) await agenda.wait(fate.waitsMs);
    if (fate.trouble === 'refused') return faulty(new Fault('UNAVAILABLE', name));
    if (fate.trouble === 'throttled') return faulty(new Fault('THROTTLED', name));
    const known = old === undefined ? undefined : this.#old.get(old);
    if (fate.trouble === 'stale' && known !== undefined) return known as R;
    const answer = await effect();
    if (old !== undefined && !isFault(answer)) this.#old.set(old, answer);
    if (fate.dies === 'after') return die(process);
    if (fate.thenWaitsMs > 0) await agenda.wait(fate.thenWaitsMs);
    if (process.isDead) return never();
    return fate.trouble === 'timedOut' ? faulty(new Fault('UNAVAILABLE', name)) : answer;
  }

  /** CloudWatch answers what it knew some minutes ago. */
  #readMetrics({ read }: Metrics): Metrics['read'] {
    return async (...asked) => {
      const { chance, earlier } = this.#around;
      const isStale = chance.isStale('metrics.read');
      return this.#call('metrics.read', () => (isStale ? earlier(STALE_MS, () => read(...asked)) : read(...asked)));
    };
  }

  async #seeingHead<R>(read: () => Promise<R>): Promise<R> {
    const { process } = this;
    if (process !== null) {
      this.#learn(process);
      process.hasLookedAgain = true;
    }
    return read();
  }

  #learn(process: Process): void {
    const { newest, plan } = this.#around;
    process.head = newest();
    if (process.head?.mayRaise === true) process.leave = process.head;
    else if (plan.traffic.rules.length === 1) process.leave = null;
  }

  async #recording(append: () => Promise<'appended' | 'conflict' | Fault>): Promise<'appended' | 'conflict' | Fault> {
    const { process } = this;
    const appended = await append();
    if (appended === 'appended' && process !== null) {
      this.#learn(process);
      process.hasLookedAgain = false;
    }
    return appended;
  }

  async #writing(router: Router, plan: Plan, write: RuleWrite): ReturnType<Router['setWeight']> {
    const { process } = this;
    const { weightOf, wrote } = this.#around;
    const before = weightOf(write.rule);
    const written = await router.setWeight(plan, write);
    if (written === 'written' && process !== null)
      wrote({ process, rule: write.rule, before, after: weightOf(write.rule) });
    return written;
  }

  async #lately({ health }: Targets, group: string): Promise<GroupHealth | undefined> {
    const counted = await this.#call('targets.lately', () => this.#around.earlier(LATELY_MS, () => health(group)));
    return isFault(counted) ? undefined : counted;
  }

  #hearing(group: string, health: GroupHealth | Fault): GroupHealth | Fault {
    const { process } = this;
    const side = group === this.#around.plan.traffic.candidate ? 'candidate' : 'baseline';
    if (process !== null) process.hasAskedHealth = true;
    if (process !== null) process.healthy[side] = isFault(health) ? null : health.healthy;
    return health;
  }
}

const never = <R>(): Promise<R> => new Promise<R>(() => {});

const die = <R>(process: Process): Promise<R> => {
  process.isDead = true;
  return never();
};
