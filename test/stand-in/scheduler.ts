/** EventBridge Scheduler as its users see it: schedules that are created, listed and deleted. They never fire. */
import type { Answer, Service } from './server.ts';

export interface KeptSchedule {
  readonly Name: string;
  readonly GroupName: string;
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone: string;
  readonly ActionAfterCompletion: string;
  readonly FlexibleTimeWindow: { readonly Mode: string };
  readonly State: string;
  readonly Target: {
    readonly Arn: string;
    readonly RoleArn: string;
    readonly Input: string;
    readonly RetryPolicy: { readonly MaximumRetryAttempts: number; readonly MaximumEventAgeInSeconds: number };
    readonly DeadLetterConfig: { readonly Arn: string };
  };
}

export interface SchedulerStandIn {
  readonly service: Service;
  /** By name, in the order of their creation. Tests may change them as a person would. */
  readonly schedules: Map<string, KeptSchedule>;
}

const NAME = /^[0-9a-zA-Z._-]{1,64}$/;
const EXPRESSION =
  /^(?:rate\((?:1 (?:minute|hour|day)|[1-9]\d* (?:minutes|hours|days))\)|at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\))$/;

/**
 * @param group the one schedule group there is
 * @param pageSize schedules that one answer lists
 * @param now by which single instants are over, and schedules get old
 */
export const schedulerStandIn = (group: string, pageSize = 100, now: () => number = Date.now): SchedulerStandIn => {
  const schedules = new Map<string, KeptSchedule>();
  const createdAt = new Map<string, number>();
  const service: Service = ({ operation, url, input }) => {
    const name = decodeURIComponent(url.pathname.slice('/schedules/'.length));
    const asked = operation === 'CreateSchedule' ? input.GroupName : url.searchParams.get(groupKey(operation));
    if (asked !== group) return error('ResourceNotFoundException', `Schedule group ${asked} does not exist.`, 404);
    switch (operation) {
      case 'CreateSchedule':
        return create(schedules, name, input, createdAt, now());
      case 'ListSchedules':
        return list([...schedules.values()], url.searchParams, pageSize, createdAt);
      case 'GetSchedule':
        return schedules.has(name) ? json(schedules.get(name)) : unknown(name);
      case 'DeleteSchedule':
        return schedules.delete(name) ? json({}) : unknown(name);
      default:
        return error('UnknownOperationException', operation, 404);
    }
  };
  return { service, schedules };
};

/** Lists name the group otherwise than single schedules do. */
const groupKey = (operation: string): string => (operation === 'ListSchedules' ? 'ScheduleGroup' : 'groupName');

const create = (
  schedules: Map<string, KeptSchedule>,
  name: string,
  input: Readonly<Record<string, unknown>>,
  createdAt: Map<string, number>,
  now: number,
): Answer => {
  const { ClientToken: _, ...schedule } = input;
  const kept = { ...schedule, Name: name } as unknown as KeptSchedule;
  const problem = problemOf(kept, now);
  if (problem !== undefined) return error('ValidationException', problem, 400);
  if (schedules.has(name)) return error('ConflictException', `Schedule ${name} already exists.`, 409);
  schedules.set(name, kept);
  createdAt.set(name, now);
  return json({ ScheduleArn: arnOf(kept) });
};

const problemOf = (
  { Name, ScheduleExpression, FlexibleTimeWindow, Target }: KeptSchedule,
  now: number,
): string | undefined => {
  const { MaximumRetryAttempts: retries = 185, MaximumEventAgeInSeconds: age = 86_400 } = Target?.RetryPolicy ?? {};
  if (!NAME.test(Name)) return `1 validation error detected: Value '${Name}' at 'name' is invalid`;
  if (!EXPRESSION.test(ScheduleExpression)) return `Invalid Schedule Expression ${ScheduleExpression}.`;
  const instant = /^at\((.*)\)$/.exec(ScheduleExpression)?.[1];
  if (instant !== undefined && Date.parse(`${instant}Z`) <= now)
    return `Invalid Schedule Expression ${ScheduleExpression}: it is over.`;
  if (FlexibleTimeWindow?.Mode !== 'OFF') return 'FlexibleTimeWindow must be given';
  if (!Target?.Arn?.startsWith('arn:') || !Target.RoleArn?.startsWith('arn:'))
    return 'Provided Arn is not in correct format.';
  if (retries < 0 || retries > 185 || age < 60 || age > 86_400) return 'RetryPolicy is out of range';
  return undefined;
};

const list = (
  schedules: readonly KeptSchedule[],
  asked: URLSearchParams,
  pageSize: number,
  createdAt: ReadonlyMap<string, number>,
): Answer => {
  const prefix = asked.get('NamePrefix') ?? '';
  const from = Number(asked.get('NextToken') ?? 0);
  const found = schedules.filter(({ Name }) => Name.startsWith(prefix));
  const to = from + Math.min(pageSize, Number(asked.get('MaxResults') ?? 100));
  return json({
    Schedules: found.slice(from, to).map((schedule) => ({
      Arn: arnOf(schedule),
      Name: schedule.Name,
      GroupName: schedule.GroupName,
      State: schedule.State,
      CreationDate: (createdAt.get(schedule.Name) ?? 0) / 1000,
      Target: { Arn: schedule.Target.Arn },
    })),
    ...(to < found.length ? { NextToken: `${to}` } : {}),
  });
};

const arnOf = ({ GroupName, Name }: KeptSchedule): string =>
  `arn:aws:scheduler:us-east-1:123456789012:schedule/${GroupName}/${Name}`;

const json = (value: unknown): Answer => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

const unknown = (name: string): Answer => error('ResourceNotFoundException', `Schedule ${name} does not exist.`, 404);

const error = (code: string, message: string, status: number): Answer => ({
  status,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
  body: JSON.stringify({ Message: message }),
});
