import { EXPORT_MINUTES_AT_MOST } from '../aws/request.ts';
import { MINUTE_MS } from '../plan/duration.ts';
import { formatNumber } from '../plan/metric.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import { parseInstant, resolveInstant } from '../plan/written-instant.ts';
import type { MinuteReading } from '../rollout/evidence.ts';
import { instant } from '../rollout/explain.ts';
import { askAccount } from './ask-account.ts';
import type { CommandContext } from './command-context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { ExportOptions } from './options.ts';
import { writeOutputFile } from './output-file.ts';
import { type PlanFile, readPlanFile } from './plan-file.ts';
import { accepted, isRefusal, joinRefusals, Refusal } from './refusal.ts';
import { rowsFile } from './rows-file.ts';

/** CloudWatch keeps one-minute values so long. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html */
const DAYS_KEPT = 15;

export const writeRows = async (
  path: string,
  options: ExportOptions,
  context: CommandContext,
): Promise<ExitCode | Refusal> => {
  const file = await readPlanFile(path);
  if (isRefusal(file)) return file;
  const range = readRange(options, file.plan, context.surroundings.now());
  if (isRefusal(range)) return range;
  const readings = await readMinutes(file, range, options, context);
  if (isRefusal(readings)) return readings;
  const { text, curbed } = rowsFile(file.plan, readings);
  const unwritten = writeOutputFile(options.out, text);
  if (unwritten !== undefined) return unwritten;
  const empty = readings.filter(({ candidate, baseline }) => candidate === null && baseline === null).length;
  if (options.json === true) {
    const { from, to } = range;
    const [first, last] = [from, to].map((at) => new Date(at).toISOString());
    context.io.out(
      `${JSON.stringify({ file: options.out, from: first, to: last, minutes: readings.length, empty, curbed })}\n`,
    );
  } else context.io.err(closingWords(path, options.out, readings.length, empty, curbed));
  return EXIT.fine;
};

interface Range {
  readonly from: Instant;
  readonly to: Instant;
}

const readRange = (options: ExportOptions, plan: Plan, now: Instant): Range | Refusal => {
  const from = readInstant('--from', options.from, plan);
  const to = readInstant('--to', options.to, plan);
  const refused = joinRefusals([from, to].filter(isRefusal));
  if (refused !== undefined) return refused;
  const range = { from: accepted(from), to: accepted(to) };
  if (range.to <= range.from)
    return new Refusal(`--to must lie after --from, ${instant(range.from)}; given: ${instant(range.to)}`);
  if (range.to > now) return new Refusal(`--to must have come, it is ${instant(now)}; given: ${instant(range.to)}`);
  if (range.from < now - DAYS_KEPT * 1440 * MINUTE_MS)
    return new Refusal(
      `--from must lie at most ${DAYS_KEPT} days back, so long CloudWatch keeps minutes: not before ${instant(now - DAYS_KEPT * 1440 * MINUTE_MS)}; given: ${instant(range.from)}`,
    );
  return range;
};

const readInstant = (option: string, text: string, { zone }: Plan): Instant | Refusal => {
  const written = parseInstant(text);
  const read = 'must' in written ? written : resolveInstant(written.value, zone);
  return 'must' in read
    ? new Refusal(
        `${option} ${read.must.replace('`zone`', "the plan's zone")}; given: ${text === '' ? 'nothing' : text}`,
      )
    : read.value;
};

/** In parts, each as long as one answer may be. */
const readMinutes = async (
  { source, plan }: PlanFile,
  { from, to }: Range,
  options: ExportOptions,
  { surroundings, io }: CommandContext,
): Promise<readonly MinuteReading[] | Refusal> => {
  const readings: MinuteReading[] = [];
  const live = io.errIsTerminal ? await io.liveLine() : undefined;
  for (let at = from; at < to; ) {
    const until = Math.min(to, at + EXPORT_MINUTES_AT_MOST * MINUTE_MS);
    live?.show(
      `${instant(at)}: ${formatNumber((at - from) / MINUTE_MS)} of ${formatNumber((to - from) / MINUTE_MS)} minutes`,
    );
    const request = { ask: 'export', source, from: at, to: until } as const;
    const part = await askAccount(surroundings, options, `export minutes of ${plan.rollout}`, request);
    if (isRefusal(part)) {
      live?.clear();
      return part;
    }
    readings.push(...part.readings);
    at = until;
  }
  live?.clear();
  return readings;
};

const closingWords = (path: string, out: string, minutes: number, empty: number, curbed: number): string =>
  [
    `Wrote ${out}: ${formatNumber(minutes)} minutes, ${formatNumber(empty)} of them without requests.`,
    ...(curbed === 0
      ? []
      : [
          `${formatNumber(curbed)} counts were above the requests of their minute (an answer may fall into the minute after its request) and are written as these.`,
        ]),
    `Next: sluice rehearse ${path} --rows ${out}`,
    '',
  ].join('\n');
