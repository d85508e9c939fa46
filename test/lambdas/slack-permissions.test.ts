import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionIdOf, type ButtonAsk, buttonValue } from '../../lib/slack/button.ts';
import { allows, type Grant, type Use } from '../stack/granted.ts';
import { formOf, signed, urlEvent } from '../stand-in/slack-app.ts';
import { granted, INSTALLATION, type Name, ROLLOUT, type SlackAccount, slackAccount } from './slack-account.ts';
import { usesOf } from './uses.ts';

const GRANTS: Readonly<Record<Name, readonly Grant[]>> = {
  door: granted.of('Door', 'SlackActions'),
  commands: granted.of('Commands', 'SlackActions'),
  chat: granted.of('', 'ChatActions'),
};

/** As in least-privilege.test.ts. */
const BY_OTHERS = /^(logs:|kms:)/;

const uses = new Map<Name, readonly Use[]>();

const send = async (account: SlackAccount, payload: unknown): Promise<void> => {
  await account.door(urlEvent(signed(formOf(payload))));
  await account.carryOut();
};
const press = async (account: SlackAccount, ask: ButtonAsk, revision = 1): Promise<void> => {
  const user = ask === 'go' ? 'U0ENG' : 'U0SRE';
  const value = buttonValue({ ask, installation: INSTALLATION, rollout: ROLLOUT, revision });
  await send(account, account.slack.press({ action_id: actionIdOf(ask), value }, { user }));
  if (ask !== 'go') await send(account, account.slack.submit('in a test', { user }));
};

const inAccount = async (live: (account: SlackAccount) => Promise<void>): Promise<void> => {
  const account = await slackAccount();
  try {
    await live(account);
    const tagsOf = (rule: string) => account.balancing.rules.get(rule)?.tags ?? new Map<string, string>();
    for (const name of ['door', 'commands', 'chat'] as const)
      uses.set(name, [...(uses.get(name) ?? []), ...account.calls[name].flatMap((call) => usesOf(call, tagsOf))]);
  } finally {
    await account.close();
  }
};

/** The journal takes nothing. */
const withoutJournal = async (account: SlackAccount, work: () => Promise<unknown>): Promise<void> => {
  account.server.fail('PutItem', { status: 400, body: '{"__type":"AccessDeniedException"}' }, 10);
  await work();
};

beforeAll(async () => {
  await inAccount(async (account) => {
    await press(account, 'go');
    await press(account, 'advance');
  });
  await inAccount((account) => press(account, 'rollBack'));
  await inAccount((account) => withoutJournal(account, () => press(account, 'rollBack')));
  await inAccount(async (account) => {
    // Somebody deleted what the rollback lives by.
    account.scheduler.schedules.clear();
    await account.chat({ ask: 'rollBack', rollout: ROLLOUT });
  });
  await inAccount((account) => withoutJournal(account, () => account.chat({ ask: 'rollBack', rollout: ROLLOUT })));
}, 60_000);
afterAll(() => uses.clear());

const told = ({ action, resource }: Grant | Use): string => `${action} on ${resource}`;
const distinct = (all: readonly string[]): readonly string[] => [...new Set(all)].sort();

describe.each(['door', 'commands', 'chat'] as const)('%s', (name) => {
  it('is granted everything that it does', () => {
    const missing = (uses.get(name) ?? []).filter((use) => !GRANTS[name].some((grant) => allows(grant, use)));
    expect(distinct(missing.map(told))).toEqual([]);
  });

  it('does everything that it is granted', () => {
    const made = uses.get(name) ?? [];
    const unused = GRANTS[name].filter(
      (grant) => !BY_OTHERS.test(grant.action) && !made.some((use) => allows(grant, use)),
    );
    expect(distinct(unused.map(told))).toEqual([]);
  });
});
