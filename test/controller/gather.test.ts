import { describe, expect, it } from 'vitest';
import { inParts } from '../../lib/controller/gather.ts';
import { tick } from '../../lib/controller/tick.ts';
import type { BusinessRow } from '../../lib/judge/row.ts';
import { minuteText } from '../../lib/judge/row.ts';
import type { Evidence } from '../../lib/rollout/evidence.ts';
import { seedSource } from '../scenarios/run.ts';
import { at, entryOf, withPorts } from './world.ts';

/** What was asked of CloudWatch in twenty ticks from an instant on: the minute of the wake-up, whether business came with it, whose counts. */
const readsFrom = async (until: string, source?: string, faults: readonly string[] = []) => {
  const rehearsal = await at(until, source === undefined ? { faults } : { source, faults });
  const { world, plan } = rehearsal;
  const reads: { minute: number; business: boolean; candidateOnly: boolean }[] = [];
  const seen = withPorts(world, {
    metrics: {
      read: async (of, from, to, business, candidateOnly = false) => {
        reads.push({ minute: new Date(world.data.now).getUTCMinutes(), business, candidateOnly });
        return world.metrics.read(of, from, to, business, candidateOnly);
      },
    },
  });
  for (let minute = 0; minute < 20; minute += 1) {
    world.data.now = Date.parse(`${until}:05Z`) + minute * 60_000;
    await tick(seen, plan.rollout);
  }
  return reads;
};

const minutesOf = (reads: readonly { readonly minute: number }[]) => reads.map(({ minute }) => minute);
const every = (minutes: number) => Array.from({ length: 20 / minutes }, (_, index) => index * minutes);

const withFiftySegments = seedSource.replace(
  '[k12, university, professional, enterprise]',
  `[${Array.from({ length: 50 }, (_, index) => `segment${index}`).join(', ')}]`,
);

describe('an economic plan', () => {
  it('reads both groups and everything, every minute, while both serve', async () => {
    const reads = await readsFrom('2025-11-01T15:00');
    expect(minutesOf(reads)).toEqual(every(1));
    expect(reads.every(({ business, candidateOnly }) => business && !candidateOnly)).toBe(true);
  });

  it('reads fifty segments every five minutes after a day below weight 100, and traffic every minute', async () => {
    const later = await readsFrom('2025-11-01T13:00', withFiftySegments);
    expect(minutesOf(later)).toEqual(every(1));
    expect(minutesOf(later.filter(({ business }) => business))).toEqual([0, 5, 10, 15]);
  });

  it('leaves out the baseline at weight 100, and still reads every minute of the first day', async () => {
    const reads = await readsFrom('2025-11-02T20:00');
    expect(minutesOf(reads)).toEqual(every(1));
    expect(reads.every(({ candidateOnly }) => candidateOnly)).toBe(true);
  });

  it('reads every other minute after a day in a phase at weight 100, and business metrics every five minutes', async () => {
    const reads = await readsFrom('2025-11-05T12:00', seedSource);
    expect(minutesOf(reads)).toEqual([0, 2, 4, 5, 6, 8, 10, 12, 14, 15, 16, 18]);
    expect(minutesOf(reads.filter(({ business }) => business))).toEqual([0, 5, 10, 15]);
  });

  it('reads every minute while a minute is late, so that it is not taken for blindness', async () => {
    const late = await readsFrom('2025-11-05T12:00', seedSource, ['cloudwatch late 4m from 4d 00:00']);
    expect(minutesOf(late)).toEqual(every(1));
  });

  it('reads every minute, whatever its pace, when the plan says full, and both groups also at weight 100', async () => {
    const reads = await readsFrom('2025-11-05T12:00', `${seedSource}\npace: full\n`);
    expect(minutesOf(reads)).toEqual(every(1));
    expect(reads.every(({ business, candidateOnly }) => business && !candidateOnly)).toBe(true);
  });
});

describe('what one entry may hold', () => {
  const counts = (segments: number) => ({
    requests: 12_345,
    revenue: 123_456.78,
    orders: 1_234,
    segments: Object.fromEntries(
      Array.from({ length: segments }, (_, index) => [
        `a segment with a rather long name ${index}`,
        { requests: 1_234, failures: 12 },
      ]),
    ),
    gauges: {},
  });
  const evidenceOf = (minutes: number, segments: number): Evidence => {
    const businessRows = Array.from(
      { length: minutes },
      (_, index): BusinessRow => ({
        minute: minuteText(index * 60_000),
        weight: 10,
        candidate: counts(segments),
        baseline: counts(segments),
      }),
    );
    const none = { rows: [], business: [] };
    const health = { candidate: null, baseline: null };
    const rest = { metricsFault: null, rules: [], health, alarms: null, preflight: null, after: [] };
    return { now: 0, rows: [], businessRows, more: false, unsettled: none, ...rest };
  };
  const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

  it('is far below the 400 KB of an item in an ordinary minute of fifty segments', async () => {
    const entry = entryOf(await at('2025-11-01T15:28', { source: withFiftySegments }));
    expect(entry.businessRows.length).toBeGreaterThan(0);
    expect(bytesOf(entry)).toBeLessThan(40_000);
  });

  it('is sixty minutes where they are small', () => {
    const parts = inParts(evidenceOf(150, 4));
    expect(parts.map(({ businessRows }) => businessRows.length)).toEqual([60, 60, 30]);
    expect(parts.map(({ more }) => more)).toEqual([true, true, false]);
  });

  it('is fewer where fifty segments make a minute large, so that an entry stays below the 400 KB of an item', () => {
    const evidence = evidenceOf(180, 50);
    expect(bytesOf(evidence.businessRows.slice(0, 60))).toBeGreaterThan(400_000);
    const parts = inParts(evidence);
    expect(parts.flatMap(({ businessRows }) => businessRows)).toEqual(evidence.businessRows);
    expect(Math.max(...parts.map(({ businessRows }) => bytesOf(businessRows)))).toBeLessThan(210_000);
    expect(parts.map(({ more }) => more)).toEqual(parts.map((_, index) => index < parts.length - 1));
  });
});
