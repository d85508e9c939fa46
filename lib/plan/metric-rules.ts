import type { PlanDraft } from './draft.ts';
import { METRIC_NAMES, metricOf } from './metric.ts';
import { nearest } from './nearest.ts';
import type { Complaint, Path } from './problem.ts';
import { metricQueries, QUERIES_AT_MOST } from './queries.ts';
import { repeated } from './repeated.ts';

type MetricsDraft = NonNullable<PlanDraft['metrics']>;

/** Every metric that is named must exist, and what it is made of must be told apart by arm. */
export function* metricRules(draft: PlanDraft): Generator<Complaint> {
  yield* repeated(
    draft.guards?.map((guard) => guard?.text),
    (index) => ['guards', index],
    'guards',
  );
  yield* repeated(draft.show, (index) => ['show', index], 'metrics of show');
  if (draft.metrics !== undefined) {
    for (const { path, name } of namedMetrics(draft)) {
      const must = isDefined(name, draft.metrics);
      if (must !== undefined) yield { path, must };
    }
    yield* sources(draft.metrics);
  }
  const queries = metricQueries(draft);
  if (queries > QUERIES_AT_MOST) {
    yield {
      path: ['metrics'],
      must: `must need at most ${QUERIES_AT_MOST} metric queries a tick`,
      given: `${queries} queries`,
    };
  }
}

function* namedMetrics({ phases, guards, show }: PlanDraft): Generator<{ readonly path: Path; readonly name: string }> {
  for (const [phase, { advance }] of (phases ?? []).map((phase) => phase ?? {}).entries()) {
    for (const [index, criterion] of (advance ?? []).entries()) {
      if (criterion !== undefined) yield { path: ['phases', phase, 'advance', index], name: criterion.metric };
    }
  }
  for (const [index, guard] of (guards ?? []).entries()) {
    if (guard !== undefined) yield { path: ['guards', index], name: guard.metric };
  }
  for (const [index, name] of (show ?? []).entries()) {
    if (name !== undefined) yield { path: ['show', index], name };
  }
}

/** What must hold before a metric of that name can be read; undefined: it can. */
function isDefined(name: string, metrics: MetricsDraft): string | undefined {
  const gauges = metrics.gauges === undefined ? undefined : Object.keys(metrics.gauges);
  switch (metricOf(name).kind) {
    case 'gauge': {
      if (gauges === undefined || gauges.includes(name)) return undefined;
      const known = [...METRIC_NAMES, ...gauges];
      const meant = nearest(name, known);
      const hint = meant === undefined ? known.join(', ') : `did you mean ${meant}?`;
      return `must use a metric of the catalogue or a gauge that metrics.gauges defines, and ${name} is neither: ${hint}`;
    }
    case 'ratio':
      return metrics.revenue === undefined ? `must have metrics.revenue defined, which ${name} compares` : undefined;
    case 'segments':
      return metrics.segments === undefined ? `must have metrics.segments defined, which ${name} compares` : undefined;
    default:
      return undefined;
  }
}

/** `{arm}` and `{segment}` must be where they tell one metric from the other, and nowhere else. */
function* sources({ revenue, segments, gauges }: MetricsDraft): Generator<Complaint> {
  yield* placeholders(revenue?.sum, ['metrics', 'revenue', 'sum'], ['{arm}'], []);
  yield* placeholders(revenue?.orders, ['metrics', 'revenue', 'orders'], ['{arm}'], []);
  yield* placeholders(segments?.requests, ['metrics', 'segments', 'requests'], ['{arm}', '{segment}'], []);
  yield* placeholders(segments?.failures, ['metrics', 'segments', 'failures'], ['{arm}', '{segment}'], []);
  yield* repeated(segments?.values, (index) => ['metrics', 'segments', 'values', index], 'segments');
  for (const [name, gauge] of Object.entries(gauges ?? {})) {
    if (METRIC_NAMES.includes(name))
      yield { path: ['metrics', 'gauges', name], must: `must have another name: ${name} is in the catalogue` };
    yield* placeholders(gauge, ['metrics', 'gauges', name], [], ['{arm}']);
  }
}

function* placeholders(
  source: { readonly dimensions: Readonly<Record<string, string>> } | undefined,
  path: Path,
  needed: readonly string[],
  allowed: readonly string[],
): Generator<Complaint> {
  if (source === undefined) return;
  const used = Object.entries(source.dimensions).flatMap(([key, value]) =>
    (value.match(/\{[^}]*\}/g) ?? []).map((placeholder) => ({ key, placeholder })),
  );
  for (const { key, placeholder } of used) {
    if (!needed.includes(placeholder) && !allowed.includes(placeholder)) {
      yield {
        path: [...path, 'dimensions', key],
        must: `must not contain ${placeholder}: known here are ${[...needed, ...allowed].join(' and ')}`,
      };
    }
  }
  for (const placeholder of needed) {
    if (!used.some((use) => use.placeholder === placeholder)) {
      yield {
        path: [...path, 'dimensions'],
        must: `must contain ${placeholder}, or different things would be read from one metric`,
      };
    }
  }
}
