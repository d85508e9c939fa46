import type { PlanDraft } from './draft.ts';
import { formatDuration, MINUTE_MS } from './duration.ts';
import type { Parsed } from './parsed.ts';
import type { Complaint, Path } from './problem.ts';
import { repeated } from './repeated.ts';
import { resolveInstant, type WrittenInstant } from './written-instant.ts';

/** Local times must exist and be clear, and everything must come in order. */
export function* calendarRules(draft: PlanDraft): Generator<Complaint> {
  const { zone, start, freezes = [], windows = [], phases = [] } = draft;
  const instants: readonly { readonly path: Path; readonly written: WrittenInstant | undefined }[] = [
    { path: ['start'], written: start },
    ...phases.map((phase, index) => ({ path: ['phases', index, 'start'], written: phase?.start })),
    ...freezes.flatMap((freeze, index) => [
      { path: ['freezes', index, 'from'], written: freeze?.from },
      { path: ['freezes', index, 'to'], written: freeze?.to },
    ]),
  ];
  for (const { path, written } of instants) {
    const resolved = resolve(written, zone);
    if (resolved !== undefined && 'must' in resolved) yield { path, must: resolved.must };
  }
  for (const [index, freeze] of freezes.entries()) {
    if (instantOf(freeze?.to, zone) <= instantOf(freeze?.from, zone))
      yield { path: ['freezes', index, 'to'], must: 'must be later than `from`' };
  }
  for (const [index, window] of windows.entries()) {
    const days = window?.days?.map((day) => day?.toString());
    yield* repeated(days, (day) => ['windows', index, 'days', day], 'days');
  }
  yield* startsInOrder(draft);
}

/** Phases start one after the other, and not so early that the bake before makes every start late. */
function* startsInOrder({ zone, start, phases = [], lateBy = Number.NaN }: PlanDraft): Generator<Complaint> {
  const first = instantOf(start, zone);
  let earliest = first;
  let lastStart = first;
  for (const [index, phase] of phases.entries()) {
    const path = ['phases', index, 'start'];
    const at = instantOf(phase?.start, zone);
    if (index === 0 && (at < first || at > first)) {
      yield { path, must: "must be absent or the plan's start: the first phase begins with the rollout" };
    } else if (index > 0 && at <= lastStart) {
      yield { path, must: 'must be later than the starts before it' };
    } else if (earliest > at + lateBy * MINUTE_MS) {
      yield {
        path,
        must: `must leave time for the phase before, which can end at ${text(earliest)} at the earliest, more than lateBy (${formatDuration(lateBy)}) after it`,
      };
    }
    if (!Number.isNaN(at)) lastStart = at;
    const begin = Number.isNaN(at) ? earliest : Math.max(earliest, at);
    earliest = begin + ((phase?.bake ?? Number.NaN) + (phase?.advanceAfter ?? 0)) * MINUTE_MS;
  }
}

const text = (at: number): string => `${new Date(at).toISOString().slice(0, 16)}Z`;

/** NaN where there is none, also for local times that do not exist: no comparison with it holds, so nothing is complained about. */
function instantOf(written: WrittenInstant | undefined, zone: string | undefined): number {
  const resolved = resolve(written, zone);
  return resolved !== undefined && 'value' in resolved ? resolved.value : Number.NaN;
}

const resolve = (written: WrittenInstant | undefined, zone: string | undefined): Parsed<number> | undefined =>
  written === undefined || zone === undefined ? undefined : resolveInstant(written, zone);
