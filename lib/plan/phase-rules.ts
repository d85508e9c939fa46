import type { PlanDraft } from './draft.ts';
import { formatDuration } from './duration.ts';
import { metricOf } from './metric.ts';
import { dailyCheckpoints } from './phase-schema.ts';
import type { Complaint } from './problem.ts';
import { repeated } from './repeated.ts';

type PhaseDraft = NonNullable<NonNullable<PlanDraft['phases']>[number]>;

/** What must hold within and between phases. */
export function* phaseRules({ phases, mode }: PlanDraft): Generator<Complaint> {
  if (phases === undefined) return;
  yield* repeated(
    phases.map((phase) => phase?.name),
    (index) => ['phases', index, 'name'],
    'phases',
  );
  yield* weightsDoNotFall(phases);
  for (const [index, phase] of phases.entries()) {
    if (phase === undefined) continue;
    if (mode === 'aa' && phase.weight === 100) {
      const must = 'must be below 100% in mode aa: at 100 % there is no baseline left to compare with';
      yield { path: ['phases', index, 'weight'], must };
    }
    for (const { path, ...complaint } of onePhase(phase)) yield { ...complaint, path: ['phases', index, ...path] };
  }
}

function* weightsDoNotFall(phases: readonly (PhaseDraft | undefined)[]): Generator<Complaint> {
  let highest = { weight: 0, name: '' };
  let wasFull = false;
  for (const [index, phase] of phases.entries()) {
    if (phase?.weight === undefined) continue;
    const { weight, onTrip, name = String(index + 1) } = phase;
    if (weight < highest.weight)
      yield {
        path: ['phases', index, 'weight'],
        must: `must not be below the ${highest.weight}% of phase ${highest.name}`,
      };
    if (onTrip !== undefined && !(weight === 100 && wasFull)) {
      yield {
        path: ['phases', index, 'onTrip'],
        must: 'must be absent here: only in phases of weight 100 after the first there is a choice, elsewhere a guard rolls back',
      };
    }
    if (weight >= highest.weight) highest = { weight, name };
    wasFull ||= weight === 100;
  }
}

function* onePhase(phase: PhaseDraft): Generator<Complaint> {
  const { advance, signOff, weight, checklist } = phase;
  // What is not known is NaN: no comparison with it holds.
  const { bake = Number.NaN, extendUpTo = Number.NaN, warmUp = Number.NaN } = phase;
  yield* checkpointsInOrder(phase);
  if (extendUpTo < bake) {
    yield {
      path: ['extendUpTo'],
      must: `must not be shorter than the bake of ${formatDuration(bake)}: it is the bake with all extensions`,
    };
  }
  if (warmUp >= bake) yield { path: ['warmUp'], must: `must be shorter than the bake of ${formatDuration(bake)}` };
  if (advance?.length === 0 && signOff?.roles?.length === 0) {
    yield {
      path: ['advance'],
      must: 'must name at least one criterion, unless signOff.roles asks somebody',
      given: '[]',
    };
  }
  yield* repeated(
    advance?.map((criterion) => criterion?.text),
    (index) => ['advance', index],
    'criteria',
  );
  for (const [index, criterion] of (advance ?? []).entries()) {
    if (weight === 100 && criterion !== undefined && metricOf(criterion.metric).needsBaseline) {
      yield {
        path: ['advance', index],
        must: `must not compare with the baseline, which has no traffic at weight 100, and ${criterion.metric} does`,
      };
    }
  }
  yield* repeated(
    checklist?.map((item) => item?.item),
    (index) => ['checklist', index],
    'items',
  );
}

function* checkpointsInOrder({ bake, checkpoints, passInARow = Number.NaN }: PhaseDraft): Generator<Complaint> {
  if (bake === undefined || checkpoints === undefined) return;
  const minutes = checkpoints === 'daily' ? dailyCheckpoints(bake) : checkpoints;
  if (checkpoints === 'daily' && minutes.length === 0) {
    yield { path: ['checkpoints'], must: 'must be a list where the bake is not longer than 24h' };
  }
  for (const [index, at] of minutes.entries()) {
    const path = ['checkpoints', index];
    if (at >= bake)
      yield { path, must: `must lie before the end of the bake at ${formatDuration(bake)}, where the gate is` };
    if (at <= (minutes[index - 1] ?? 0)) yield { path, must: 'must be later than the checkpoint before it' };
  }
  if (passInARow > minutes.length) {
    yield { path: ['passInARow'], must: `must not exceed the number of checkpoints, which is ${minutes.length}` };
  }
}
