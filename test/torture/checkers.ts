/**
 * What must never happen, checked from outside: by the journal's bytes, the rules' weights, and what each process had been told. Nothing here asks the
 * controller or the policy; the formulas are written down a second time.
 */
import { createHash } from 'node:crypto';
import type { Instant, Plan } from '../../lib/plan/plan.ts';
import { MINUTE } from '../../lib/sim/clock.ts';
import { BLIND_MINUTES } from './limits.ts';
import type { EntrySeen, Process, RuleWritten } from './process.ts';

const ENDED: ReadonlySet<string> = new Set(['rolledBack', 'finished', 'closed']);
const DOWN: ReadonlySet<string> = new Set(['rollingBack', 'rolledBack']);
/** What an operator's silence, or a lack of data, must never lead to is not among these. */
const ROLLS_BACK: ReadonlySet<string> = new Set([
  'GUARD_TRIPPED',
  'WATCH_TRIPPED',
  'CANDIDATE_UNHEALTHY',
  'OUTAGE_AFTER_RISE',
  'CRITERION_FAILED',
  'HELD_TOO_LONG',
  'COMMANDED',
  'AA_OVER',
  'WAY_BACK_NARROW',
  'WEIGHT_UNWRITTEN',
  'DRAINED',
  'STICKY_TAIL',
]);
const PROVEN_BAD: ReadonlySet<string> = new Set(['CRITERION_FAILED', 'GATE_STALE', 'NO_GO']);

export const isEndedStatus = (status: string): boolean => ENDED.has(status);

export class Checkers {
  readonly violations: string[] = [];
  /** All that people must be told, with the revision that says it. */
  readonly notices: { readonly revision: number; readonly subject: string; readonly text: string }[] = [];
  newest: EntrySeen | null = null;
  /** When the decision, or the reason for it, was last another one. */
  changedAt: Instant = 0;
  /** When a rise was last recorded: by an advance, or by an operator's resume. */
  leaveAt: Instant = 0;
  /** When the first rollback was recorded. */
  turnedBackAt: Instant | null = null;
  /** Since when the release is bad beyond doubt. */
  readonly #badFrom: Instant;
  readonly #plan: Plan;
  readonly #now: () => Instant;
  #hash = '';
  #lastRow: Instant | null = null;
  #lastBusinessRow: Instant | null = null;
  readonly #businessSettleMinutes: number;
  /** Minutes of the present phase of which the candidate's gauge is known. */
  #gaugeMinutes = 0;
  #phaseSince: Instant = 0;
  readonly #weights = new Map<Instant, number>();
  /** By an operator before its time, or to where it had been: whichever rows were still to come then. */
  #isRaisedAgain = false;

  constructor(plan: Plan, now: () => Instant, badFrom: Instant) {
    this.#plan = plan;
    this.#businessSettleMinutes = slowestMetric(plan);
    this.#now = now;
    this.#badFrom = badFrom;
  }

  violated(what: string): void {
    this.violations.push(`${new Date(this.#now()).toISOString().slice(11, 19)} ${what}`);
  }

  /** Every appended body, in order. */
  appended(body: string): void {
    const before = this.newest;
    const { entry, previous, heldTooLong } = readSeen(body);
    const name = `revision ${entry.revision} (${entry.decision} ${entry.reason})`;
    if (entry.revision !== (before?.revision ?? -1) + 1)
      this.violated(`${name} follows revision ${before?.revision ?? 'none'}`);
    if (previous !== this.#hash) this.violated(`${name} does not carry its predecessor's hash`);
    this.#hash = createHash('sha256').update(body).digest('hex');
    for (const { subject, text } of entry.notices) this.notices.push({ revision: entry.revision, subject, text });
    this.#isRaisedAgain ||= entry.mayRaise && (entry.decision !== 'advance' || entry.by === 'command');
    this.#checkRows(entry, name);
    this.#checkRowWeights(entry, name);
    if (before !== null) this.#checkStep(before, entry, name);
    if (entry.by === 'forbidden' && before !== null) this.#checkForbidden(before, entry, name);
    this.#gaugeMinutes += entry.gaugeMinutes.filter((minute) => minute >= this.#phaseSince).length;
    if (entry.decision === 'advance') this.#checkAdvance(before, entry, name);
    if (before?.phase !== entry.phase) {
      this.#phaseSince = this.#now();
      this.#gaugeMinutes = 0;
    }
    if (entry.decision === 'rollBack' && !ROLLS_BACK.has(entry.reason))
      this.violated(`${name}: that rolls nothing back`);
    if (heldTooLong !== null && !PROVEN_BAD.has(heldTooLong))
      this.violated(`${name}: rolled back since ${heldTooLong} was not answered, which proves nothing`);
    if (this.turnedBackAt === null && DOWN.has(entry.status)) this.turnedBackAt = this.#now();
    if (before?.decision !== entry.decision || before.reason !== entry.reason) this.changedAt = this.#now();
    if (entry.mayRaise && entry.decision !== 'correct') this.leaveAt = this.#now();
    this.newest = entry;
  }

  /** Each settled minute once, in order, none left out; of business metrics too, which settle later. */
  #checkRows({ minutes, businessMinutes }: EntrySeen, name: string): void {
    this.#lastRow = this.#checkInOrder(minutes, this.#lastRow, 3, `${name}: row`);
    this.#lastBusinessRow = this.#checkInOrder(
      businessMinutes,
      this.#lastBusinessRow,
      this.#businessSettleMinutes,
      `${name}: row of business metrics`,
    );
  }

  /** One minute has one weight, however late its rows come. After a rollback nobody judges them. */
  #checkRowWeights({ status, weights, businessWeights }: EntrySeen, name: string): void {
    if (DOWN.has(status)) return;
    for (const [minute, weight] of weights) this.#weights.set(minute, weight);
    const wrong = businessWeights.find(([minute, weight]) => weight !== (this.#weights.get(minute) ?? weight));
    if (wrong !== undefined && !this.#isRaisedAgain)
      this.violated(`${name}: business metrics of ${new Date(wrong[0]).toISOString()} were judged at ${wrong[1]} %`);
  }

  /** The last of them. */
  #checkInOrder(
    minutes: readonly Instant[],
    before: Instant | null,
    settleMinutes: number,
    what: string,
  ): Instant | null {
    let last = before;
    for (const minute of minutes) {
      const name = `${what} ${new Date(minute).toISOString()}`;
      if (last !== null && minute !== last + MINUTE) this.violated(`${name} follows ${new Date(last).toISOString()}`);
      if (this.#now() < minute + MINUTE + settleMinutes * MINUTE - CLOCKS_MS)
        this.violated(`${name} is not settled yet`);
      last = minute;
    }
    return last;
  }

  #checkStep(before: EntrySeen, entry: EntrySeen, name: string): void {
    if (entry.weight > before.weight && entry.decision !== 'advance' && entry.decision !== 'resume')
      this.violated(`${name}: the recorded weight rose from ${before.weight} to ${entry.weight}`);
    if (DOWN.has(before.status) && entry.weight > before.weight)
      this.violated(`${name}: the recorded weight rose after a rollback`);
    if (ENDED.has(before.status) && (entry.status !== before.status || entry.weight !== before.weight))
      this.violated(`${name}: ${before.status} became ${entry.status}`);
    if (before.status === 'rollingBack' && !DOWN.has(entry.status) && entry.status !== 'closed' && !isTwin(this.#plan))
      this.violated(`${name}: rollingBack became ${entry.status}`);
  }

  /** Whoever may not command changes nothing, and makes no row and no weight. */
  #checkForbidden(before: EntrySeen, entry: EntrySeen, name: string): void {
    const standing = ({ status, weight, phase, holds, nextRow }: EntrySeen): string =>
      JSON.stringify([status, weight, phase, holds, nextRow]);
    if (standing(entry) !== standing(before) || entry.minutes.length > 0 || entry.decision !== 'wait' || entry.mayRaise)
      this.violated(`${name}: a forbidden command changed ${standing(before)} to ${standing(entry)}`);
  }

  /** Up needs evidence: fresh rows, and nothing that stands against it. */
  #checkAdvance(before: EntrySeen | null, entry: EntrySeen, name: string): void {
    if (entry.by === 'watchdog') this.violated(`${name}: the watchdog never raises`);
    if (entry.phase === 0 || entry.by === 'command') return;
    const blindFor = entry.at - entry.nextRow;
    if (blindFor >= BLIND_MINUTES * MINUTE + CLOCKS_MS)
      this.violated(`${name}: on rows that end ${Math.round(blindFor / MINUTE)} minutes ago`);
    const left = this.#plan.phases[entry.phase - 1];
    const asksGauge = left?.advance.some(({ not, claim }) => claim.kind === 'gauge' && !not) ?? false;
    if (asksGauge && 2 * this.#gaugeMinutes < (left?.bakeMinutes ?? 0))
      this.violated(`${name}: the gauge that must pass is known of ${this.#gaugeMinutes} minutes`);
    if (before !== null && before.holds.length > 0) this.violated(`${name}: over the hold ${before.holds.join(', ')}`);
    if (this.#now() > this.#badFrom + 15 * MINUTE) this.violated(`${name}: the release has been bad for 15 minutes`);
  }

  /** A rule's weight was changed by one of ours. */
  wrote({ process, rule, before, after, isAfterHand }: RuleWritten): void {
    const { newest } = this;
    const what = `${process.kind} set ${rule.slice(-9)} from ${before} to ${after}`;
    if (newest === null || newest.status === 'scheduled') this.violated(`${what} before the start`);
    if (!process.hasAskedHealth) this.violated(`${what} without asking how many targets are healthy`);
    if (after > before) this.#checkRise(process, what, after);
    // Where it was set to the very weight from which it was to rise, nobody can tell a hand from a tick that died.
    const isRepair = process.head?.decision === 'correct';
    if (after > before && isRepair && isAfterHand && before !== process.head?.weightBefore)
      this.violated(`${what}, though a person had set it there`);
    if (after < before) this.#checkFall(process, what, after);
  }

  /**
   * By what it last read: a rise looks at the head once more before each write. What is recorded between that look and the write makes it a zombie,
   * and the next tick undoes it.
   */
  #checkRise({ kind, head, leave, hasLookedAgain, healthy }: Process, what: string, after: number): void {
    if (kind === 'watchdog') this.violated(`${what}: it never raises`);
    if (!hasLookedAgain) this.violated(`${what} without another look at the journal`);
    if (leave === null) {
      this.violated(`${what}, though revision ${head?.revision ?? -1} is a ${head?.decision} ${head?.reason}`);
      return;
    }
    if (after > leave.weight + 0.05) this.violated(`${what}, recorded is ${leave.weight}`);
    const { fleet } = leave;
    const needed = fleet === null ? Number.POSITIVE_INFINITY : Math.ceil(0.66 * (after / 100) * fleet - 1e-9);
    if ((healthy.candidate ?? -1) < needed)
      this.violated(`${what}: the candidate has ${healthy.candidate} healthy targets and needs ${needed}`);
  }

  #checkFall({ head, healthy }: Process, what: string, after: number): void {
    const fleet = (head ?? this.newest)?.fleet ?? null;
    if (fleet === null || healthy.baseline === null) return;
    const share = healthy.baseline === 0 ? 0 : Math.min(1, healthy.baseline / (0.66 * fleet));
    if (after < 100 * (1 - share) - 0.05)
      this.violated(`${what}: the baseline has ${healthy.baseline} healthy targets of ${fleet}`);
  }
}

/** Clocks of two machines differ by less. */
const CLOCKS_MS = 11_000;

const isTwin = ({ mode }: Plan): boolean => mode === 'aa';

const weightOf = (row: { readonly minute: string; readonly weight: number }): readonly [Instant, number] => [
  instantOf(row),
  row.weight,
];

interface BusinessSeen {
  readonly candidate: { readonly gauges: { readonly cpu?: number | null } };
}

const instantOf = ({ minute }: { readonly minute: string }): Instant => Date.parse(minute);

/** The plans that are drawn have one `settle` for all their business metrics. */
const slowestMetric = ({ metrics }: Plan): number =>
  Math.max(3, ...[...JSON.stringify(metrics).matchAll(/"settleMinutes":(\d+)/g)].map(([, minutes]) => Number(minutes)));

/** Reads the bytes as anybody could, by the keys they have. */
const readSeen = (
  body: string,
): { readonly entry: EntrySeen; readonly previous: string; readonly heldTooLong: string | null } => {
  const written = JSON.parse(body);
  const { state, decision, cause, rows, businessRows } = written;
  const reason = decision.reason.code === 'RECORDED_LATE' ? decision.reason.of : decision.reason;
  return {
    previous: written.previous,
    heldTooLong: reason.code === 'HELD_TOO_LONG' && decision.decision === 'rollBack' ? reason.hold : null,
    entry: {
      revision: written.revision,
      at: Date.parse(written.at),
      by: cause.by,
      decision: decision.decision,
      reason: reason.code,
      status: state.status,
      phase: state.phase,
      weight: state.weight,
      weightBefore: state.weightBefore,
      mayRaise: decision.setWeight?.raise === true,
      minutes: rows.map(instantOf),
      businessMinutes: businessRows.map(instantOf),
      weights: rows.map(weightOf),
      businessWeights: businessRows.map(weightOf),
      gaugeMinutes: businessRows
        .filter(({ candidate }: BusinessSeen) => typeof candidate.gauges.cpu === 'number')
        .map(instantOf),
      nextRow: state.next.row,
      holds: state.holds
        .filter(({ cleanRows }: { readonly cleanRows: number }) => cleanRows < 10)
        .map(({ code }: { readonly code: string }) => code),
      fleet: state.healthyAtStart.baseline,
      notices: written.notices,
    },
  };
};
