/**
 * One tortured rollout: the production controller in the simulated world, where every call may fail, hang, die or be answered by the past, and
 * ticks, commands, the watchdog and the announcer come in between each other. Then the troubles stop, and everything must come to an end.
 */
import { announceAll, type Desk } from '../../lambdas/announce/announce.ts';
import type { ToTell } from '../../lambdas/announce/stream.ts';
import { command } from '../../lib/controller/command.ts';
import type { World } from '../../lib/controller/ports.ts';
import { start } from '../../lib/controller/start.ts';
import { tick } from '../../lib/controller/tick.ts';
import { type Memory, nothingRemembered, watchdog } from '../../lib/controller/watchdog.ts';
import { UNKNOWN_DAY } from '../../lib/judge/verdict.ts';
import { ownedBy } from '../../lib/plan/owned.ts';
import { parsePlan } from '../../lib/plan/parse.ts';
import type { Instant, Plan } from '../../lib/plan/plan.ts';
import { describeProblem } from '../../lib/plan/problem.ts';
import type { Command } from '../../lib/rollout/command.ts';
import { type Behaviour, isAt } from '../../lib/sim/behaviour.ts';
import { MINUTE } from '../../lib/sim/clock.ts';
import { readFault } from '../../lib/sim/fault-text.ts';
import { changeByHand, handChanges } from '../../lib/sim/hands.ts';
import { isInputProblem } from '../../lib/sim/input-problem.ts';
import { initialPeople, notice, operatorOf, type PeopleData } from '../../lib/sim/people.ts';
import { weightOf } from '../../lib/sim/rules.ts';
import { fire, nextWakeUp } from '../../lib/sim/wake-ups.ts';
import { makeWorld, type SimWorld } from '../../lib/sim/world.ts';
import { Agenda, stillness } from './agenda.ts';
import { Chance } from './chance.ts';
import { Checkers, isEndedStatus } from './checkers.ts';
import { Container } from './container.ts';
import { DOWN_WITHIN_MINUTES } from './limits.ts';
import type { Process } from './process.ts';
import type { Order, TortureCase } from './torture-case.ts';

export interface Tortured {
  readonly violations: readonly string[];
  /** How it stood at the end: a status, or the first hold. */
  readonly end: string;
  readonly ticks: number;
  /** Troubles that struck, by what they were. */
  readonly suffered: ReadonlyMap<string, number>;
  /** Of a write after its entry had been overtaken, the longest time until the weight was right again. */
  readonly zombieMinutes: number;
  /** From the rollback's first entry to its end; null: it did not come to that. */
  readonly rollback: { readonly endedAfterMinutes: number } | null;
}

const START_EARLY_MINUTES = 10;
/** A rollout that goes on without troubles ends or holds within this, or something is stuck. */
const PATIENCE_MINUTES = 150;
/** Longer than its longest bake. */
const STUCK_AFTER_MINUTES = 15;
const SEEN_WITHIN_MINUTES = 3;
const SILENT_MINUTES = 4;
/** After the end, so long nothing may move any more. */
const AFTERMATH_MINUTES = 3;
const WOKEN_WITHIN_MINUTES = 8;
/** Of the candidate, a minute, in percent of all: 200. */
const ENOUGH_REQUESTS = 20_000;
const BAD_WITHIN_MINUTES = 20;
const SAYS_NOTHING: ReadonlySet<string> = new Set(['SHARED_OUTAGE', 'GUARD_UNACQUITTED', 'NO_DATA', 'BLIND']);
const ATTENDED_EVERY_MINUTES = 6;
/** After so many resumes nobody answers any more. */
const ATTENDED_TIMES = 4;
const ANNOUNCE_AGAIN_MS = 20_000;
const STRANGER = 'arn:aws:sts::123456789012:assumed-role/Intern/stranger';

/** @param sink gets every line of the journal once, in order */
export const torture = async (given: TortureCase, sink: (body: string) => void = () => {}): Promise<Tortured> =>
  new Torture(given, sink).run();

class Torture {
  readonly #given: TortureCase;
  readonly #plan: Plan;
  readonly #source: string;
  readonly #behaviours: readonly Behaviour[];
  readonly #world: SimWorld;
  readonly #plain: World;
  readonly #agenda: Agenda;
  readonly #chance: Chance;
  readonly #checkers: Checkers;
  readonly #containers: Container[] = [];
  readonly #people: PeopleData = initialPeople();
  readonly #outbox: ToTell[] = [];
  readonly #marked = new Set<string>();
  /** Who last changed a rule; absent: nobody. */
  readonly #changedBy = new Map<string, { readonly who: 'us' | 'a hand'; readonly at: Instant }>();
  #isScheduleDeleted = false;
  #aboveSince: Instant | null = null;
  #badSince: Instant | null = null;
  #isAnnouncing = false;
  #isRolledBackSeen = false;
  #startAgain = false;
  #attendedTimes = 0;
  #memory: Memory = nothingRemembered;
  #ticks = 0;
  #zombieSince: Instant | null = null;
  #zombieMinutes = 0;
  #rollback: Tortured['rollback'] = null;

  constructor(given: TortureCase, sink: (body: string) => void) {
    this.#given = given;
    this.#source = JSON.stringify(given.plan);
    const parsed = parsePlan(this.#source);
    if (!parsed.ok) throw new Error(`The drawn plan is none: ${parsed.problems.map(describeProblem).join('; ')}`);
    this.#plan = parsed.plan;
    const { seed, requestsPerMinute } = given;
    this.#behaviours = given.behaviours.map((text) => {
      const read = readFault(text);
      if (isInputProblem(read)) throw new Error(read.problem);
      return read;
    });
    const setting = {
      plan: this.#plan,
      seed,
      behaviours: this.#behaviours,
      requestsPerMinute,
      trace: undefined,
      rows: undefined,
    };
    this.#world = makeWorld(setting, (body) => {
      sink(body);
      this.#appended(body);
    });
    const now = (): Instant => this.#world.data.now;
    this.#agenda = new Agenda(now);
    this.#chance = new Chance(given, this.#plan.start, now);
    this.#checkers = new Checkers(this.#plan, now, badFrom(this.#behaviours, this.#plan));
    const { metrics } = this.#world;
    this.#plain = { ...this.#world, metrics: { ...metrics, dayBefore: async () => UNKNOWN_DAY } };
  }

  get #now(): Instant {
    return this.#world.data.now;
  }

  #at(minute: number): Instant {
    return this.#plan.start + minute * MINUTE;
  }

  async run(): Promise<Tortured> {
    const { data } = this.#world;
    const { orders, quietFrom, seed } = this.#given;
    data.now = this.#at(-START_EARLY_MINUTES);
    await this.#begin();
    for (const change of handChanges(this.#plan, this.#behaviours))
      this.#agenda.at(change.at, () => {
        changeByHand(data, change);
        for (const [index, { rule }] of data.rules.entries())
          if (change.rule === null || change.rule === index) this.#changedBy.set(rule, { who: 'a hand', at: data.now });
      });
    for (const order of orders) this.#agenda.at(this.#at(order.at), () => this.#give(order));
    for (const { from, what } of this.#given.troubles)
      if (what.kind === 'scheduleDeleted') this.#agenda.at(this.#at(from), () => this.#deleteSchedule());
    this.#agenda.at(this.#at(seed % Math.max(1, quietFrom)) + 7_000, () => this.#rival());
    this.#lookAfter();
    if (this.#given.isAttended) this.#attend(this.#at(quietFrom));
    const bakes = this.#plan.phases.reduce((sum, { extendUpToMinutes }) => sum + extendUpToMinutes, 0);
    const until = this.#at(quietFrom + bakes + PATIENCE_MINUTES);
    let endedAt: Instant | null = null;
    while (this.#checkers.violations.length === 0) {
      const at = Math.min(this.#agenda.next(), nextWakeUp(data));
      if (at > until || at === Number.POSITIVE_INFINITY) break;
      data.now = Math.max(data.now, at);
      if (nextWakeUp(data) <= data.now) this.#wake();
      else this.#agenda.runNext();
      await stillness();
      if (this.#startAgain) await this.#begin();
      this.#watchZombies();
      this.#checkAbove();
      this.#checkBad();
      if (!this.#isOver()) endedAt = null;
      else if (endedAt === null) endedAt = data.now;
      else if (data.now >= endedAt + this.#aftermathMinutes() * MINUTE) break;
    }
    if (this.#checkers.violations.length === 0) this.#checkEnd();
    return {
      violations: this.#checkers.violations,
      end: this.#endOf(),
      ticks: this.#ticks,
      suffered: this.#chance.suffered,
      zombieMinutes: this.#zombieMinutes,
      rollback: this.#rollback,
    };
  }

  /** The parser is loaded on demand: until its first call the start waits for the real world, and virtual time for it. */
  async #begin(): Promise<void> {
    this.#startAgain = false;
    const container = this.#free();
    const process = processOf('start');
    container.process = process;
    const operator = operatorOf(this.#plan);
    this.#follow(container, process, start(container.world, this.#source, operator, { recorded: false }));
    while (!process.hasCalled && container.process === process) await stillness();
  }

  /** Orders, in the middle of whatever happens. */
  #give({ ask, byStranger }: Order): void {
    const newest = this.#checkers.newest;
    if (newest === null) return;
    const why = 'torture';
    const name = this.#plan.phases[Math.max(0, newest.phase)]?.name ?? '';
    const commands: Readonly<Record<Order['ask'], Command>> = {
      hold: { kind: 'hold', why },
      resume: { kind: 'resume', why },
      advance: { kind: 'advance', why },
      rollBack: { kind: 'rollBack', why },
      close: { kind: 'close', why },
      openIncident: { kind: 'openIncident', name: 'pager', why },
      closeIncident: { kind: 'closeIncident', name: 'pager', why },
      noGo: { kind: 'signOff', phase: name, role: 'engineering', answer: 'NO-GO', why },
    };
    this.#command(commands[ask], byStranger ? STRANGER : operatorOf(this.#plan));
  }

  #command(asked: Command, actor: string): void {
    this.#spawn('command', (world) => command(world, this.#plan.rollout, asked, actor));
  }

  #deleteSchedule(): void {
    this.#isScheduleDeleted = true;
    this.#world.data.repeat = 'none';
    this.#world.data.once = [];
  }

  /** Another rollout that wants the same rules: it must not get them while ours may write them. */
  #rival(): void {
    this.#spawn('rival', async () => {
      const claimed = await this.#world.journal.claim('rival', ownedBy(this.#plan));
      const status = this.#checkers.newest?.status;
      if (claimed === 'claimed' && status !== undefined && !isEndedStatus(status))
        this.#checkers.violated('another rollout got our rules');
      await this.#world.journal.free('rival');
    });
  }

  /** A wake-up fires: it may be lost, late or doubled. */
  #wake(): void {
    fire(this.#world.data);
    const fate = this.#chance.strikes('wakeUp');
    if (fate?.how === 'lost') return;
    const late = this.#chance.strikes('lateWakeUp');
    if (late === undefined) this.#tick();
    else this.#agenda.at(this.#now + late.minutes * MINUTE, () => this.#tick());
    if (fate?.how === 'doubled') this.#agenda.at(this.#now + 3_000, () => this.#tick());
  }

  #tick(): void {
    this.#ticks += 1;
    this.#spawn('tick', (world) => tick(world, this.#plan.rollout));
  }

  /** Every minute, the watchdog and whoever starts again what did not begin. */
  #lookAfter(): void {
    const due = Math.floor(this.#now / MINUTE) * MINUTE + MINUTE + 41_000;
    this.#agenda.at(due, () => {
      this.#lookAfter();
      const { newest } = this.#checkers;
      if (newest === null) {
        this.#startAgain = true;
        return;
      }
      if (isEndedStatus(newest.status) || this.#chance.strikes('noWatchdog') !== undefined) return;
      // What it would find then is that all is well: most looks are spared.
      if (this.#now - newest.at < SILENT_MINUTES * MINUTE && !this.#chance.isAnyOn()) return;
      this.#spawn('watchdog', async (world) => {
        const looked = await watchdog(world, this.#memory, {
          breathe: () => this.#agenda.wait(1_000),
          within: (turn) => turn(),
        });
        this.#memory = looked.memory;
      });
    });
  }

  /** After the troubles: what waits for an operator is ended by one. */
  #attend(at: Instant): void {
    this.#agenda.at(at, () => {
      const { newest } = this.#checkers;
      this.#attendedTimes += newest !== null && newest.holds.length > 0 ? 1 : 0;
      if (this.#attendedTimes < ATTENDED_TIMES) this.#attend(this.#now + ATTENDED_EVERY_MINUTES * MINUTE);
      if (newest === null || newest.holds.length === 0) return;
      if (newest.holds.includes('INCIDENT_OPEN')) this.#give({ at: 0, ask: 'closeIncident' });
      else this.#give({ at: 0, ask: 'resume' });
    });
  }

  /** The stream of the journal: every entry with something to tell, in order, until all of it is told. */
  #announce(): void {
    if (this.#isAnnouncing || this.#outbox.length === 0) return;
    this.#isAnnouncing = true;
    const batch = this.#outbox.slice(0, 10);
    const died = (): void => {
      this.#isAnnouncing = false;
      this.#agenda.at(this.#now + ANNOUNCE_AGAIN_MS, () => this.#announce());
    };
    this.#spawn(
      'announce',
      async (world, container) => {
        const failed = await announceAll(this.#desk(world, container), batch);
        const done = failed === undefined ? batch.length : batch.indexOf(failed);
        this.#outbox.splice(0, done);
        this.#isAnnouncing = false;
        this.#agenda.at(this.#now + (failed === undefined ? 0 : ANNOUNCE_AGAIN_MS), () => this.#announce());
      },
      died,
    );
  }

  #desk({ announcements }: World, container: Container): Desk {
    const key = (rollout: string, revision: number): string => `${rollout} ${revision}`;
    return {
      announcements,
      announced: container.suffering({
        has: async (rollout, revision) => this.#marked.has(key(rollout, revision)),
        mark: async (rollout, revision) => {
          this.#marked.add(key(rollout, revision));
          return 'marked';
        },
      }),
      writeReport: async () => 'written' as const,
      countFailedReport: () => {},
      log: { info: () => {}, error: () => {} },
    };
  }

  #appended(body: string): void {
    this.#checkers.appended(body);
    const { newest } = this.#checkers;
    if (newest === null) return;
    const { revision, notices, status, reason, phase } = newest;
    if (status === 'rolledBack') this.#checkRolledBack();
    if (notices.length > 0) {
      const told = { sequenceNumber: `${revision}`, rollout: this.#plan.rollout, revision, hash: '' };
      this.#outbox.push({ ...told, notices: notices as ToTell['notices'], isEnded: isEndedStatus(status) });
      this.#agenda.at(this.#now + 1_000, () => this.#announce());
    }
    if (reason === 'AWAITING_SIGN_OFF' || phase + 1 >= this.#people.tickedPhases) this.#ask(body);
  }

  /** People tick checklists and sign, some minutes later. */
  #ask(body: string): void {
    notice(this.#plan, this.#people, JSON.parse(body), this.#given.seed, this.#given.answers);
    const { actions } = this.#people;
    this.#people.actions = [];
    for (const { at, command: asked, identity } of actions) this.#agenda.at(at, () => this.#command(asked, identity));
  }

  #free(): Container {
    const free = this.#containers.find(({ process }) => process === null);
    if (free !== undefined) return free;
    const clock = this.#chance.strikes('clock');
    const { data } = this.#world;
    const rules = new Map(data.rules.map((rule) => [rule.rule, rule]));
    const made = new Container(
      {
        plain: this.#plain,
        plan: this.#plan,
        agenda: this.#agenda,
        isTogether: this.#given.isTogether,
        chance: this.#chance,
        now: () => data.now,
        earlier: (milliseconds, call) => {
          data.now -= milliseconds;
          try {
            return call();
          } finally {
            data.now += milliseconds;
          }
        },
        weightOf: (rule) => {
          const found = rules.get(rule);
          return found === undefined ? 0 : weightOf(found);
        },
        wrote: (written) => {
          const last = this.#changedBy.get(written.rule);
          const isAfterHand = last?.who === 'a hand' && last.at > this.#checkers.leaveAt;
          this.#checkers.wrote({ ...written, isAfterHand });
          this.#changedBy.set(written.rule, { who: 'us', at: data.now });
          const { newest } = this.#checkers;
          if (written.after > (newest?.weight ?? 0) && written.process.head !== newest) this.#zombieSince ??= data.now;
        },
        newest: () => this.#checkers.newest,
      },
      (clock?.seconds ?? 0) * (this.#containers.length % 2 === 0 ? 1000 : -1000),
    );
    this.#containers.push(made);
    return made;
  }

  #spawn(
    kind: Process['kind'],
    work: (world: World, container: Container) => Promise<unknown>,
    died: () => void = () => {},
  ): void {
    const container = this.#free();
    const process = processOf(kind);
    container.process = process;
    this.#follow(container, process, work(container.world, container), died);
  }

  /** A process that died never answers: its container is never used again. */
  #follow(container: Container, process: Process, work: Promise<unknown>, died: () => void = () => {}): void {
    let isOver = false;
    const over = (): void => {
      isOver = true;
      container.process = null;
    };
    work.then(over, (trouble: unknown) => {
      over();
      died();
      // What the controller throws on purpose says what it cannot do; Lambda shows the invocation as failed.
      const expected =
        trouble instanceof Error && trouble.constructor === Error && /^(Cannot|Rollout) /.test(trouble.message);
      if (!expected)
        this.#checkers.violated(`${process.kind} crashed: ${trouble instanceof Error ? trouble.stack : trouble}`);
    });
    const watch = (): void => {
      if (isOver) return;
      if (!process.isDead) {
        this.#agenda.at(this.#now + MINUTE, watch);
        return;
      }
      const index = this.#containers.indexOf(container);
      if (index >= 0) this.#containers.splice(index, 1);
      if (process.kind === 'watchdog') this.#memory = nothingRemembered;
      died();
    };
    queueMicrotask(() => this.#agenda.at(this.#now + 1, watch));
  }

  /** A weight that an overtaken process wrote, until it is right again. */
  #watchZombies(): void {
    if (this.#zombieSince === null) return;
    const recorded = this.#checkers.newest?.weight ?? 0;
    if (this.#world.data.rules.some((rule) => weightOf(rule) > recorded + 0.05)) return;
    this.#zombieMinutes = Math.max(this.#zombieMinutes, (this.#now - this.#zombieSince) / MINUTE);
    this.#zombieSince = null;
  }

  /** Nothing stands in the way of a tick, and of what it writes. */
  #isCalm(): boolean {
    const minute = (this.#now - this.#plan.start) / MINUTE;
    return !this.#chance.isAnyOn() && !this.#behaviours.some((each) => isAt(each, minute) && isInTheWay(each));
  }

  /** In calm minutes no rule shows more than is recorded for long, whoever raised it; after a rollback that is more than 0. */
  #checkAbove(): void {
    const { newest } = this.#checkers;
    const isOurs = newest !== null && newest.status !== 'scheduled' && !isEndedStatus(newest.status);
    const isAbove = isOurs && this.#ours().some((rule) => weightOf(rule) > newest.weight + 0.05);
    this.#aboveSince = isAbove && this.#isCalm() ? (this.#aboveSince ?? this.#now) : null;
    const within = this.#isScheduleDeleted ? WOKEN_WITHIN_MINUTES : DOWN_WITHIN_MINUTES;
    if (this.#aboveSince !== null && this.#now >= this.#aboveSince + within * MINUTE)
      this.#checkers.violated(`a rule shows more than ${newest?.weight} for ${within} calm minutes`);
  }

  /**
   * In calm minutes a release of which a third fails does not keep its traffic, whatever else holds. Under a shared outage rows tell the guards
   * nothing, and a trip of a later phase at weight 100 asks people.
   */
  #checkBad(): void {
    const { newest } = this.#checkers;
    const { requestsPerMinute } = this.#given;
    const isSeen =
      newest !== null &&
      this.#now >= badFrom(this.#behaviours, this.#plan) &&
      (newest.status === 'baking' || newest.status === 'passed') &&
      !newest.holds.some((code) => SAYS_NOTHING.has(code)) &&
      newest.weight * requestsPerMinute >= ENOUGH_REQUESTS &&
      this.#ours().every((rule) => weightOf(rule) === newest.weight) &&
      this.#world.data.rules.length === this.#ours().length;
    const isPlain = this.#isCalm() && !this.#isScheduleDeleted && !this.#isMasked();
    this.#badSince = isSeen && isPlain ? (this.#badSince ?? this.#now) : null;
    if (this.#badSince !== null && this.#now >= this.#badSince + BAD_WITHIN_MINUTES * MINUTE)
      this.#checkers.violated(`a release that fails has ${newest?.weight} % for ${BAD_WITHIN_MINUTES} calm minutes`);
  }

  /** Something else is wrong too, or its minutes do not come: then the guards may not tell, and it is held. */
  #isMasked(): boolean {
    const minute = (this.#now - this.#plan.start) / MINUTE;
    return this.#behaviours.some(({ effect, fromMinute, toMinute }) => {
      const isOther = effect.kind !== 'failures' || effect.side !== 'candidate';
      return isOther && minute >= fromMinute && minute < (toMinute ?? fromMinute + 1) + BAD_WITHIN_MINUTES;
    });
  }

  /** What shows a weight since some minutes was seen, and must have been lowered before it is said that all is back. */
  #checkRolledBack(): void {
    if (this.#isRolledBackSeen) return;
    this.#isRolledBackSeen = true;
    const { turnedBackAt } = this.#checkers;
    if (turnedBackAt !== null) this.#rollback = { endedAfterMinutes: (this.#now - turnedBackAt) / MINUTE };
    const before = this.#now - SEEN_WITHIN_MINUTES * MINUTE;
    const high = this.#ours().find((rule) => weightOf(rule) > 0 && (rule.stretches.at(-1)?.from ?? 0) < before);
    if (high !== undefined)
      this.#checkers.violated(
        `${high.rule.slice(-9)} shows ${weightOf(high)} since minutes, and it is said to be rolled back`,
      );
  }

  /** Rules that forward to our two groups. */
  #ours() {
    return this.#world.data.rules.filter(({ foreign, gone }) => foreign === null && !gone);
  }

  #isQuiet(): boolean {
    return this.#now >= this.#at(this.#given.quietFrom);
  }

  /** Nothing more will come by itself. */
  #isOver(): boolean {
    const { newest } = this.#checkers;
    if (newest === null || !this.#isQuiet()) return false;
    if (this.#containers.some(({ process }) => process !== null && !process.isDead)) return false;
    if (this.#outbox.length > 0) return false;
    if (isEndedStatus(newest.status)) return true;
    const isLeftAlone = !this.#given.isAttended || this.#attendedTimes >= ATTENDED_TIMES;
    return isLeftAlone && newest.holds.length > 0 && newest.status !== 'rollingBack';
  }

  /** Who lives is woken again by the watchdog, after minutes of silence, where somebody deleted the schedule. */
  #aftermathMinutes(): number {
    const { newest } = this.#checkers;
    return newest !== null && isEndedStatus(newest.status) ? AFTERMATH_MINUTES : WOKEN_WITHIN_MINUTES;
  }

  #endOf(): string {
    const { newest } = this.#checkers;
    if (newest === null) return 'not begun';
    if (isEndedStatus(newest.status)) return newest.status;
    return newest.holds[0] ?? newest.reason;
  }

  #checkEnd(): void {
    const { newest } = this.#checkers;
    const { data } = this.#world;
    if (newest === null) {
      this.#checkers.violated('it never began');
      return;
    }
    const { status, holds, reason, weight } = newest;
    const isEnded = isEndedStatus(status);
    const longest = Math.max(...this.#plan.phases.map(({ extendUpToMinutes }) => extendUpToMinutes));
    const isStuck = this.#now >= this.#checkers.changedAt + (longest + STUCK_AFTER_MINUTES) * MINUTE;
    if (!isEnded && isStuck && holds.length === 0 && !WAITS.has(reason))
      this.#checkers.violated(`it neither ends nor holds: ${status}, ${reason}`);
    if (!isEnded && data.repeat !== 'minute' && reason !== 'AWAITING_ROLLOUT')
      this.#checkers.violated(`it lives and nothing wakes it (${data.repeat})`);
    if (isEnded && data.repeat === 'minute') this.#checkers.violated('it has ended and is woken every minute');
    // Claims of an ended rollout are void; where somebody deleted the schedule nothing comes to take them away.
    const isFreed = data.claims.size === 0 || this.#isScheduleDeleted;
    if ((status === 'rolledBack' || status === 'closed') && !isFreed)
      this.#checkers.violated(`it is ${status} and still owns ${[...data.claims.keys()].join(', ')}`);
    if (
      status === 'finished' &&
      this.#plan.start + 15 * MINUTE > badFrom(this.#behaviours, this.#plan) &&
      this.#isBadNow()
    )
      this.#checkers.violated('it finished with a bad release');
    if (!isEnded && status !== 'scheduled') this.#checkWeights(weight);
    const left = this.#ours().find((rule) => weightOf(rule) > 0 && this.#changedBy.get(rule.rule)?.who === 'us');
    if (status === 'rolledBack' && left !== undefined)
      this.#checkers.violated(`${left.rule.slice(-9)} was left at ${weightOf(left)} after the rollback`);
    const sticky = this.#ours().find((rule) => rule.sticky && this.#changedBy.get(rule.rule)?.who === 'us');
    if (status === 'rolledBack' && sticky !== undefined)
      this.#checkers.violated(`${sticky.rule.slice(-9)} still binds clients to the candidate`);
    this.#checkTold();
  }

  #isBadNow(): boolean {
    const from = badFrom(this.#behaviours, this.#plan);
    return this.#now > from + 30 * MINUTE && (this.#checkers.newest?.weight ?? 0) > 0;
  }

  #checkWeights(recorded: number): void {
    const { newest } = this.#checkers;
    for (const rule of this.#ours()) {
      const live = weightOf(rule);
      const isHeld = newest !== null && newest.holds.length > 0;
      // Where something holds a lower weight is somebody's own doing.
      const isWrong = live > recorded + 0.05 || (live < recorded - 0.05 && !isHeld);
      if (isWrong) this.#checkers.violated(`${rule.rule.slice(-9)} shows ${live}, recorded is ${recorded}`);
    }
  }

  /** Every notice of every entry was told at least once. */
  #checkTold(): void {
    if (this.#outbox.length > 0) this.#checkers.violated(`${this.#outbox.length} entries were never announced`);
    const told = new Set(
      this.#world.data.announcements.map(({ revision, subject, text }) => `${revision} ${subject} ${text}`),
    );
    const missing = this.#checkers.notices.find(
      ({ revision, subject, text }) => !told.has(`${revision} ${subject} ${text}`),
    );
    if (missing !== undefined)
      this.#checkers.violated(`revision ${missing.revision}: "${missing.subject}" was never told`);
  }
}

/** What the policy waits for that only people or the calendar bring. */
const WAITS: ReadonlySet<string> = new Set(['AWAITING_SIGN_OFF', 'AWAITING_CHECKLIST', 'PREFLIGHT_FAILED']);

/** What keeps a tick from lowering. */
const isInTheWay = ({ effect }: Behaviour): boolean =>
  effect.kind === 'writesRefused' ||
  effect.kind === 'rulesUnreadable' ||
  effect.kind === 'journalUnwritable' ||
  effect.kind === 'foreignRule' ||
  effect.kind === 'goneRule' ||
  (effect.kind === 'targets' && effect.side === 'baseline');

const processOf = (kind: Process['kind']): Process => ({
  kind,
  isDead: false,
  hasCalled: false,
  head: null,
  leave: null,
  hasLookedAgain: false,
  hasAskedHealth: false,
  healthy: { candidate: null, baseline: null },
});

/** From when on a third of the candidate's requests fail, to the end; infinite: never. */
const badFrom = (behaviours: readonly Behaviour[], plan: Plan): Instant => {
  const bad = behaviours.find(
    ({ effect, toMinute }) =>
      effect.kind === 'failures' &&
      effect.side === 'candidate' &&
      'share' in effect.amount &&
      effect.amount.share >= 0.2 &&
      toMinute === null,
  );
  return bad === undefined ? Number.POSITIVE_INFINITY : plan.start + bad.fromMinute * MINUTE;
};
