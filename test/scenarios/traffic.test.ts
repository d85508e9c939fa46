import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readTrace } from '../../lib/sim/trace.ts';
import { codes, run } from './run.ts';

const traceOf = (text: string, scale: number) => {
  const trace = readTrace(text, scale);
  if ('problem' in trace) throw new Error(trace.problem);
  return trace;
};

/** Two days of 5-minute sums with a daily cycle, bursts, and slots that are missing. */
const synthetic = ['timestamp,value'];
for (let slot = 0; slot < 576; slot++) {
  if (slot % 97 === 13 || (slot >= 300 && slot < 306)) continue;
  const at = new Date(Date.parse('2024-03-01T00:00:00Z') + slot * 300_000).toISOString().slice(0, 19).replace('T', ' ');
  const cycle = 60_000 * (1 + 0.5 * Math.sin((2 * Math.PI * slot) / 288));
  synthetic.push(`${at},${Math.round(slot % 41 === 0 ? 3 * cycle : cycle)}`);
}

describe('traffic from a trace', () => {
  it('goes through a whole rollout, bursts and gaps and all', async () => {
    const ran = await run({ trace: traceOf(synthetic.join('\n'), 1) });
    expect([ran.outcome, ran.weight, ran.violations]).toEqual(['finished', 100, []]);
    expect(codes(ran).filter((code) => /rollBack/.test(code))).toEqual([]);
  });

  const real = process.env.SLUICE_TRACE;
  it.skipIf(real === undefined || !existsSync(real))(
    'replays two weeks of a real load balancer ($SLUICE_TRACE; skipped where it is unset), scaled, with its gaps',
    async () => {
      const ran = await run({ trace: traceOf(readFileSync(real ?? '', 'utf8'), 1000) });
      expect([ran.outcome, ran.weight, ran.violations]).toEqual(['finished', 100, []]);
    },
  );
});
