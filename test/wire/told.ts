/** Messages that came out of the topics, against those that the journal has to tell. */
import { hashOf } from '../../lib/controller/record.ts';
import type { Scene, VirtualAccount } from './virtual-account.ts';

interface Told {
  readonly audience: string;
  readonly revision: number;
  readonly hash: string;
}

const HEAD = /\nRevision: (\d+)\nSHA-256 of the journal's newest entry: ([0-9a-f]{64})\n/;

interface Messages {
  /** As the queues had them, by audience. */
  readonly received: Awaited<ReturnType<VirtualAccount['moto']['receive']>>;
  readonly told: readonly Told[];
  readonly toTell: readonly Told[];
}

/** What every message in the queues says of itself, and what the journal has to tell: in the same order. */
export const toldAndToTell = async (account: VirtualAccount, { entries, lines, plan }: Scene): Promise<Messages> => {
  const order = (one: Told, other: Told) => one.revision - other.revision || (one.audience < other.audience ? -1 : 1);
  const received = await account.moto.receive();
  const told = Object.entries(received).flatMap(([audience, messages]) =>
    messages
      .filter(({ rollout }) => rollout === plan.rollout)
      .map(({ text }): Told => {
        const [, revision, hash = ''] = HEAD.exec(text) ?? [];
        return { audience, revision: Number(revision), hash };
      }),
  );
  const toTell = entries.flatMap(({ notices, revision }, index) =>
    notices.map(({ audience }): Told => ({ audience, revision, hash: hashOf(lines[index] ?? '') })),
  );
  return { received, told: told.toSorted(order), toTell: toTell.toSorted(order) };
};
