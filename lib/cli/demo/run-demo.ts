import type { CommandContext } from '../command-context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { readBetween, readWhole } from '../numbers.ts';
import type { DemoOptions } from '../options.ts';
import { readPlanFile } from '../plan-file.ts';
import { accepted, isRefusal, joinRefusals, Refusal } from '../refusal.ts';
import { DEMO_PLAN } from './inlined.ts';
import { SPEED_LEAST, SPEED_MOST } from './press.ts';
import { serve } from './server.ts';
import { showRun } from './show-run.ts';

/** A phase of two hours takes a minute. */
const MINUTES_PER_SECOND = 2;
const BEAT_MS = 100;
/** Of a run that skips: only so long that whoever presses is heard. */
const HURRY_MS = 1;

/** Serves the page until somebody presses Ctrl-C. */
export const runDemo = async (
  path: string | undefined,
  options: DemoOptions,
  { io, surroundings }: CommandContext,
): Promise<ExitCode | Refusal> => {
  const speed = readBetween('--speed', options.speed, SPEED_LEAST, SPEED_MOST);
  const port = readWhole('--port', options.port, 0, 65_535);
  const file = path === undefined ? DEMO_PLAN : await readPlanFile(path);
  const refused = joinRefusals([speed, port, file].filter(isRefusal));
  if (refused !== undefined) return refused;
  const show = await showRun(accepted(file), accepted(speed) ?? MINUTES_PER_SECOND, surroundings.now);
  if ('refused' in show) return new Refusal(`${accepted(file).path} cannot be run like this.`, show.refused);
  const interruption = surroundings.interruption();
  const server = await serve(show, accepted(port) ?? 0);
  if (isRefusal(server)) {
    interruption.end();
    return server;
  }
  io.out(options.json === true ? `${JSON.stringify({ url: server.url })}\n` : `${server.url}\n`);
  io.err('Open this address in a browser. Ctrl-C ends the demo, and leaves nothing behind.\n');
  let isOver = false;
  const beats = async (): Promise<void> => {
    while (!isOver && !interruption.signal.aborted) {
      await surroundings.wait(show.isHurrying() ? HURRY_MS : BEAT_MS, interruption.signal);
      await show.beat();
    }
  };
  try {
    await Promise.race([beats(), server.failed]);
  } finally {
    isOver = true;
    await server.close();
    interruption.end();
  }
  return EXIT.fine;
};
