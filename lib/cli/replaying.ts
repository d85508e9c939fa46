/** Runs today's judge and policy over a journal, entry by entry, and keeps where they would decide otherwise now. */
import type { JudgeState } from '../judge/judge.ts';
import type { Plan } from '../plan/plan.ts';
import type { Decision, Entry } from '../rollout/entry.ts';
import { explain } from '../rollout/explain.ts';
import type { Situation } from '../rollout/situation.ts';
import { firstDeviation } from './deviation.ts';
import { type Look, type Redone, redo } from './redo.ts';

export interface DecisionSaid {
  readonly decision: Decision['decision'];
  readonly code: Decision['reason']['code'];
  readonly sentence: string;
}

/** A place in the journal. */
export interface Place {
  readonly revision: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Name of the phase. */
  readonly phase: string;
}

/** Today's decision is another one. */
export interface Difference extends Place {
  readonly recorded: DecisionSaid;
  readonly today: DecisionSaid;
  /** How many entries in a row differ in the same way; this is the first. */
  readonly entries: number;
}

/** The decisions are the same, a number behind them is not. */
export interface NumberDifference extends Place {
  /** In the state or the reason: `judge.clumpiness`. */
  readonly path: string;
  readonly recorded: unknown;
  readonly today: unknown;
  /** In how many entries this is the first number that differs; this one is the first of them. */
  readonly entries: number;
}

export interface Replayed {
  readonly release: string;
  /** Of the first and the last entry; ISO 8601, UTC. */
  readonly firstAt: string;
  readonly lastAt: string;
  readonly entries: number;
  readonly same: number;
  /** Entries in which people or the watchdog decided, and the start: no judge was asked. */
  readonly notReplayed: number;
  readonly differing: number;
  readonly differences: readonly Difference[];
  readonly numbers: readonly NumberDifference[];
  /**
   * Every entry is looked at from the state recorded before it, so a number that differs a little is forgotten with the next one. Where numbers
   * differ, today's judge is also folded on by itself: the first decision that comes out otherwise then; null: none does.
   */
  readonly foldedOn: Difference | null;
}

export class Replaying {
  readonly #plan: Plan;
  /** Held back by one: whether a tick goes on is told by the entry after it. */
  #waiting: Entry | undefined;
  #before: Entry | undefined;
  #earlier: Situation | undefined;
  /** Today's judge, folded on by itself; undefined: it is as recorded. */
  #folded: JudgeState | undefined;
  #foldedOn: Difference | null = null;
  #firstAt = '';
  #entries = 0;
  #same = 0;
  #notReplayed = 0;
  #differing = 0;
  readonly #differences: { -readonly [Key in keyof Difference]: Difference[Key] }[] = [];
  /** By path. */
  readonly #numbers = new Map<string, { -readonly [Key in keyof NumberDifference]: NumberDifference[Key] }>();
  #wasSame = true;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  /** Entries in their order, from revision 0 on. */
  add(entry: Entry): void {
    if (this.#waiting !== undefined) this.#look(this.#waiting, entry);
    this.#waiting = entry;
  }

  end(): Replayed {
    if (this.#waiting !== undefined) this.#look(this.#waiting, undefined);
    this.#waiting = undefined;
    return {
      release: this.#plan.release,
      firstAt: this.#firstAt,
      lastAt: this.#before?.at ?? '',
      entries: this.#entries,
      same: this.#same,
      notReplayed: this.#notReplayed,
      differing: this.#differing,
      differences: this.#differences,
      numbers: [...this.#numbers.values()],
      foldedOn: this.#foldedOn,
    };
  }

  #look(entry: Entry, next: Entry | undefined): void {
    const before = this.#before;
    this.#before = entry;
    if (this.#entries === 0) this.#firstAt = entry.at;
    this.#entries += 1;
    if (before === undefined || entry.cause.by !== 'schedule') this.#skip(before, entry);
    else this.#replay(before, entry, next);
  }

  #replay(before: Entry, entry: Entry, next: Entry | undefined): void {
    const more = goesOn(entry, next);
    const look: Look = { plan: this.#plan, before: before.state, entry, more, earlier: this.#earlier };
    const redone = redo(look);
    this.#earlier = more ? redone.situation : undefined;
    this.#foldOn(look, redone);
    if (redone.isSame) this.#same += 1;
    else this.#differ(entry, redone);
    this.#wasSame = redone.isSame;
    if (redone.deviation !== undefined) this.#deviate(entry, redone.deviation);
  }

  /** A command may begin the evidence anew: from there on the judge is the recorded one again. */
  #skip(before: Entry | undefined, entry: Entry): void {
    this.#notReplayed += 1;
    this.#earlier = undefined;
    this.#wasSame = true;
    if (before === undefined || firstDeviation(before.state.judge, entry.state.judge) !== undefined)
      this.#folded = undefined;
  }

  #foldOn(look: Look, redone: Redone): void {
    if (this.#foldedOn !== null) return;
    const folded = this.#folded === undefined ? redone : redo(look, this.#folded);
    if (!folded.isSame) {
      this.#foldedOn = this.#differenceOf(look.entry, folded);
      return;
    }
    const isAsRecorded = firstDeviation(look.entry.state.judge, folded.judge) === undefined;
    this.#folded = isAsRecorded ? undefined : folded.judge;
  }

  #differ(entry: Entry, redone: Redone): void {
    this.#differing += 1;
    const difference = this.#differenceOf(entry, redone);
    const last = this.#differences.at(-1);
    const goesOnSo =
      !this.#wasSame &&
      last !== undefined &&
      isSaidAlike(last.recorded, difference.recorded) &&
      isSaidAlike(last.today, difference.today);
    if (goesOnSo) last.entries += 1;
    else this.#differences.push(difference);
  }

  #deviate(entry: Entry, { path, recorded, today }: NonNullable<Redone['deviation']>): void {
    const known = this.#numbers.get(path);
    if (known !== undefined) known.entries += 1;
    else this.#numbers.set(path, { ...placeOf(this.#plan, entry), path, recorded, today, entries: 1 });
  }

  #differenceOf(entry: Entry, { decision }: Redone): Difference {
    return { ...placeOf(this.#plan, entry), recorded: said(entry.decision), today: said(decision), entries: 1 };
  }
}

/** One tick writes several entries where many rows had gathered; all of them have its time, and some of the rows. */
const goesOn = (entry: Entry, next: Entry | undefined): boolean =>
  next !== undefined &&
  next.cause.by === 'schedule' &&
  next.at === entry.at &&
  entry.decision.setWeight === undefined &&
  hasRows(entry) &&
  hasRows(next);

const hasRows = ({ rows, businessRows }: Entry): boolean => rows.length + businessRows.length > 0;

const isSaidAlike = (one: DecisionSaid, other: DecisionSaid): boolean =>
  one.decision === other.decision && one.code === other.code;

const said = (decision: Decision): DecisionSaid => ({
  decision: decision.decision,
  code: decision.reason.code,
  sentence: explain(decision.reason),
});

const placeOf = ({ phases }: Plan, { revision, at, state }: Entry): Place => ({
  revision,
  at,
  phase: phases[state.phase]?.name ?? 'scheduled',
});
