/** SNS as its publishers see it. What was published is kept; who subscribes is only told. */
import { queryAnswer, queryError, readForm, type Tree } from './query-protocol.ts';
import type { Service } from './server.ts';

export interface Published {
  readonly topic: string;
  readonly subject: string;
  /** By protocol; `default` for those that are not named. */
  readonly messages: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface SnsStandIn {
  readonly service: Service;
  readonly published: Published[];
}

const BYTES_AT_MOST = 256 * 1024;
/** Read from the flat form: a value here is a structure, which the shared reader of maps does not expect. */
const ATTRIBUTE = /^MessageAttributes\.entry\.(\d+)\.Name$/;

/** A subscription as SNS shows it: an ARN once it is confirmed, else `PendingConfirmation` or `Deleted`. */
export interface SubscriptionGiven {
  readonly arn: string;
  readonly protocol: string;
  readonly endpoint: string;
}

const SUBSCRIPTIONS_PER_PAGE = 100;

/**
 * @param topics ARNs of those there are
 * @param subscriptions by topic; asked anew for every page
 */
export const snsStandIn = (
  topics: readonly string[],
  subscriptions: (topic: string) => readonly SubscriptionGiven[] = () => [],
): SnsStandIn => {
  const published: Published[] = [];
  const service: Service = ({ operation, input }) => {
    if (operation === 'ListSubscriptionsByTopic') {
      const { TopicArn, NextToken } = readForm(input);
      if (typeof TopicArn !== 'string' || !topics.includes(TopicArn))
        return queryError('NotFound', 'Topic does not exist', 404);
      const from = Number(NextToken ?? 0);
      const all = subscriptions(TopicArn);
      return queryAnswer(operation, {
        Subscriptions: all.slice(from, from + SUBSCRIPTIONS_PER_PAGE).map(({ arn, protocol, endpoint }) => ({
          SubscriptionArn: arn,
          Protocol: protocol,
          Endpoint: endpoint,
          Owner: '123456789012',
          TopicArn,
        })),
        NextToken: from + SUBSCRIPTIONS_PER_PAGE < all.length ? String(from + SUBSCRIPTIONS_PER_PAGE) : undefined,
      });
    }
    if (operation !== 'Publish') return queryError('InvalidAction', operation);
    const { TopicArn: topic, Subject: subject = '', Message: message, MessageStructure } = readForm(input);
    if (typeof topic !== 'string' || !topics.includes(topic))
      return queryError('NotFound', 'Topic does not exist', 404);
    if (!isSubject(subject)) return queryError('InvalidParameter', 'Invalid parameter: Subject');
    if (MessageStructure !== 'json') return queryError('InvalidParameter', 'this stand-in wants MessageStructure json');
    const text = String(message);
    if (Buffer.byteLength(text) > BYTES_AT_MOST)
      return queryError('InvalidParameter', 'Invalid parameter: Message too long');
    const messages = JSON.parse(text) as Record<string, string>;
    if (typeof messages.default !== 'string')
      return queryError('InvalidParameter', 'No default entry in JSON message body');
    published.push({ topic, subject, messages, attributes: attributesIn(input) });
    return queryAnswer(operation, { MessageId: `00000000-0000-4000-8000-${`${published.length}`.padStart(12, '0')}` });
  };
  return { service, published };
};

/** ASCII in one line that begins with a letter, a digit or punctuation, fewer than 100 characters. */
const isSubject = (subject: Tree): subject is string =>
  typeof subject === 'string' && /^[!-~][ -~]{0,98}$/.test(subject);

const attributesIn = (input: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(input).flatMap(([key, name]) => {
      const at = ATTRIBUTE.exec(key)?.[1];
      return at === undefined ? [] : [[String(name), String(input[`MessageAttributes.entry.${at}.Value.StringValue`])]];
    }),
  );
