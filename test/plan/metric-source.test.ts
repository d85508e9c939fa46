import { expect, it } from 'vitest';
import { dimensionsOf } from '../../lib/plan/metric-source.ts';

const source = (dimensions: Readonly<Record<string, string>>) =>
  ({ namespace: 'A', metric: 'B', statistic: 'Sum', missing: 'unknown', settleMinutes: 3, dimensions }) as const;

it('puts the name of the arm and the segment wherever they are asked for', () => {
  const dimensions = { Service: '{arm}-analyzer-{arm}', Of: '{segment} of {arm}, {segment}', Cluster: 'learn' };
  expect(dimensionsOf(source(dimensions), 'ultra-fast', 'k12')).toEqual({
    Service: 'ultra-fast-analyzer-ultra-fast',
    Of: 'k12 of ultra-fast, k12',
    Cluster: 'learn',
  });
});

it('leaves the names of dimensions alone, metrics without any, and nothing where there is no segment', () => {
  expect(dimensionsOf(source({ Of: '{arm}{segment}' }), 'original')).toEqual({ Of: 'original' });
  expect(dimensionsOf(source({ '{arm}': '{ARM}' }), 'original')).toEqual({ '{arm}': '{ARM}' });
  expect(dimensionsOf(source({}), 'original', 'k12')).toEqual({});
});
