/** What every `Announcements` promises, whichever world it belongs to. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { snsClient } from '../../lib/aws/clients.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import { announcementsOf as announcementsOnAws } from '../../lib/aws/topic.ts';
import type { Announcement, Announcements } from '../../lib/controller/ports.ts';
import { announcementsOf as simulatedAnnouncements } from '../../lib/sim/announcements.ts';
import { environment, topics } from '../aws/environment.ts';
import { awsAt } from '../aws/journal-world.ts';
import { standIn } from '../stand-in/server.ts';
import { snsStandIn } from '../stand-in/sns.ts';

interface AnnouncementWorld {
  readonly announcements: Announcements;
  /** What programs get to see of it, in order. */
  published(): readonly unknown[];
  close(): Promise<void>;
}

const simulated = async (): Promise<AnnouncementWorld> => {
  const data: { readonly announcements: Announcement[] } = { announcements: [] };
  return {
    announcements: simulatedAnnouncements(data),
    published: () => data.announcements,
    close: async () => {},
  };
};

const onAws = async (): Promise<AnnouncementWorld> => {
  const sns = snsStandIn(topics);
  const server = await standIn({ sns: sns.service });
  awsAt(server.url);
  const deadline = new Deadline();
  deadline.begin(30_000);
  return {
    announcements: announcementsOnAws(snsClient(), environment, deadline),
    published: () => sns.published.map(({ messages }) => JSON.parse(messages.lambda ?? '')),
    close: async () => {
      vi.unstubAllEnvs();
      await server.close();
    },
  };
};

const about = (audience: Announcement['audience'], revision: number): Announcement => ({
  rollout: 'analyzer',
  revision,
  hash: 'a'.repeat(64),
  audience,
  subject: `analyzer: checkpoint ${revision}`,
  text: 'Criteria: errorRate < 1% passes; "quoted", \u65e5\u672c.\nSecond line.',
});

describe.each([
  ['in the simulator', simulated],
  ['on SNS', onAws],
])('announcements %s', (_, open) => {
  let world: AnnouncementWorld;
  beforeEach(async () => {
    world = await open();
  });
  afterEach(() => world.close());

  it('arrive in the order in which they were published, whole, whoever they are for', async () => {
    const all = (['everyone', 'leads', 'onCall'] as const).map(about);
    for (const announcement of all) expect(await world.announcements.publish(announcement)).toBe('published');
    expect(world.published()).toMatchObject(all);
  });

  it('that are published twice arrive twice: who publishes keeps count', async () => {
    await world.announcements.publish(about('everyone', 1));
    await world.announcements.publish(about('everyone', 1));
    expect(world.published().length).toBe(2);
  });
});
