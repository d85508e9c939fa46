import type { Trace } from '../sim/trace.ts';
import { readPositive } from './numbers.ts';
import type { TrafficOptions } from './options.ts';
import { accepted, isRefusal, joinRefusals, Refusal } from './refusal.ts';
import { readTextFile } from './text-file.ts';

const TRACE_BYTES_AT_MOST = 64 * 1024 * 1024;

/** The traffic that was given on the command line; neither: none was. */
export interface GivenTraffic {
  readonly trace?: Trace | undefined;
  /** Of both groups together. */
  readonly requestsPerMinute?: number | undefined;
}

/** Reads `--traffic FILE --scale K` or `--requests-per-minute N`. */
export const readTraffic = async (options: TrafficOptions): Promise<GivenTraffic | Refusal> => {
  const requestsPerMinute = readPositive('--requests-per-minute', options.requestsPerMinute);
  const scale = readPositive('--scale', options.scale);
  const refused = joinRefusals([...[requestsPerMinute, scale].filter(isRefusal), ...clashes(options)]);
  if (refused !== undefined) return refused;
  if (options.traffic === undefined) return { requestsPerMinute: accepted(requestsPerMinute) };
  const trace = await readTraceFile(options.traffic, accepted(scale) ?? 1);
  return isRefusal(trace) ? trace : { trace };
};

const clashes = ({ traffic, scale, requestsPerMinute }: TrafficOptions): readonly Refusal[] => [
  ...(traffic !== undefined && requestsPerMinute !== undefined
    ? [
        new Refusal(
          '--traffic and --requests-per-minute must not be given together: a trace has its own requests, which --scale K multiplies.',
        ),
      ]
    : []),
  ...(scale !== undefined && traffic === undefined
    ? [new Refusal('--scale must be given with --traffic FILE: it multiplies the requests of a trace.')]
    : []),
];

const readTraceFile = async (path: string, scale: number): Promise<Trace | Refusal> => {
  const text = await readTextFile(path, 'traffic file', TRACE_BYTES_AT_MOST);
  if (isRefusal(text)) return text;
  const [{ readTrace }, { isInputProblem }] = await Promise.all([
    import('../sim/trace.ts'),
    import('../sim/input-problem.ts'),
  ]);
  const trace = readTrace(text, scale);
  return isInputProblem(trace) ? new Refusal(`${path} is not a traffic file.`, [trace.problem]) : trace;
};
