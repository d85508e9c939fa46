/** What every journal promises, whichever world it belongs to. */
import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { isFault } from '../../lib/controller/fault.ts';
import type { Journal } from '../../lib/controller/ports.ts';
import { seedPlan } from '../rollout/fixture.ts';
import { bodyOf, KEYS, NAME, noticeOf } from './entry-bodies.ts';

const [rule = '', baseline = '', candidate = ''] = KEYS;

/**
 * Registers the sentences.
 * @param fresh makes an empty journal, which may hold entries of the seed plan's rollout and claims of any
 */
export const keepsTheJournalsPromises = (world: string, fresh: () => Promise<Journal>): void => {
  describe(`the journal ${world}`, () => {
    let journal: Journal;
    beforeEach(async () => {
      journal = await fresh();
    });

    it('knows nothing of a rollout without an entry', async () => {
      expect(await journal.head(NAME)).toBeUndefined();
      expect(await journal.entries(NAME, 0, 10)).toEqual([]);
      expect(await journal.plan(NAME)).toMatchObject({ code: 'NOT_FOUND' });
      expect(await journal.status('another')).toBeUndefined();
      expect(await journal.list('all')).toEqual([]);
      expect(await journal.list('live')).toEqual([]);
    });

    it('answers the newest entry as its exact bytes and their SHA-256', async () => {
      const bodies = [bodyOf(0), bodyOf(1, noticeOf('Grüße, 日本, "quoted"\n'))];
      for (const [revision, body] of bodies.entries()) {
        expect(await journal.append(NAME, revision, body)).toBe('appended');
        expect(await journal.head(NAME)).toMatchObject({
          body,
          hash: createHash('sha256').update(Buffer.from(body, 'utf8')).digest('hex'),
        });
      }
    });

    it('takes a revision once: whoever comes later gets a conflict, and the head stays', async () => {
      const first = bodyOf(0);
      await journal.append(NAME, 0, first);
      expect(await journal.append(NAME, 0, bodyOf(0, noticeOf('too late')))).toBe('conflict');
      expect(await journal.head(NAME)).toMatchObject({ body: first });
      await journal.append(NAME, 1, bodyOf(1));
      expect(await journal.append(NAME, 0, bodyOf(0, noticeOf('far too late')))).toBe('conflict');
      expect(await journal.head(NAME)).toMatchObject({ body: bodyOf(1) });
    });

    it('lets exactly one of twenty writers win a revision', async () => {
      await journal.append(NAME, 0, bodyOf(0));
      const bodies = Array.from({ length: 20 }, (_, writer) => bodyOf(1, noticeOf(`writer ${writer}`)));
      const answers = await Promise.all(bodies.map((body) => journal.append(NAME, 1, body)));
      expect(answers.toSorted()).toEqual(['appended', ...Array<string>(19).fill('conflict')]);
      expect(await journal.head(NAME)).toMatchObject({ body: bodies[answers.indexOf('appended')] });
    });

    it('answers entries from a revision on, and none beyond the head', async () => {
      await journal.append(NAME, 0, bodyOf(0));
      await journal.append(NAME, 1, bodyOf(1));
      expect(await journal.entries(NAME, 1, 10)).toEqual([bodyOf(1)]);
      expect(await journal.entries(NAME, 2, 10)).toEqual([]);
      expect(await journal.entries(NAME, 1, 0)).toEqual([]);
    });

    it('answers the plan of entry 0, also when the head is a later entry', async () => {
      await journal.append(NAME, 0, bodyOf(0));
      await journal.append(NAME, 1, bodyOf(1));
      expect(await journal.plan(NAME)).toEqual(seedPlan);
    });

    it('lists all rollouts from their first entry on', async () => {
      await journal.claim(NAME, KEYS);
      expect(await journal.list('all')).toEqual([]);
      await journal.append(NAME, 0, bodyOf(0));
      expect(await journal.list('all')).toEqual([NAME]);
    });

    it('claims for one rollout only, and again for the same one', async () => {
      expect(await journal.claim('one', KEYS)).toBe('claimed');
      expect(await journal.claim('one', KEYS)).toBe('claimed');
      expect(await journal.claim('two', [candidate])).toEqual({ key: candidate, owner: 'one' });
    });

    it('claims all or none, and tells who owns which', async () => {
      await journal.claim('one', [candidate]);
      expect(await journal.claim('two', KEYS)).toEqual({ key: candidate, owner: 'one' });
      expect(await journal.claim('three', [rule, baseline])).toBe('claimed');
    });

    it('keeps what a rollout owned before a claim that fails', async () => {
      await journal.claim('one', [rule]);
      await journal.claim('two', [candidate]);
      expect(await journal.claim('one', KEYS)).toEqual({ key: candidate, owner: 'two' });
      expect(await journal.claim('three', [rule])).toEqual({ key: rule, owner: 'one' });
      expect(await journal.claim('three', [baseline])).toBe('claimed');
    });

    it('lets exactly one of ten rollouts own a rule', async () => {
      const names = Array.from({ length: 10 }, (_, index) => `rollout-${index}`);
      const answers = await Promise.all(names.map((name) => journal.claim(name, [rule])));
      const winner = names[answers.indexOf('claimed')];
      expect(answers.filter((answer) => answer === 'claimed')).toHaveLength(1);
      expect(answers.filter((answer) => answer !== 'claimed')).toEqual(Array(9).fill({ key: rule, owner: winner }));
    });

    it('frees what a rollout owns, and nothing else, as often as it is asked', async () => {
      await journal.claim('one', [rule, baseline]);
      await journal.claim('two', [candidate]);
      expect([await journal.free('one'), await journal.free('one'), await journal.free('nobody')]).toEqual(
        Array(3).fill('freed'),
      );
      expect(await journal.claim('three', [rule, baseline])).toBe('claimed');
      expect(await journal.claim('three', [candidate])).toEqual({ key: candidate, owner: 'two' });
    });

    it('lists the owners, each once and in ascending order', async () => {
      await journal.claim('two', [rule, baseline]);
      await journal.claim('one', [candidate]);
      expect(await journal.list('live')).toEqual(['one', 'two']);
      await journal.free('two');
      const live = await journal.list('live');
      expect(isFault(live) ? live : [...live]).toEqual(['one']);
    });
  });
};
