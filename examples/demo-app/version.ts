/** One version of the service: answers its name, after a delay and with failures that its environment, or the request, asks for. */
import { setTimeout as sleep } from 'node:timers/promises';

/** What a load balancer sends to a function (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html). */
interface Request {
  readonly queryStringParameters?: Readonly<Record<string, string>>;
}

const own = { failurePercent: Number(process.env.FAILURE_PERCENT ?? 0), delayMs: Number(process.env.DELAY_MS ?? 0) };

export const handler = async ({ queryStringParameters: asked = {} }: Request) => {
  await sleep(Number(asked.delay ?? own.delayMs));
  const isFailure = Math.random() * 100 < own.failurePercent;
  return {
    statusCode: isFailure ? 500 : 200,
    headers: { 'Content-Type': 'text/plain' },
    body: process.env.VERSION ?? '',
    isBase64Encoded: false,
  };
};
