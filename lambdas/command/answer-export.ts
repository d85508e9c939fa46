import { EXPORT_MINUTES_AT_MOST, type Replies } from '../../lib/aws/request.ts';
import { isFault } from '../../lib/controller/fault.ts';
import type { MinuteReading } from '../../lib/controller/ports.ts';
import { needsOf } from '../../lib/judge/needs.ts';
import { MINUTE_MS } from '../../lib/plan/duration.ts';
import { type Answered, type Asked, refuse, refuseFor } from './asked.ts';
import { givenPlan } from './given-plan.ts';

/** Read at a time, so that each reading ends within the time of one operation. */
const MINUTES_AT_ONCE = 60;

/** CloudWatch keeps minutes for 15 days: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html */
const KEPT_DAYS = 15;

interface Range {
  readonly source: string;
  readonly from: number;
  readonly to: number;
}

/** What CloudWatch has of each minute in [from, to), as `rehearse --rows` reads it. */
export const answerExport = async ({ world }: Asked, asked: Range): Promise<Answered<Replies['export']>> => {
  const given = await givenPlan(asked.source);
  if ('refused' in given) return given;
  const problems = rangeProblems(asked, world.clock.now());
  if (problems.length > 0) return refuse('these minutes cannot be exported', problems);
  const { plan } = given;
  const readings: MinuteReading[] = [];
  for (let from = asked.from; from < asked.to; from += MINUTES_AT_ONCE * MINUTE_MS) {
    const to = Math.min(asked.to, from + MINUTES_AT_ONCE * MINUTE_MS);
    const read = await world.metrics.read(plan, from, to, needsOf(plan).business);
    if (isFault(read)) return refuseFor(read);
    readings.push(...read);
  }
  return { readings };
};

const rangeProblems = ({ from, to }: Range, now: number): readonly string[] => {
  const minutes = (to - from) / MINUTE_MS;
  return [
    ...(from % MINUTE_MS === 0 && to % MINUTE_MS === 0 ? [] : ['from and to must be whole minutes']),
    ...(minutes > 0 ? [] : ['to must lie after from']),
    ...(minutes <= EXPORT_MINUTES_AT_MOST
      ? []
      : [`one request is for at most ${EXPORT_MINUTES_AT_MOST} minutes; these are ${Math.ceil(minutes)}`]),
    ...(to <= now ? [] : ['to must not lie in the future']),
    ...(now - from <= KEPT_DAYS * 24 * 60 * MINUTE_MS ? [] : [`CloudWatch keeps minutes for ${KEPT_DAYS} days`]),
  ];
};
