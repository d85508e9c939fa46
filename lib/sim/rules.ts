import { Fault } from '../controller/fault.ts';
import type { Router, RuleChange, RuleReading, RuleWrite } from '../controller/ports.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import { active, type Behaviour } from './behaviour.ts';
import { type ClockData, MINUTE } from './clock.ts';
import type { Shares } from './traffic.ts';
import { TRAFFIC } from './traffic-model.ts';

/** From an instant on: the share a rule gives the candidate, and the one it has moved away from (they differ while clients stick). */
interface Stretch {
  readonly from: Instant;
  readonly candidate: number;
  readonly baseline: number;
  readonly before: number;
  readonly sticky: boolean;
}

export interface RuleData {
  readonly rule: string;
  /** As AWS keeps them, 0 to 999. */
  candidate: number;
  baseline: number;
  sticky: boolean;
  foreign: string | null;
  gone: boolean;
  resting: 'baseline' | 'candidate';
  /** What the traffic did, ascending. */
  stretches: Stretch[];
}

export const initialRules = (plan: Plan, sticky: boolean): RuleData[] =>
  plan.traffic.rules.map((rule) => ({
    rule,
    candidate: 0,
    baseline: 999,
    sticky,
    foreign: null,
    gone: false,
    resting: 'baseline',
    stretches: [{ from: 0, candidate: 0, baseline: 1, before: 0, sticky: false }],
  }));

/** Percent, in steps of 0.1, as anybody reads it back. */
export const weightOf = (rule: RuleData): number =>
  Math.round((1000 * rule.candidate) / (rule.candidate + rule.baseline)) / 10;

/** Share for the candidate at an instant of the stretch; sticky clients follow slowly. */
const shareAt = (stretch: Stretch, at: Instant): number =>
  stretch.sticky
    ? stretch.candidate +
      (stretch.before - stretch.candidate) * Math.exp((stretch.from - at) / (TRAFFIC.stickyMinutes * MINUTE))
    : stretch.candidate;

/** Mean share in [from, to) of the stretch, by its middle: a minute is short against the time constant. */
const addStretch = (
  sum: { candidate: number; baseline: number },
  stretch: Stretch,
  from: Instant,
  to: Instant,
): void => {
  const candidate = shareAt(stretch, (from + to) / 2);
  sum.candidate += candidate * (to - from);
  sum.baseline += Math.max(0, stretch.candidate + stretch.baseline - candidate) * (to - from);
};

/** Who got which share of the requests in [from, to): the rules carry the same traffic each. */
export const sharesIn = (rules: readonly RuleData[], from: Instant, to: Instant): Shares => {
  const sum = { candidate: 0, baseline: 0 };
  for (const { stretches } of rules) {
    let end = to;
    for (let index = stretches.length - 1; index >= 0 && end > from; index -= 1) {
      const stretch = stretches[index];
      if (stretch === undefined || stretch.from >= end) continue;
      addStretch(sum, stretch, Math.max(from, stretch.from), end);
      end = Math.max(from, stretch.from);
    }
  }
  const all = rules.length * (to - from);
  return { candidate: sum.candidate / all, baseline: sum.baseline / all };
};

/** Called after every change of a rule: its traffic follows when the change has spread. */
const spread = (rule: RuleData, now: Instant): void => {
  const from = now + TRAFFIC.spreadSeconds * 1000;
  const last = rule.stretches.at(-1);
  const before = last === undefined ? 0 : shareAt(last, from);
  const elsewhere = rule.foreign !== null || rule.gone;
  const candidate = elsewhere ? 0 : rule.candidate / (rule.candidate + rule.baseline);
  rule.stretches.push({
    from,
    candidate,
    baseline: elsewhere ? 0 : 1 - candidate,
    before,
    sticky: rule.sticky && !elsewhere,
  });
};

/** Weight w is written as round(10·w) of 1000; 0 and 100 as 0 and 999 of 999, since AWS allows no 1000. */
export const writeWeight = (rule: RuleData, weight: number, now: Instant): void => {
  const candidate = Math.round(10 * weight);
  rule.candidate = Math.min(999, candidate);
  rule.baseline = Math.min(999, 1000 - candidate);
  spread(rule, now);
};

/** Somebody points the rule at a third group, deletes it, or (null and false) puts it back. */
export const pointElsewhere = (rule: RuleData, foreign: string | null, gone: boolean, now: Instant): void => {
  rule.foreign = foreign;
  rule.gone = gone;
  spread(rule, now);
};

export interface RulesData extends ClockData {
  readonly rules: RuleData[];
  /** Every change of a rule, ascending: what CloudTrail will know. */
  readonly changes: MadeChange[];
}

export interface MadeChange {
  readonly rule: string;
  readonly isDeletion: boolean;
  readonly made: RuleChange;
}

/** Who makes a change, and with what. */
export type Maker = Pick<RuleChange, 'by' | 'tool'>;

const SLUICE: Maker = {
  by: 'arn:aws:sts::123456789012:assumed-role/sluice-tick/sluice-tick',
  tool: 'the AWS SDK',
};

/** After the change. */
export const noteChange = ({ changes, now }: RulesData, rule: RuleData, maker: Maker): void => {
  const weight = rule.gone || rule.foreign !== null ? null : weightOf(rule);
  const made = { id: `event-${changes.length + 1}`, at: now, weight, ...maker };
  changes.push({ rule: rule.rule, isDeletion: rule.gone, made });
};

export const routerOf = (data: RulesData, behaviours: readonly Behaviour[], start: Instant): Router => {
  const minuteNow = (): number => (data.now - start) / MINUTE;
  const find = (arn: string): RuleData | undefined => data.rules.find(({ rule }) => rule === arn);
  return {
    read: async (plan, tags) => {
      const unreadable = active(behaviours, 'rulesUnreadable', minuteNow()).length > 0;
      return plan.traffic.rules.map((arn): RuleReading => {
        const rule = find(arn);
        if (unreadable)
          return { rule: arn, kind: 'unreadable', fault: new Fault('THROTTLED', 'read the listener rules') };
        if (rule === undefined || rule.gone) return { rule: arn, kind: 'gone' };
        if (rule.foreign !== null) return { rule: arn, kind: 'foreign', found: rule.foreign };
        const reading = { rule: arn, kind: 'weighted', weight: weightOf(rule), sticky: rule.sticky } as const;
        return tags ? { ...reading, resting: rule.resting } : reading;
      });
    },
    setWeight: async (_, write) => {
      const rule = find(write.rule);
      const refused = active(behaviours, 'writesRefused', minuteNow());
      if (rule === undefined || rule.gone) return new Fault('NOT_FOUND', `set the weight of ${write.rule}`);
      // The port's own look before its write: rules that forward to a third group are nobody's to write.
      if (rule.foreign !== null)
        return new Fault('REFUSED', `set the weight of ${write.rule}, which forwards to ${rule.foreign}`);
      if (refused.some(({ effect }) => !effect.raisesOnly || isRaise(rule, write))) {
        return new Fault('REFUSED', `set the weight of ${write.rule}`);
      }
      if (isRaise(rule, write) && weightOf(rule) !== write.from) return 'changed';
      if (write.rollback) rule.sticky = false;
      writeWeight(rule, write.weight, data.now);
      noteChange(data, rule, SLUICE);
      return 'written';
    },
  };
};

/** Above what is there, or above what was there; without a `from` nothing rises. */
const isRaise = (rule: RuleData, { weight, from }: RuleWrite): boolean =>
  weight > weightOf(rule) || (from !== null && weight > from);
