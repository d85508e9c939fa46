import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashOf } from '../../lib/controller/record.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import { PLAN_SCHEMA } from '../../lib/rollout/read-plan.ts';
import { type KeptRollout, rehearseKept } from '../../scripts/replay-corpus.ts';
import { entriesOf, keptSource, keptText, linesOf } from '../replay/kept-journals.ts';
import { sluice } from './captured-io.ts';
import { workspace } from './workspace.ts';

/** As somebody would write it who wants the chain to be whole. */
const chained = (entries: readonly Entry[]): string => {
  let previous = '';
  return entries
    .map((entry) => {
      const line = JSON.stringify({ ...entry, previous });
      previous = hashOf(line);
      return `${line}\n`;
    })
    .join('');
};

const replay = async (text: string, ...options: readonly string[]) =>
  sluice(['replay', join(workspace({ 'journal.jsonl': text }), 'journal.jsonl'), ...options]);

const rehearsed = async (kept: Omit<KeptRollout, 'name' | 'story'>): Promise<string> =>
  (await rehearseKept(keptSource, { name: 'test', story: '', ...kept })).map((line) => `${line}\n`).join('');

/** The journal of a rollout whose plan would have been this one. */
const withPlan = (entries: readonly Entry[], change: (plan: Plan) => Plan): readonly Entry[] =>
  entries.map((entry) =>
    entry.plan === undefined
      ? entry
      : { ...entry, plan: { ...entry.plan, schema: PLAN_SCHEMA, parsed: change(entry.plan.parsed) } },
  );

const looserGuards = (plan: Plan): Plan => ({
  ...plan,
  guards: plan.guards.map((guard) =>
    guard.claim.kind === 'share' ? { ...guard, claim: { ...guard.claim, limit: 0.2 } } : guard,
  ),
});

describe('replay', () => {
  it('says that nothing differs where today’s code decides as it was decided', async () => {
    const { exit, out, err } = await replay(keptText('healthy'));
    expect([exit, err]).toEqual([0, '']);
    expect(out).toMatch(
      /journal\.jsonl: shop, release 2\.4\.0: 75 entries from 2026-02-03 08:50 UTC to 2026-02-03 10:10 UTC, the chain is whole\.\nToday 73 are decided the same, 0 otherwise; 2 not replayed \(the start, and what people and the watchdog decided\)\.\nTaken back from what was decided.*\n$/,
    );
  });

  it('names each decision that would be another one, side by side in a pipe', async () => {
    const { exit, out } = await replay(chained(withPlan(entriesOf(keptText('guard')), looserGuards)));
    expect(exit).toBe(1);
    expect(out).toContain('Today 23 are decided the same, 1 otherwise;');
    const [line] = out.split('\n').filter((each) => each.includes('GUARD_TRIPPED'));
    expect(line?.split('\t')).toEqual([
      '2026-02-03 09:14 UTC',
      'five',
      'revision 17',
      'rollBack',
      'GUARD_TRIPPED',
      expect.stringMatching(/^Guard "errorRate > 1\.5% for 2m" tripped at 2026-02-03 09:10 UTC/),
      'wait',
      'CHECKPOINT',
      'Checkpoint 10m: 2 of 3 criteria pass; errorRate < 1% insufficient.',
      '1 entry',
    ]);
  });

  it('shows them below each other on a terminal, with a bar while it reads', async () => {
    const text = chained(withPlan(entriesOf(keptText('guard')), looserGuards));
    const path = join(workspace({ 'journal.jsonl': text }), 'journal.jsonl');
    const { out, live } = await sluice(['replay', path], { terminal: true });
    expect(out).toMatch(
      /revision 17 {2}then {3}rollBack {2}GUARD_TRIPPED {2}Guard.*\n +today {2}wait {6}CHECKPOINT {5}/,
    );
    expect(live[0]).toMatch(/^\[[= ]{24}\] 1 entries replayed$/);
    expect(live.at(-1)).toBe('');
  });

  it('tells entries in a row that differ in the same way once', async () => {
    const entries = entriesOf(keptText('no-go')).map((entry): Entry => {
      const { reason } = entry.decision;
      if (reason.code !== 'NO_GO' || entry.decision.decision !== 'wait') return entry;
      return { ...entry, decision: { decision: 'wait', reason: { code: 'OPERATOR', actor: 'ada', why: 'lunch' } } };
    });
    const { out } = await replay(chained(entries), '--json');
    const { differing, differences } = JSON.parse(out);
    expect(differences).toMatchObject([
      { at: '2026-02-03T09:45:15.000Z', recorded: { code: 'OPERATOR' }, today: { code: 'NO_GO' }, entries: differing },
    ]);
    expect(differing).toBeGreaterThan(5);
  });

  it('names numbers that differ behind the same decision, and says that folding on changes nothing', async () => {
    const entries = entriesOf(keptText('healthy')).map((entry): Entry => {
      if (entry.revision !== 20) return entry;
      const { state } = entry;
      return { ...entry, state: { ...state, judge: { ...state.judge, clumpiness: 4 } } };
    });
    const { exit, out } = await replay(chained(entries));
    expect(exit).toBe(1);
    expect(out).toContain('Today 73 are decided the same, 0 otherwise;');
    expect(out).toContain('2026-02-03 09:17 UTC\tfive\trevision 20\tjudge.clumpiness\tthen 4\ttoday 2.05\t');
    expect(out).toContain("Folded on by itself, today's judge decides as it was decided.");
  });

  it('says where today’s judge, folded on by itself, decides otherwise, although each entry by itself is decided the same', async () => {
    const source = (written: string): string =>
      `${written}\nregressionWatch: { falseRollbacks: 0.1%, onSticky: hold }\n`;
    const yesterday = await rehearsed({ plan: source, faults: ['failures x4 from 00:08'], minutes: 19 });
    // A judge that once took nine tenths of the evidence away: after that each entry follows from the one before it.
    const entries = withPlan(entriesOf(yesterday), (plan) => ({
      ...plan,
      regressionWatch: { falseRollbacks: 0.01, onSticky: 'hold' },
    })).map(({ state, ...entry }): Entry => {
      const { watch } = state.judge;
      if (watch === null || entry.revision < 13) return { ...entry, state };
      const metrics = watch.metrics.map((metric) => ({
        ...metric,
        bets: metric.bets.map((wealths) => wealths.map((wealth) => Math.round(wealth / 10))),
      }));
      return { ...entry, state: { ...state, judge: { ...state.judge, watch: { ...watch, metrics } } } };
    });
    const { out } = await replay(chained(entries), '--json');
    const { differences, foldedOn } = JSON.parse(out);
    expect([differences, foldedOn]).toMatchObject([
      [],
      { recorded: { code: 'BAKING' }, today: { code: 'WATCH_TRIPPED' } },
    ]);
  });

  it('refuses a journal whose chain is broken, and says where', async () => {
    const { exit, out, err } = await replay(keptText('guard').replace('"requests":', '"requests": '));
    expect([exit, out]).toEqual([1, '']);
    expect(err).toMatch(/^sluice: Cannot replay .*: its chain breaks at line \d+: it must name the SHA-256 of/);
  });

  it('refuses a state that this release cannot read', async () => {
    const entries = entriesOf(keptText('guard')).map((entry) =>
      entry.revision === 3 ? { ...entry, state: { ...entry.state, schema: 7 } } : entry,
    );
    const { exit, err } = await replay(chained(entries as readonly Entry[]));
    expect(exit).toBe(2);
    expect(err).toContain('revision 3 of shop has state schema 7, which must be 1 for this release of Sluice');
  });

  it.each([
    ['a line without a state', (lines: readonly string[]) => lines.map((line) => line.replace('"state":', '"stat":'))],
    [
      'decisions without a reason',
      (lines: readonly string[]) => lines.map((line) => line.replace('"reason":', '"raisin":')),
    ],
  ])('refuses %s, and names the first', async (_, change) => {
    const entries = change(linesOf(keptText('guard'))).map((line): Entry => JSON.parse(line));
    const { exit, err } = await replay(chained(entries));
    expect(exit).toBe(2);
    expect(err).toContain('line 1 must be an entry with rows, decision and state, and is another one.');
  });

  it('refuses a journal without its plan', async () => {
    const entries = entriesOf(keptText('guard')).map(({ plan: _, ...entry }): Entry => entry);
    const { exit, err } = await replay(chained(entries));
    expect(exit).toBe(2);
    expect(err).toContain('the plan of its entry 0 is not valid here');
  });

  it('a file that is not there is the wrong command line', async () => {
    const { exit, err } = await sluice(['replay', 'no/journal.jsonl']);
    expect(exit).toBe(2);
    expect(err).toContain('Cannot read journal no/journal.jsonl: there is no such file.');
  });
});

describe('what an entry tells of the outside is enough to decide again', () => {
  it.each([
    ['many rows at once', ['no ticks from 00:10 for 75m']],
    ['unreadable rules', ['rules unreadable from 00:00 for 12m']],
    ['unreadable health', ['health unreadable from 00:10 for 12m']],
    ['unreadable alarms at the gate', ['alarms unreadable from 00:15 for 12m']],
    ['a foreign rule', ['foreign rule from 00:10 for 5m']],
    ['a foreign rule on the way back', ['foreign rule from 00:06 for 30m', 'failures x50 from 00:08']],
    ['a rule that is gone', ['gone rule from 00:10 for 5m']],
    ['a rule that is gone on the way back', ['gone rule from 00:06 for 30m', 'failures x50 from 00:08']],
    ['sticky rules', ['sticky rules', 'failures x4 from 00:08']],
    ['writes that are refused', ['writes refused from 00:10 for 9m', 'failures x50 from 00:08']],
    ['a raise that is refused', ['raises refused from 00:00 for 9m']],
    [
      'a raise that is refused until the candidate is too small for it',
      ['raises refused from 00:44 for 12m', 'candidate targets 3 of 20 from 00:50 for 10m'],
    ],
    ['a journal that cannot be written', ['journal unwritable from 00:10 for 9m', 'failures x50 from 00:08']],
    ['a candidate without healthy targets', ['candidate targets 0 of 4 from 00:10 for 10m']],
    ['a candidate too small for the next phase', ['candidate targets 3 of 20 from 00:10 for 50m']],
    ['a baseline that could not take all back', ['baseline targets 13 of 20 growing 0.2/min from 00:10']],
    ['minutes that come late', ['cloudwatch late 4m']],
  ])('%s', async (_, faults) => {
    const text = await rehearsed({ faults, minutes: 100 });
    const { out } = await replay(text, '--json');
    expect(JSON.parse(out)).toMatchObject({ differences: [], numbers: [], foldedOn: null });
  });

  it('the first rows of a tick with several entries are not decided on as if they were the last', async () => {
    const entries = entriesOf(await rehearsed({ faults: ['no ticks from 00:10 for 75m'], minutes: 90 }));
    const times = entries.filter(({ cause, rows }) => cause.by === 'schedule' && rows.length > 0).map(({ at }) => at);
    expect(new Set(times).size).toBeLessThan(times.length);
  });
});
