import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import * as v from 'valibot';
import { dynamoDbClient, snsClient } from '../../lib/aws/clients.ts';
import { METRICS, RUN_TIME, readEnvironment, serviceName } from '../../lib/aws/environment.ts';
import { linkKeptPage, readKeptReport } from '../../lib/aws/kept-report.ts';
import { mayHappenTwice } from '../../lib/aws/may-happen-twice.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import type { ReadAccount } from '../../lib/aws/preflight-account.ts';
import { provenIdentity } from '../../lib/aws/proven-identity.ts';
import { type Addressee, readRequest } from '../../lib/aws/read-request.ts';
import { envelopeSchema, type RefusedReply, type Replies, type Reply } from '../../lib/aws/request.ts';
import { usedProofsOf } from '../../lib/aws/used-proofs.ts';
import { awsWorld } from '../../lib/aws/world.ts';
import { isFault } from '../../lib/controller/fault.ts';
import { answer } from './answer.ts';
import { forbid, refuseFor } from './asked.ts';
import { readPlans } from './plans.ts';
import { registerPlans } from './register-plans.ts';

/** What of Lambda's context is used. */
interface Invocation {
  readonly invokedFunctionArn: string;
}

const environment = readEnvironment(process.env);
const deadline = new Deadline();
const world = awsWorld(environment, deadline, () => {});
const readAccount: ReadAccount = async (plan) => {
  const { accountReader } = await import('./answer-preflight.ts');
  return accountReader(environment, deadline, process.env)(plan);
};
const plans = readPlans(process.env.LAMBDA_TASK_ROOT ?? dirname(fileURLToPath(import.meta.url)));
const logger = new Logger({ serviceName: serviceName(process.env) });
const metrics = new Metrics({ namespace: METRICS.namespace, serviceName: serviceName(process.env) });

/**
 * What operators ask with the CLI. Whoever may invoke the function proves who they are; a name written into the event is worth nothing.
 * What the function refuses is a reply; what fails looks failed.
 *
 * A deploy invokes it with nothing at all. Anybody who may invoke it may do that too, and gets no more than a deploy does: plans that were
 * reviewed and deployed are scheduled, once each.
 */
export const handler = async (event: unknown, { invokedFunctionArn }: Invocation): Promise<unknown> => {
  deadline.begin(1000 * RUN_TIME.command.workSeconds);
  return isDeploy(event) ? registered() : answered(event, addresseeOf(invokedFunctionArn));
};

/** The deploy-time trigger sends no payload, which Lambda hands over as `{}`. */
const isDeploy = (event: unknown): boolean =>
  event === undefined ||
  event === null ||
  (typeof event === 'object' && !Array.isArray(event) && Object.keys(event).length === 0);

const registered = async (): Promise<unknown> => {
  const result = await registerPlans(world, plans);
  logger.info('registered the deployed plans', { plans: result.plans });
  return result;
};

const addresseeOf = (arn: string): Addressee => ({
  name: process.env.AWS_LAMBDA_FUNCTION_NAME ?? '',
  arn: arn.split(':').slice(0, 7).join(':'),
});

const accountOf = (arn: string): string | undefined => arn.split(':')[4];

/** One line is logged of each request, also of one that fails; never the proof, which is a secret for a minute. */
const answered = async (event: unknown, self: Addressee): Promise<Reply<keyof Replies>> => {
  const line: Line = { outcome: 'failed' };
  try {
    const reply = await identifyAndAnswer(event, self, line);
    line.outcome = reply.ok ? 'done' : outcomeOf(reply);
    if (!reply.ok && reply.forbidden === true) countForbidden();
    return reply;
  } finally {
    logger.info('asked', { ...line });
  }
};

/** Problems repeat what was sent, up to the size of a plan. */
const OUTCOME_AT_MOST = 1000;

const outcomeOf = ({ refused, problems, forbidden }: RefusedReply): string =>
  [forbidden === true ? `forbidden: ${refused}` : `refused: ${refused}`, ...problems]
    .join('; ')
    .slice(0, OUTCOME_AT_MOST);

const countForbidden = (): void => {
  metrics.addMetric(METRICS.requestsRefused, MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
};

interface Line {
  ask?: string;
  rollout?: string;
  as?: string;
  outcome: string;
}

const identifyAndAnswer = async (event: unknown, self: Addressee, line: Line): Promise<Reply<keyof Replies>> => {
  const envelope = v.safeParse(envelopeSchema, event);
  if (!envelope.success) return forbid('an event must be a request with a proof of identity, and nothing else');
  const letter = readRequest(envelope.output.request, self);
  if ('refused' in letter) return letter;
  const { request, isByName } = letter;
  line.ask = request.ask;
  if ('rollout' in request) line.rollout = request.rollout;
  const proven = await provenIdentity(envelope.output, { now: world.clock.now(), deadline, variables: process.env });
  if (isFault(proven)) return refuseFor(proven);
  if ('refused' in proven) return forbid(proven.refused);
  line.as = proven.as;
  if (isByName && accountOf(proven.as) !== accountOf(self.arn))
    return forbid(`a request by a bare name is to a function in the account of ${proven.as}; give this one's ARN`);
  const used = mayHappenTwice(request)
    ? await usedProofsOf(dynamoDbClient(), environment, deadline).use(envelope.output.proof)
    : 'first';
  if (isFault(used)) return refuseFor(used);
  if (used === 'again')
    return forbid('the proof of identity is refused: it was used before, and is good for one request');
  const readReport = (rollout: string) =>
    readKeptReport(snsClient().config, environment, deadline, process.env, rollout);
  const linkPage = (rollout: string) => linkKeptPage(snsClient().config, environment, deadline, process.env, rollout);
  return answer({ world, plans, as: proven.as, readReport, linkPage, readAccount }, request);
};
