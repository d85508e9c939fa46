/**
 * `npm run measure`: what only a real account can tell, measured on the demo and printed. Takes about 25 minutes. First it asks Sluice, as
 * `sluice list` does, and refuses while any rollout of the account and region has not ended, or Sluice does not answer. It puts back the
 * weights it found, also on Ctrl-C.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { processSurroundings } from '../../lib/cli/process-surroundings.ts';
import { accountOf } from './account.ts';
import { measure } from './measurements.ts';
import { nothingLive } from './nothing-live.ts';
import { readOutputs } from './outputs.ts';

const say = (what: string, found: string): void => void process.stdout.write(`${what}\n    ${found}\n`);

const { values } = parseArgs({ options: { 'oidc-rule': { type: 'string' } } });
const account = accountOf(readOutputs());
const { ask, functionName } = processSurroundings();
const before = await account.weights();
const listed = await ask({ functionName }, { ask: 'list' });
say('Rollouts that would be disturbed: none', nothingLive(listed, before, functionName));
process.once('SIGINT', () => {
  void account.setWeights(before).finally(() => process.exit(130));
});
await measure(
  { account, say, wait: (milliseconds) => sleep(milliseconds), now: () => Date.now() },
  before,
  values['oidc-rule'],
);
