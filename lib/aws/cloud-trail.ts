/** The Trail on CloudTrail's event history, which every account has without a trail of its own: 90 days of changes. */
import * as v from 'valibot';
import { Fault, isFault } from '../controller/fault.ts';
import type { RuleChange, Trail } from '../controller/ports.ts';
import type { Plan } from '../plan/plan.ts';
import { windowOf } from '../rollout/culprit.ts';
import type { DriftSeen } from '../rollout/rollout.ts';
import { harmless, toolOf } from './changing-tool.ts';
import { loadBalancingClient } from './clients.ts';
import { valueIn } from './json-text.ts';
import { Deadline } from './outside.ts';
import { readRule, type Traffic } from './rule-reading.ts';
import { signedRequest, type Variables } from './signed-request.ts';

/** The tick has more to do than this, and does it meanwhile. */
const ANSWER_WITHIN_MS = 2_000;

/**
 * LookupEvents: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 * It takes one attribute besides the time. The name of the event is the one that is always there; the rule is looked for in what comes. Two
 * requests a second are allowed in an account and region: the newest page must do.
 *
 * @param variables the function's own environment
 */
export const cloudTrailOf = (variables: Variables): Trail => ({
  changes: async (plan, drift) => {
    const deadline = new Deadline();
    deadline.begin(ANSWER_WITHIN_MS);
    const operation = `look up who changed ${drift.rule}`;
    const { from, to } = windowOf(drift);
    const input = {
      LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: drift.isGone ? 'DeleteRule' : 'ModifyRule' }],
      StartTime: Math.floor(from / 1000),
      EndTime: Math.ceil(to / 1000),
      MaxResults: 50,
    };
    const document = { target: 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents', input };
    const call = { service: 'cloudtrail', path: '/', document } as const;
    const got = await signedRequest(operation, call, loadBalancingClient().config, deadline, variables);
    if (isFault(got)) return got;
    const answer = v.safeParse(answerSchema, valueIn(got.text));
    if (!answer.success) return new Fault('UNREADABLE', operation, new Error(got.text.slice(0, 1000)));
    return answer.output.Events.flatMap(({ CloudTrailEvent }) => changeIn(plan, drift, CloudTrailEvent)).sort(
      (one, other) => other.at - one.at,
    );
  },
});

const answerSchema = v.object({ Events: v.optional(v.array(v.object({ CloudTrailEvent: v.string() })), []) });

const text = v.optional(v.string());

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
const eventSchema = v.object({
  eventID: v.string(),
  eventTime: v.pipe(v.string(), v.isoTimestamp()),
  userIdentity: v.object({ arn: text, invokedBy: text, userName: text, principalId: text }),
  userAgent: text,
  sourceIPAddress: text,
  errorCode: text,
  sessionCredentialFromConsole: text,
  requestParameters: v.object({ ruleArn: v.string(), actions: v.optional(v.unknown()) }),
});

/** None: it is another rule's, was refused, or says too little to tell. */
const changeIn = ({ traffic }: Plan, { rule, isGone }: DriftSeen, event: string): readonly RuleChange[] => {
  const read = v.safeParse(eventSchema, valueIn(event));
  if (!read.success) return [];
  const { eventID, eventTime, userIdentity, errorCode, requestParameters, sessionCredentialFromConsole } = read.output;
  if (requestParameters.ruleArn !== rule || errorCode !== undefined) return [];
  // A change of the conditions alone leaves the weights.
  if (requestParameters.actions === undefined && !isGone) return [];
  const { arn, invokedBy, userName, principalId } = userIdentity;
  return [
    {
      id: harmless(eventID, 40),
      at: Date.parse(eventTime),
      by: harmless(arn ?? userName ?? invokedBy ?? principalId ?? 'somebody', 200),
      tool: toolOf({ ...read.output, invokedBy, isFromConsole: sessionCredentialFromConsole === 'true' }),
      weight: weightIn(traffic, rule, requestParameters.actions),
    },
  ];
};

/** As ELB's own requests, with small letters. */
const actionsSchema = v.array(
  v.object({
    type: v.string(),
    targetGroupArn: text,
    forwardConfig: v.optional(
      v.object({
        targetGroups: v.optional(v.array(v.object({ targetGroupArn: text, weight: v.optional(v.number()) }))),
      }),
    ),
  }),
);

const weightIn = (traffic: Traffic, rule: string, actions: unknown): number | null => {
  const read = v.safeParse(actionsSchema, actions);
  if (!read.success) return null;
  const written = read.output.map(({ type, targetGroupArn, forwardConfig }) => ({
    Type: type === 'forward' ? ('forward' as const) : undefined,
    TargetGroupArn: targetGroupArn,
    ForwardConfig: {
      TargetGroups: forwardConfig?.targetGroups?.map((group) => ({
        TargetGroupArn: group.targetGroupArn,
        Weight: group.weight,
      })),
    },
  }));
  const left = readRule(traffic, rule, written);
  return left.kind === 'weighted' ? left.weight : null;
};
