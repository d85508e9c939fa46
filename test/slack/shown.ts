/** A message of the seed plan as people read it: one text for each block. */
import { MINUTE_MS } from '../../lib/plan/duration.ts';
import type { Message } from '../../lib/slack/blocks.ts';
import type { Shown } from '../../lib/slack/rollout-message.ts';
import { NOW, seedPlan, stateOf } from '../rollout/fixture.ts';

export const shownOf = (phase: number, change: Partial<Shown> = {}): Shown => ({
  answeredBy: '0123456789ab',
  isNew: false,
  plan: seedPlan,
  revision: 17,
  at: NOW,
  now: NOW,
  decision: {
    decision: 'wait',
    reason: { code: 'BAKING', bakedMinutes: 85, ofMinutes: 120, waitingForWeight: false },
  },
  state: stateOf(phase),
  ...change,
});

export const later = (minutes: number): number => NOW + minutes * MINUTE_MS;

/** Dates by what a client without zones shows. */
export const textsOf = ({ blocks }: Message): readonly string[] =>
  blocks.map((block) => {
    if (block.type === 'actions') return `[${block.elements.map(({ text }) => text.text).join('] [')}]`;
    return readable(block.type === 'context' ? block.elements.map(({ text }) => text).join(' ') : block.text.text);
  });

const readable = (text: string): string =>
  text
    .replaceAll(/<!date\^\d+\^\{date_short_pretty\} \{time\}\|([^>]*)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
