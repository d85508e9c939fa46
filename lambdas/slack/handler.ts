import { setTimeout as wait } from 'node:timers/promises';
import { slackHandler } from './slack-handler.ts';

/** Woken by every entry of the journal: one message for each rollout, kept current, and the details in its thread. */
export const handler = slackHandler({
  variables: process.env,
  now: Date.now,
  wait: (milliseconds) => wait(milliseconds),
});
