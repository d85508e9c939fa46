/** CloudTrail's event history, in AWS JSON 1.1: events by their name and time, the newest first. */
import type { Answer, Service } from './server.ts';

/** As far as it is told here; the whole of it is a text inside the answer. */
export interface EventGiven {
  readonly eventName: string;
  /** ISO 8601, UTC. */
  readonly eventTime: string;
}

const json = (document: unknown, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(document),
});

/** An error as the service answers it. */
export const cloudTrailError = (code: string, message: string): Answer => json({ __type: code, message }, 400);

interface Input {
  readonly LookupAttributes?: readonly { readonly AttributeKey: string; readonly AttributeValue: string }[];
  /** Epoch seconds. */
  readonly StartTime?: number;
  readonly EndTime?: number;
  readonly MaxResults?: number;
}

export const cloudTrail =
  (events: () => readonly EventGiven[]): Service =>
  ({ operation, input }) => {
    if (operation !== 'LookupEvents') return cloudTrailError('UnsupportedOperationException', operation);
    const {
      LookupAttributes = [],
      StartTime = 0,
      EndTime = Number.POSITIVE_INFINITY,
      MaxResults = 50,
    } = input as Input;
    const [attribute, another] = LookupAttributes;
    if (attribute?.AttributeKey !== 'EventName' || another !== undefined)
      return cloudTrailError('InvalidLookupAttributesException', 'one attribute');
    if (MaxResults > 50) return cloudTrailError('InvalidMaxResultsException', 'at most 50');
    const found = events()
      .filter(({ eventName }) => eventName === attribute.AttributeValue)
      .map((event) => ({ event, seconds: Date.parse(event.eventTime) / 1000 }))
      .filter(({ seconds }) => seconds >= StartTime && seconds <= EndTime)
      .sort((one, other) => other.seconds - one.seconds)
      .slice(0, MaxResults);
    return json({
      Events: found.map(({ event, seconds }) => ({
        EventName: event.eventName,
        EventTime: seconds,
        EventSource: 'elasticloadbalancing.amazonaws.com',
        CloudTrailEvent: JSON.stringify(event),
      })),
    });
  };
