import { afterAll, beforeAll } from 'vitest';
import { keepsTheClaimsPromises } from '../contract/claims.ts';
import { type DynamoStandIn, dynamoStandIn } from '../stand-in/dynamodb.ts';

let dynamo: DynamoStandIn;
beforeAll(async () => {
  dynamo = await dynamoStandIn();
});
afterAll(() => dynamo.close());

keepsTheClaimsPromises('on dynalite', () => dynamo.url);
