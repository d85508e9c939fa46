/** Everything a page says and draws, as JSON: sentences and numbers, nothing of how it looks. */
import type { Table, TopicSection } from '../blocks.ts';
import type { Outcome } from '../outcome.ts';

export interface PageData {
  readonly rollout: string;
  readonly title: string;
  readonly release: string;
  readonly outcome: Outcome;
  readonly outcomeWords: string;
  /** The decision, when, by whom, and the sentence with its numbers. */
  readonly decided: { readonly at: string; readonly sentence: string; readonly by: string; readonly numbers: string };
  readonly next: readonly string[];
  /** Questions and answers of the report's first page. */
  readonly facts: readonly (readonly [string, string])[];
  readonly notes: readonly string[];
  readonly timeline: { readonly from: string; readonly to: string; readonly stretches: readonly Stretch[] };
  readonly sections: readonly TopicSection[];
  readonly decisions: readonly DecisionRow[];
  /** Decisions in the middle that are not here; the journal has them. */
  readonly decisionsLeftOut: number;
  /** Revision and time of the newest entry. */
  readonly revision: number;
  readonly asOf: string;
  readonly charts: ChartData;
}

export interface DecisionRow {
  readonly revision: number;
  readonly at: string;
  readonly phase: string;
  readonly weight: string;
  readonly decision: string;
  readonly code: string;
  /** Who asked for it; empty: nobody. */
  readonly by: string;
  readonly sentence: string;
  readonly numbers: readonly Table[];
}

/** One phase. Places are percent of the whole way. */
export interface Stretch {
  readonly name: string;
  readonly weight: string;
  readonly isEntered: boolean;
  readonly isCurrent: boolean;
  readonly from: number;
  readonly to: number;
  /** Null: the bake did not begin. */
  readonly bakeFrom: number | null;
  readonly gateAt: number | null;
  /** The rollback was decided. */
  readonly backAt: number | null;
  readonly sentence: string;
  readonly looks: readonly { readonly at: number; readonly text: string; readonly kind: 'pass' | 'open' | 'fail' }[];
  readonly holds: readonly { readonly from: number; readonly to: number; readonly text: string }[];
}

/** Null: nothing is known, or nothing was there. */
export type Column = readonly (number | null)[];

export interface Line {
  readonly label: string;
  readonly values: Column;
  /** How it is drawn: of which side, a limit, or a bound. */
  readonly role: 'candidate' | 'baseline' | 'limit' | 'bound' | 'weight' | 'trip';
}

export type Unit = 'percent' | 'requests' | 'powerOfTen';

export interface Chart {
  readonly name: string;
  readonly title: string;
  readonly unit: Unit;
  /** Seconds since 1970, the middle of each point. */
  readonly x: readonly number[];
  readonly lines: readonly Line[];
  /** What it shows, for those who do not see it. */
  readonly summary: string;
}

export interface ChartData {
  readonly charts: readonly Chart[];
  /** Decisions that changed what is drawn: `at` in seconds since 1970. */
  readonly marks: readonly { readonly at: number; readonly text: string; readonly kind: 'rise' | 'hold' | 'end' }[];
  /** Ranges to look at: the whole way, the phases, the last day. */
  readonly ranges: readonly { readonly label: string; readonly from: number; readonly to: number }[];
}
