import type { Entry } from '../rollout/entry.ts';
import type { RolloutState } from '../rollout/rollout.ts';

/** What a rehearsal looks at after every tick: an entry without its rows and its state, which are most of it. */
export interface EntryView extends Pick<Entry, 'rollout' | 'revision' | 'previous' | 'at' | 'decision' | 'notices'> {
  /** Sums over the rows. */
  readonly candidateRequests: number;
  readonly candidateFailures: number;
  readonly status: RolloutState['status'];
  readonly phase: number;
  readonly weight: number;
}

/** Fields of an entry in the order in which `record` writes them. Quotes inside of strings are escaped, so each is found only where it begins. */
const CAUSE = ',"cause":{';
const ROWS = ',"rows":[';
const BUSINESS_ROWS = ',"businessRows":[';
const DECISION = ',"decision":{"decision":';
const STATE = ',"state":{"schema":';
const FACTS = /"status":"(\w+)","phase":(-?\d+),"weight":([\d.]+)/;
const CANDIDATE = /"candidate":\{"requests":([\d.e+]+),"failures":([\d.e+]+)/g;

/** Reads only what is needed: to parse a whole entry takes ten times as long, and there are 22,000. */
export const viewEntry = (body: string): EntryView => {
  const cause = body.indexOf(CAUSE);
  const rows = body.indexOf(ROWS, cause);
  const business = body.indexOf(BUSINESS_ROWS, rows);
  const decision = body.indexOf(DECISION, business);
  const state = body.indexOf(STATE, decision);
  const facts = state < 0 ? null : FACTS.exec(body.slice(state, state + 600));
  if (cause < 0 || rows < 0 || business < 0 || decision < 0 || facts === null) return viewWhole(body);
  const front = JSON.parse(`${body.slice(0, cause)}${body.slice(decision, state)}}`) as Omit<
    EntryView,
    'status' | 'phase' | 'weight' | 'candidateRequests' | 'candidateFailures'
  >;
  let candidateRequests = 0;
  let candidateFailures = 0;
  for (const counts of body.slice(rows, business).matchAll(CANDIDATE)) {
    candidateRequests += Number(counts[1]);
    candidateFailures += Number(counts[2]);
  }
  const { rollout, revision, previous, at, decision: decided, notices } = front;
  const status = facts[1] as RolloutState['status'];
  return {
    rollout,
    revision,
    previous,
    at,
    decision: decided,
    notices,
    candidateRequests,
    candidateFailures,
    status,
    phase: Number(facts[2]),
    weight: Number(facts[3]),
  };
};

/** The same for an entry whose fields stand in another order. */
const viewWhole = (body: string): EntryView => {
  const { state, rows, rollout, revision, previous, at, decision, notices } = JSON.parse(body) as Entry;
  const sum = (key: 'requests' | 'failures'): number =>
    rows.reduce((total, { candidate }) => total + (candidate?.[key] ?? 0), 0);
  const { status, phase, weight } = state;
  return {
    rollout,
    revision,
    previous,
    at,
    decision,
    notices,
    candidateRequests: sum('requests'),
    candidateFailures: sum('failures'),
    status,
    phase,
    weight,
  };
};

export const stateOf = (body: string): RolloutState => (JSON.parse(body) as Entry).state;
