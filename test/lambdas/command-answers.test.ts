import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Request } from '../../lib/aws/request.ts';
import { hashOf } from '../../lib/controller/record.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { keptPlan, PLAN_SCHEMA } from '../../lib/rollout/read-plan.ts';
import { seedPlan } from '../rollout/fixture.ts';
import { seedSource } from '../scenarios/run.ts';
import { arnOf, type CommandAccount, commandAccount } from './command-account.ts';

const NAME = 'ultra-fast-analyzer';
const NOW = Date.parse('2025-10-31T11:30:00Z');
const MINUTE = 60_000;

let account: CommandAccount;
beforeEach(async () => {
  account = await commandAccount({ deployed: [seedSource], now: '2025-10-31T11:30:00Z' });
});
afterEach(async () => {
  await account.close();
});

const started = async (): Promise<void> => {
  const reply = await account.ask('Sre', { ask: 'start', hash: hashOf(seedSource) });
  if (!reply.ok) throw new Error(reply.refused);
};

/** Appends entries as a tick would, of about this many bytes each. */
const grown = async (count: number, bytes: number): Promise<void> => {
  const [first] = await account.entries(NAME);
  if (first === undefined) throw new Error('there is no entry 0');
  const { plan: _, ...rest } = first;
  for (let revision = 1; revision <= count; revision++) {
    const notices = [{ audience: 'everyone', subject: '', text: '"'.repeat(bytes / 2) }] as const;
    const body = JSON.stringify({ ...rest, revision, notices });
    expect(await account.journal.append(NAME, revision, body)).toBe('appended');
  }
};

const journal = (from: number, limit: number): Request & { readonly ask: 'journal' } => ({
  ask: 'journal',
  rollout: NAME,
  from,
  limit,
});
const refused = (piece: string) => expect.objectContaining({ ok: false, refused: expect.stringContaining(piece) });

describe('list', () => {
  it('shows every rollout there ever was, with where it stands', async () => {
    expect(await account.ask('Intern', { ask: 'list' })).toEqual({ ok: true, as: arnOf('Intern'), rollouts: [] });
    await started();
    const line = {
      rollout: NAME,
      release: 'v3.0.0-sprint-2-complete',
      phase: '',
      weight: 0,
      at: '2025-10-31T11:30:00.000Z',
      holds: [],
    };
    expect(await account.ask('Intern', { ask: 'list' })).toMatchObject({
      rollouts: [{ ...line, status: 'scheduled' }],
    });
    await account.ask('Sre', { ask: 'command', rollout: NAME, command: { kind: 'hold', why: 'x' } });
    expect(await account.ask('Intern', { ask: 'list' })).toMatchObject({ rollouts: [{ holds: ['OPERATOR'] }] });
    await account.ask('Sre', { ask: 'command', rollout: NAME, command: { kind: 'close', why: 'x' } });
    expect(await account.ask('Intern', { ask: 'list' })).toMatchObject({ rollouts: [{ status: 'closed' }] });
  });

  it('names the present phase, and none once the rollout has ended', async () => {
    await started();
    const [first] = await account.entries(NAME);
    const state = { ...first?.state, status: 'baking', phase: 1, weight: 10 };
    await account.journal.append(NAME, 1, JSON.stringify({ ...first, revision: 1, state }));
    expect(await account.ask('Intern', { ask: 'list' })).toMatchObject({
      rollouts: [{ status: 'baking', phase: 'ramp', weight: 10 }],
    });
    const ended = { ...state, status: 'closed', endedAt: NOW };
    await account.journal.append(NAME, 2, JSON.stringify({ ...first, revision: 2, state: ended }));
    expect(await account.ask('Intern', { ask: 'list' })).toMatchObject({ rollouts: [{ status: 'closed', phase: '' }] });
  });
});

describe('status', () => {
  it('is the head as it is, the plan, and the live weights', async () => {
    await started();
    const reply = await account.ask('Intern', { ask: 'status', rollout: NAME });
    if (!reply.ok) throw new Error(reply.refused);
    const { head, hash, plan, planSchema, rules, now } = reply;
    expect([hash, plan, planSchema, now]).toEqual([hashOf(head), seedPlan, PLAN_SCHEMA, NOW]);
    expect(JSON.parse(head)).toMatchObject({ revision: 0, rollout: NAME });
    expect(rules).toMatchObject([{ kind: 'weighted', weight: 0 }]);
  });

  it('has the plan that was kept when the rollout was registered, not what its text says to this release', async () => {
    const kept: Plan = { ...seedPlan, rollout: 'kept', holdForMinutes: 7 };
    await started();
    const [first] = await account.entries(NAME);
    const body = { ...first, rollout: 'kept', plan: keptPlan(kept, 'of a stricter parser', 'hash') };
    await account.journal.append('kept', 0, JSON.stringify(body));
    expect(await account.ask('Intern', { ask: 'status', rollout: 'kept' })).toMatchObject({ ok: true, plan: kept });
  });

  it('says so where there is no such rollout', async () => {
    expect(await account.ask('Intern', { ask: 'status', rollout: 'nobody' })).toEqual(refused('no rollout nobody'));
  });
});

describe('journal', () => {
  it('is the exact lines, and where to go on', async () => {
    await started();
    await grown(3, 10);
    const bodies = await account.journal.entries(NAME, 0, 10);
    const page = async (from: number, limit: number) => {
      const reply = await account.ask('Intern', journal(from, limit));
      if (!reply.ok) throw new Error(reply.refused);
      return { lines: reply.lines, next: reply.next };
    };
    const all = Array.isArray(bodies) ? bodies : [];
    expect(await page(0, 500)).toEqual({ lines: all, next: null });
    expect(await page(1, 2)).toEqual({ lines: all.slice(1, 3), next: 3 });
    expect(await page(2, 2)).toEqual({ lines: all.slice(2), next: null });
    expect(await page(4, 2)).toEqual({ lines: [], next: null });
  });

  it('goes on over many small entries', async () => {
    await started();
    await grown(120, 10);
    const reply = await account.ask('Intern', journal(0, 110));
    expect(reply).toMatchObject({ ok: true, next: 110 });
    expect(reply.ok && reply.lines.map((line) => JSON.parse(line).revision)).toEqual(
      Array.from({ length: 110 }, (_, revision) => revision),
    );
  });

  it('has fewer lines where they are large, and stays below what Lambda can answer', async () => {
    await started();
    // Each quotation mark is two bytes in an entry and four in an answer.
    await grown(12, 380_000);
    const pages: number[][] = [];
    for (let from: number | null = 0; from !== null; ) {
      const reply = await account.invoke(await account.envelope('Intern', journal(from, 500)));
      expect(JSON.stringify(reply).length).toBeLessThan(6_000_000);
      const page = reply as { readonly lines: readonly string[]; readonly next: number | null };
      pages.push(page.lines.map((line) => JSON.parse(line).revision));
      from = page.next;
    }
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flat()).toEqual(Array.from({ length: 13 }, (_, revision) => revision));
  });

  it('says so where there is no such rollout', async () => {
    expect(await account.ask('Intern', { ...journal(0, 10), rollout: 'nobody' })).toEqual(refused('no rollout nobody'));
  });
});

describe('report', () => {
  it('is the newest that was put, with its revision', async () => {
    expect(await account.ask('Intern', { ask: 'report', rollout: NAME })).toEqual(refused('no report'));
    account.reports.objects.set(`${NAME}/report.md`, {
      content: '# Report',
      contentType: 'text/markdown',
      metadata: { revision: '7' },
    });
    expect(await account.ask('Intern', { ask: 'report', rollout: NAME })).toMatchObject({
      markdown: '# Report',
      revision: 7,
    });
  });
});

describe('a link to the report', () => {
  it('is given to whoever may read it, once there is a page', async () => {
    expect(await account.ask('Intern', { ask: 'reportLink', rollout: NAME })).toEqual(refused('no report'));
    const page = { content: '<!doctype html>', contentType: 'text/html', metadata: { revision: '7' } };
    account.reports.objects.set(`${NAME}/report.html`, page);
    expect(await account.ask('Intern', { ask: 'reportLink', rollout: NAME })).toMatchObject({
      url: expect.stringMatching(/\/report\.html\?.*X-Amz-Signature=/),
      minutes: 60,
      revision: 7,
    });
  });
});

describe('export', () => {
  const asked = (from: number, to: number, source = seedSource): Request & { readonly ask: 'export' } => ({
    ask: 'export',
    source,
    from,
    to,
  });

  it('has every minute of the span, with business metrics', async () => {
    const reply = await account.ask('Intern', asked(NOW - 130 * MINUTE, NOW - 5 * MINUTE));
    if (!reply.ok) throw new Error(reply.refused);
    expect(reply.readings.map(({ minute }) => minute)).toEqual(
      Array.from(
        { length: 125 },
        (_, index) => `${new Date(NOW - (130 - index) * MINUTE).toISOString().slice(0, 16)}Z`,
      ),
    );
    expect(reply.readings[0]).toMatchObject({ baseline: { requests: 1000 }, business: expect.anything() });
  });

  it.each<[string, Request & { readonly ask: 'export' }, string]>([
    ['no whole minutes', asked(NOW - MINUTE - 1, NOW), 'whole minutes'],
    ['nothing', asked(NOW, NOW), 'to must lie after from'],
    ['more than one answer holds', asked(NOW - 361 * MINUTE, NOW), 'at most 360 minutes; these are 361'],
    ['the future', asked(NOW, NOW + MINUTE), 'must not lie in the future'],
    ['what CloudWatch has forgotten', asked(NOW - 16 * 1440 * MINUTE, NOW - 15.9 * 1440 * MINUTE), '15 days'],
  ])('refuses %s', async (_, request, piece) => {
    const reply = await account.ask('Intern', request);
    expect(!reply.ok && reply.problems.join()).toContain(piece);
  });

  it('refuses a plan that is none, with the place of each problem', async () => {
    expect(await account.ask('Intern', asked(NOW - MINUTE, NOW, 'rollout: x'))).toMatchObject({
      refused: 'this is not a valid plan',
      problems: expect.arrayContaining([expect.stringContaining('line 1')]),
    });
  });
});

describe('preflight', () => {
  const asked = (ring: boolean): Request & { readonly ask: 'preflight' } => ({
    ask: 'preflight',
    source: seedSource,
    ring,
  });

  it('says what a start would find', async () => {
    const reply = await account.ask('Intern', asked(false));
    if (!reply.ok) throw new Error(reply.refused);
    expect(reply.checks.length).toBeGreaterThan(0);
    expect(reply.checks.every(({ verdict, next }) => verdict === 'pass' || next !== '')).toBe(true);
    expect(account.sns.published).toEqual([]);
  });

  it('sends a test page to the people on call for an operator, and for nobody else', async () => {
    expect(await account.ask('Intern', asked(true))).toEqual(refused('only an operator'));
    expect(account.sns.published).toEqual([]);
    expect(await account.ask('Sre', asked(true))).toMatchObject({
      checks: expect.arrayContaining([expect.objectContaining({ what: 'test page', verdict: 'pass' })]),
    });
    expect(account.sns.published).toMatchObject([{ topic: expect.stringMatching(/on-call$/) }]);
  });
});

describe('trouble outside', () => {
  it.each<[string, Request, string]>([
    ['list', { ask: 'list' }, 'cannot list the rollouts'],
    ['status', { ask: 'status', rollout: NAME }, 'cannot read the'],
    ['journal', journal(0, 10), 'cannot read the entries'],
    ['start', { ask: 'start', hash: hashOf(seedSource) }, 'the rollout cannot be started'],
    ['command', { ask: 'command', rollout: NAME, command: { kind: 'hold', why: 'x' } }, 'cannot read the'],
  ])('is a refusal that says what could not be done: %s', async (_, request, piece) => {
    account.server.fail('Query', { status: 400, body: JSON.stringify({ __type: 'AccessDeniedException' }) }, 10);
    expect(await account.ask('Sre', request)).toEqual(refused(piece));
  });

  it('is a refusal where reports and metrics cannot be read', async () => {
    account.server.fail('GetObject', { status: 403 }, 5);
    expect(await account.ask('Sre', { ask: 'report', rollout: NAME })).toEqual(refused('cannot read report.md'));
    account.server.fail('GetMetricData', { status: 403, body: '{}' }, 5);
    const minute: Request = { ask: 'export', source: seedSource, from: NOW - MINUTE, to: NOW };
    expect(await account.ask('Sre', minute)).toEqual(refused('REFUSED: cannot'));
  });
});
