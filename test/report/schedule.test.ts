import { describe, expect, test } from 'vitest';
import { programmeMarkdown } from '../../lib/report/programme.ts';
import { scheduleMarkdown } from '../../lib/report/schedule.ts';
import { plan, planOf } from './entries.ts';

describe('the schedule of a plan', () => {
  const schedule = scheduleMarkdown(plan);

  test('has the times, weights and the share of people that meet the candidate', () => {
    expect(schedule).toContain(
      '| canary | 2025-10-31 12:00 UTC | 1 % | 9.56 % / 63.4 % | 30m | 1h | 10m, 20m | 2025-10-31 12:30 UTC |',
    );
    expect(schedule).toContain('| 2025-10-31 12:10 UTC | 1 % | canary: checkpoint after 10m |');
  });

  test('has the criteria and how each is judged', () => {
    expect(schedule).toContain(
      "| canary at 1 % | not revenueDelta < -3% | revenue per request against the baseline's: not proven below −3 % | no evidence against |",
    );
  });

  test('says what Sluice does by itself', () => {
    expect(schedule).toContain(
      '| errorRate > 1.5% for 2m | when the breach is proven | rolls back | holds: it is not the release | rolls back |',
    );
    expect(schedule).toContain(
      '| revenueDelta < -5% for 10m | when the breach is proven | rolls back | the same | not armed |',
    );
    expect(schedule).toContain('a healthy release in fewer than 1 % of rollouts');
    expect(schedule).toContain(
      'at any minute of canary, all: holds at once, and rolls back when nobody answers for 24h.',
    );
  });

  test('says who must sign off, when they are reminded and when that expires', () => {
    expect(schedule).toContain(
      '| canary at 1 % | engineering, product | GO from each | 2025-10-31 12:30 UTC | 2025-11-01 00:30 UTC, 2025-11-01 06:30 UTC | 2025-11-01 12:30 UTC |',
    );
    expect(schedule).toContain('| canary | release tag exists | a reminder |');
    expect(schedule).toContain('On call: nobody is named; the operators are called.');
  });

  test('says who gets a daily health check and a weekly business review, and when', () => {
    const daily = scheduleMarkdown(
      planOf((source) => source.replace('bake: 1h, advance', 'bake: 12d, checkpoints: daily, advance')),
    );
    expect(daily).toContain('| 2025-11-06 12:30 UTC | 100 % | all: daily health check after 6d |');
    expect(daily).toContain(
      '| 2025-11-07 12:30 UTC | 100 % | all: daily health check and weekly business review after 7d |',
    );
    expect(daily).toContain(
      'In all everyone gets a health check every day, and the leads a business review with every seventh.',
    );
    expect(schedule).not.toContain('business review');
  });

  test('says that duties are separated, where they are', () => {
    const separated = scheduleMarkdown(
      planOf((source) => source.replace('start: 2025', 'separationOfDuty: true\nstart: 2025')),
    );
    expect(separated).toContain('Duties are separated: whoever starts the rollout gives no GO alone.');
    expect(schedule).not.toContain('Duties are separated');
  });

  test('escapes the text of the plan', () => {
    expect(schedule).toContain('Release v2 \\| \\<b>bold\\</b>');
  });

  test('has local times beside UTC where the plan has a zone', () => {
    const local = scheduleMarkdown(planOf((source) => `zone: Europe/Berlin\n${source.trimStart()}`));
    expect(local).toContain('| UTC | Europe/Berlin | share of requests | what |');
    expect(local).toContain('| 2025-10-31 12:00 UTC | 2025-10-31 13:00 Europe/Berlin | 1 % | canary begins at 1 % |');
  });

  test('names windows and freezes', () => {
    const bound = scheduleMarkdown(
      planOf(
        (source) =>
          `windows: [{ days: [fri, sat], hours: 22:00-02:00 }]\nfreezes: [{ from: 2025-12-20T00:00:00Z, to: 2026-01-02T00:00:00Z, reason: holidays }]\n${source.trimStart()}`,
      ),
    );
    expect(bound).toContain('The weight may rise on Friday, Saturday, 22:00 to 02:00 the next day (UTC).');
    expect(bound).toContain('does not rise from 2025-12-20 00:00 UTC to 2026-01-02 00:00 UTC: holidays.');
  });
});

describe('the schedule of a programme', () => {
  const second = planOf((source) =>
    source
      .replace('rollout: small', 'rollout: next\nafter: [small]')
      .replaceAll(/(50dc6c495c0c9188\/0467ef3c8400ae65)\/9683b2d02a6cabee/g, '$1/1111111111111111')
      .replace('/old/', '/other-old/')
      .replace('/new/', '/other-new/'),
  );

  test('has all rollouts in the order in which they begin, and each by itself', () => {
    const programme = programmeMarkdown([second, plan]);
    const markdown = programme.ok ? programme.markdown : '';
    expect(markdown).toMatch(
      /\| small \|[^\n]*2025-10-31 12:00 UTC[^\n]*\n\| next \|[^\n]*2025-10-31 13:30 UTC[^\n]*small \|/,
    );
    expect(markdown).toContain('## Schedule of rollout small');
    expect(markdown).toContain('### Phases');
    expect(markdown.match(/^# /gm)).toHaveLength(1);
  });

  test('is refused with all problems when plans do not fit together', () => {
    const programme = programmeMarkdown([plan, planOf((source) => source.replace('rollout: small', 'rollout: rival'))]);
    expect(programme).toMatchObject({ ok: false });
  });
});
