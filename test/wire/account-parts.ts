/** AWS behind one address: moto, DynamoDB Local, and this repository's CloudWatch and STS, on a clock that only the test moves. */
import { vi } from 'vitest';
import { type CloudWatchGiven, cloudWatch } from '../stand-in/cloudwatch.ts';
import { queryError } from '../stand-in/query-protocol.ts';
import { type Answer, type Asked, type Service, type StandIn, standIn } from '../stand-in/server.ts';
import { type Key, sts } from '../stand-in/sts.ts';
import { REGION } from './bundles.ts';
import type { Functions } from './functions.ts';
import { type MotoAccount, motoAccount } from './moto-account.ts';
import { dated, passOn } from './pass-on.ts';
import { startDynamoDbLocal, startMoto } from './processes.ts';

/** `Date` is exchanged for the test's after some of those were made that ask this. */
export const now = (): number => Date.now();

/** Whoever has a key: leads and operators of the seed plan, and one who is neither. */
export type Role = 'Sre' | 'EngineeringLead' | 'OperationsLead' | 'ProductLead' | 'FinanceLead' | 'Intern';
const ROLES: readonly Role[] = ['Sre', 'EngineeringLead', 'OperationsLead', 'ProductLead', 'FinanceLead', 'Intern'];

export const principalOf = (role: Role): string => `arn:aws:sts::123456789012:assumed-role/${role}/jane`;
export const keyOf = (role: Role) => ({ accessKeyId: role.toUpperCase(), secretAccessKey: `${role}'s secret` });

/** What is there before anything is deployed. */
export interface Parts {
  readonly moto: MotoAccount;
  readonly motoUrl: string;
  readonly dynamoUrl: string;
  /** The one address, which keeps every call. */
  readonly front: StandIn;
  /** The environment of whoever asks AWS, but for the credentials. */
  readonly variables: Readonly<Record<string, string>>;
  /** What the stand-ins go by. */
  readonly present: Present;
  /** Lines that functions wrote. */
  readonly said: string[];
  stop(): Promise<void>;
}

interface Present {
  readonly refused: Set<string>;
  points: NonNullable<CloudWatchGiven['points']>;
  functions: Functions | undefined;
}

/** Starts the stand-ins, and stops the clock. */
export const startParts = async (): Promise<Parts> => {
  const [motoServer, dynamo] = await Promise.all([startMoto(), startDynamoDbLocal()]);
  const moto = await motoAccount(motoServer.url);
  const present: Present = { refused: new Set(), points: () => [], functions: undefined };
  const services = servicesOf(motoServer.url, dynamo.url, moto, present);
  const front = await standIn(
    Object.fromEntries(Object.entries(services).map(([name, service]) => [name, dated(service)])),
  );
  vi.useFakeTimers({ toFake: ['Date'] });
  const said: string[] = [];
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  return {
    moto,
    motoUrl: motoServer.url,
    dynamoUrl: dynamo.url,
    front,
    variables: { AWS_REGION: REGION, AWS_ENDPOINT_URL: front.url, AWS_DISABLE_REQUEST_COMPRESSION: 'true' },
    present,
    said,
    stop: async () => {
      stdout.mockRestore();
      vi.useRealTimers();
      await Promise.all([front.close(), motoServer.stop(), dynamo.stop()]);
    },
  };
};

const servicesOf = (
  motoUrl: string,
  dynamoUrl: string,
  moto: MotoAccount,
  present: Present,
): Readonly<Partial<Record<Asked['service'], Service>>> => {
  const toMoto = passOn(motoUrl);
  const keys: Readonly<Record<string, Key>> = Object.fromEntries(
    ROLES.map((role) => [keyOf(role).accessKeyId, { secret: keyOf(role).secretAccessKey, arn: principalOf(role) }]),
  );
  return {
    elasticloadbalancing: async (asked) => refusal(moto, present.refused, asked) ?? toMoto(asked),
    sns: toMoto,
    s3: toMoto,
    scheduler: toMoto,
    dynamodb: passOn(dynamoUrl),
    cloudwatch: cloudWatch({
      points: (asked) => present.points(asked),
      alarms: () => ({ 'learn-critical-incident': { state: 'OK' } }),
    }),
    sts: sts(keys, now),
    lambda: (asked) => present.functions?.service(asked) ?? { status: 404, body: '{}' },
  };
};

/** Undefined: moto answers. */
const refusal = (
  account: MotoAccount,
  refused: ReadonlySet<string>,
  { operation, input }: Asked,
): Answer | undefined => {
  if (operation !== 'ModifyRule') return undefined;
  if (refused.has(String(input.RuleArn)))
    return queryError('AccessDenied', 'sluice-tick is not authorized to perform: ModifyRule', 403);
  const complaint = account.complaint(input);
  return complaint && queryError(complaint.code, complaint.message);
};
