/** Keeps what AWS answered to the SDK's clients, and hands it over again without the SDK. */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SNSClient } from '@aws-sdk/client-sns';

type Send = (this: unknown, command: object, ...rest: readonly unknown[]) => Promise<unknown>;

export interface RecordedAnswers {
  /** From now on every answer is kept. */
  record(): void;
  /** From now on nothing is sent: each question gets the answers that were kept for it, in order. */
  replay(): void;
}

/** Takes the place of `send` in all clients of this process. */
export const recordedAnswers = (): RecordedAnswers => {
  let isReplaying = false;
  const kept = new Map<string, Promise<unknown>[]>();
  const clients = [CloudWatchClient, DynamoDBClient, ElasticLoadBalancingV2Client, SchedulerClient, SNSClient];
  for (const owner of new Set(clients.map(({ prototype }) => ownerOfSend(prototype)))) {
    const send = owner.send;
    owner.send = function (command, ...rest) {
      // Rules are written several at a time, so the order of the same operation may differ.
      const asked = questionOf(command);
      const answers = kept.get(asked) ?? [];
      if (isReplaying) return answers.shift() ?? Promise.reject(new Error(`${asked} was not asked before`));
      const answer = send.call(this, command, ...rest);
      kept.set(asked, answers);
      answers.push(answer);
      return answer;
    };
  }
  return {
    record: () => {
      isReplaying = false;
      kept.clear();
    },
    replay: () => {
      isReplaying = true;
    },
  };
};

/** Only the rules tell apart what is asked at the same time; writing out a large question would be measured as the tick's own time. */
const questionOf = (command: object): string => {
  const input = 'input' in command && typeof command.input === 'object' && command.input !== null ? command.input : {};
  const rule = 'RuleArn' in input ? input.RuleArn : 'RuleArns' in input ? input.RuleArns : '';
  return `${command.constructor.name} ${rule}`;
};

/** The class of the SDK in which `send` is written, of which every client is one. */
const ownerOfSend = (prototype: object): { send: Send } => {
  let owner: object | null = prototype;
  while (owner !== null && !Object.hasOwn(owner, 'send')) owner = Object.getPrototypeOf(owner);
  if (owner === null) throw new Error('a client of the SDK sends');
  return owner as { send: Send };
};
