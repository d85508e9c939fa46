import { afterAll, beforeAll } from 'vitest';
import { initialJournal, journalOf as simulatedJournal } from '../../lib/sim/journal.ts';
import { freshJournal } from '../aws/journal-world.ts';
import { seedPlan } from '../rollout/fixture.ts';
import { type DynamoStandIn, dynamoStandIn } from '../stand-in/dynamodb.ts';
import { keepsTheJournalsPromises } from './journal.ts';

keepsTheJournalsPromises('in memory', async () =>
  simulatedJournal(seedPlan, { ...initialJournal(), now: seedPlan.start }, [], () => {}),
);

let dynamo: DynamoStandIn;
beforeAll(async () => {
  dynamo = await dynamoStandIn();
});
afterAll(() => dynamo.close());

keepsTheJournalsPromises('on DynamoDB', async () => (await freshJournal(dynamo.url)).journal);
