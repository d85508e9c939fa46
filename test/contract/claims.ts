/** What claims promise on a DynamoDB, whichever engine that is: when they are void, and what happens in between two requests. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Journal } from '../../lib/controller/ports.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import type { RolloutState, Status } from '../../lib/rollout/rollout.ts';
import { freshJournal } from '../aws/journal-world.ts';
import { stateOf } from '../rollout/fixture.ts';
import { dynamoService } from '../stand-in/dynamodb.ts';
import { type Asked, type StandIn, standIn } from '../stand-in/server.ts';
import { bodyOf, KEYS, NAME, planOfAnotherShape } from './entry-bodies.ts';

const [rule = '', baseline = '', candidate = ''] = KEYS;
const TEN_MINUTES = 600_000;

/**
 * Registers the sentences.
 * @param dynamoUrl asked when the first test begins
 */
export const keepsTheClaimsPromises = (world: string, dynamoUrl: () => string): void => {
  describe(`claims ${world}`, () => {
    let now: number;
    /** What happens in between, before a request is answered. */
    let meanwhile: (asked: Asked) => Promise<void>;
    let aws: StandIn;
    let journal: Journal;
    beforeEach(async () => {
      now = 1_000_000;
      meanwhile = async () => {};
      const service = dynamoService(dynamoUrl());
      aws = await standIn({
        dynamodb: async (asked) => {
          await meanwhile(asked);
          return service(asked);
        },
      });
      ({ journal } = await freshJournal(aws.url, () => now));
    });
    afterEach(async () => {
      vi.unstubAllEnvs();
      await aws.close();
    });

    /** A rollout `old` that owns everything, whose newest entry says that. */
    const old = async (state: Partial<RolloutState>, reason?: Entry['decision']['reason']): Promise<void> => {
      await journal.claim('old', KEYS);
      await journal.append('old', 0, bodyOf(0, { rollout: 'old' }));
      const change = reason === undefined ? {} : { decision: { decision: 'wait' as const, reason } };
      await journal.append('old', 1, bodyOf(1, { rollout: 'old', state: stateOf(-1, state), ...change }));
    };

    const AGREES = { code: 'FINISHED', weight: 100, resting: 'agrees' } as const;
    const DEPLOY = { ...AGREES, resting: 'deploy' } as const;
    const OWNED_BY_OLD = { key: rule, owner: 'old' };

    describe('a claim is void and may be taken over', () => {
      it.each<[string, () => Promise<void>]>([
        ['rolled back', () => old({ status: 'rolledBack' })],
        ['was closed', () => old({ status: 'closed' })],
        ['finished, and its resting tag agreed at once', () => old({ status: 'finished', endedBy: AGREES })],
        ['finished, and its resting tag agrees by now', () => old({ status: 'finished', endedBy: DEPLOY }, AGREES)],
      ])('when its owner %s', async (_, given) => {
        await given();
        expect(await journal.claim(NAME, KEYS)).toBe('claimed');
        expect(await journal.list('live')).toEqual([NAME]);
        await journal.free('old');
        expect(await journal.claim('another', [rule])).toEqual({ key: rule, owner: NAME });
      });

      it('when its owner has no first entry more than ten minutes later', async () => {
        await journal.claim('old', KEYS);
        now += TEN_MINUTES;
        expect(await journal.claim(NAME, KEYS)).toEqual(OWNED_BY_OLD);
        now += 1;
        expect(await journal.claim(NAME, KEYS)).toBe('claimed');
      });
    });

    describe('a claim is kept', () => {
      it.each<Status>(['scheduled', 'baking', 'passed', 'rollingBack'])('while its owner is %s', async (status) => {
        await old({ status });
        now += 30 * 86_400_000;
        expect(await journal.claim(NAME, KEYS)).toEqual(OWNED_BY_OLD);
      });

      it('while its finished owner waits for the resting tag', async () => {
        await old({ status: 'finished', endedBy: DEPLOY }, DEPLOY);
        now += 30 * 86_400_000;
        expect(await journal.claim(NAME, KEYS)).toEqual(OWNED_BY_OLD);
      });

      it('for ten minutes from the last time its owner claimed it', async () => {
        await journal.claim('old', KEYS);
        now += TEN_MINUTES;
        await journal.claim('old', KEYS);
        now += TEN_MINUTES;
        expect(await journal.claim(NAME, KEYS)).toEqual(OWNED_BY_OLD);
      });

      it('when its owner claims it anew while somebody else finds it void', async () => {
        await journal.claim('old', [rule]);
        now += TEN_MINUTES + 1;
        let isFirst = true;
        meanwhile = async ({ operation, input }) => {
          if (operation !== 'Query' || !isFirst || !JSON.stringify(input).includes('"old"')) return;
          isFirst = false;
          await journal.claim('old', [rule]);
        };
        expect(await journal.claim(NAME, [rule])).toEqual(OWNED_BY_OLD);
        expect(isFirst).toBe(false);
      });

      it('when nobody can say how its owner stands: then nothing is claimed, and that is a fault', async () => {
        await journal.claim('old', [candidate]);
        await journal.append('old', 0, bodyOf(0, { rollout: 'old' }).replace('"schema":1', '"schema":2'));
        expect(await journal.claim(NAME, KEYS)).toMatchObject({ code: 'UNREADABLE' });
        expect(await journal.list('live')).toEqual(['old']);
      });
    });

    describe('claiming all or none', () => {
      it('frees what was claimed before the first refusal, and what was taken over', async () => {
        await journal.claim('gone', [rule]);
        now += TEN_MINUTES + 1;
        await journal.claim('old', [candidate]);
        expect(await journal.claim(NAME, KEYS)).toEqual({ key: candidate, owner: 'old' });
        expect(await journal.list('live')).toEqual(['old']);
      });

      it('frees what was claimed before a fault', async () => {
        let puts = 0;
        meanwhile = async ({ operation }) => {
          if (operation === 'PutItem' && ++puts === 2) aws.fail('PutItem', { status: 500 }, 2);
        };
        expect(await journal.claim(NAME, KEYS)).toMatchObject({ code: 'UNAVAILABLE', operation: `claim ${candidate}` });
        expect(await journal.list('live')).toEqual([]);
      });

      it('leaves to a start in the same millisecond what that one has claimed again', async () => {
        await journal.claim('old', [candidate]);
        meanwhile = async ({ operation }) => {
          if (operation !== 'DeleteItem') return;
          meanwhile = async () => {};
          await journal.claim(NAME, [rule, baseline]);
        };
        expect(await journal.claim(NAME, KEYS)).toEqual({ key: candidate, owner: 'old' });
        expect(await journal.claim('another', [rule])).toEqual({ key: rule, owner: NAME });
      });
    });

    describe('claiming while it waits for others', () => {
      beforeEach(async () => {
        await journal.append(NAME, 0, bodyOf(0));
      });
      /** Once, when the second of the three keys is asked for. */
      const atSecondPut = (happens: () => Promise<unknown>): void => {
        let puts = 0;
        meanwhile = async ({ operation }) => {
          if (operation !== 'PutItem' || ++puts !== 2) return;
          meanwhile = async () => {};
          await happens();
        };
      };

      it('keeps none while another rollout owns one, although two calls at once found what the other had taken', async () => {
        await journal.claim('old', [candidate]);
        const answers: unknown[] = [];
        atSecondPut(async () => answers.push(await journal.claim(NAME, KEYS, true)));
        answers.push(await journal.claim(NAME, KEYS, true));
        const refused = { key: candidate, owner: 'old' };
        expect([answers, await journal.list('live')]).toEqual([[refused, refused], ['old']]);
      });

      it('keeps none of what a call took that died before the last one', async () => {
        await journal.claim(NAME, [rule, baseline], true);
        await journal.claim('old', [candidate]);
        expect(await journal.claim(NAME, KEYS, true)).toEqual({ key: candidate, owner: 'old' });
        expect(await journal.list('live')).toEqual(['old']);
      });

      it('does not answer that all is claimed where another call has given a part of it back', async () => {
        await journal.claim('old', [candidate]);
        atSecondPut(async () => {
          await journal.claim(NAME, KEYS, true);
          await journal.free('old');
        });
        expect(await journal.claim(NAME, KEYS, true)).toMatchObject({
          code: 'UNAVAILABLE',
          operation: `claim ${rule}, which another call for rollout ${NAME} claims just now`,
        });
        expect(await journal.list('live')).toEqual([]);
        expect(await journal.claim(NAME, KEYS, true)).toBe('claimed');
        expect(await journal.claim('another', [candidate])).toEqual({ key: candidate, owner: NAME });
      });

      it('keeps what it had when a fault comes in between: another call may rest on that', async () => {
        await journal.claim(NAME, KEYS, true);
        let puts = 0;
        meanwhile = async ({ operation }) => {
          if (operation === 'PutItem' && ++puts === 2) aws.fail('PutItem', { status: 500 }, 2);
        };
        expect(await journal.claim(NAME, KEYS, true)).toMatchObject({ code: 'UNAVAILABLE' });
        expect(await journal.claim('another', [rule])).toEqual({ key: rule, owner: NAME });
      });
    });

    describe('freeing', () => {
      it('takes the keys from the plan, and no index need know them yet', async () => {
        await journal.append(NAME, 0, bodyOf(0));
        await journal.claim(NAME, KEYS);
        aws.calls.length = 0;
        expect(await journal.free(NAME)).toBe('freed');
        expect(aws.calls.filter(({ input }) => input.IndexName !== undefined)).toEqual([]);
        expect(await journal.list('live')).toEqual([]);
      });

      it.each([
        ['there is no plan', async () => {}],
        [
          'the plan cannot be read by this code',
          async () => {
            await journal.append(NAME, 0, bodyOf(0, planOfAnotherShape('rollout: NO')));
          },
        ],
      ])('takes the keys from the index where %s', async (_, given) => {
        await given();
        await journal.claim(NAME, [rule, candidate]);
        await journal.claim('old', [baseline]);
        expect(await journal.free(NAME)).toBe('freed');
        expect(await journal.list('live')).toEqual(['old']);
      });
    });
  });
};
