import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '../plan/plan.ts';
import { type ProgrammeItem, planProgramme } from '../plan/programme.ts';
import { calendarFile } from '../report/calendar-file.ts';
import { programmeMarkdown } from '../report/programme.ts';
import { scheduleMarkdown } from '../report/schedule.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';
import type { ScheduleOptions } from './options.ts';
import { writeFiles } from './output-files.ts';
import { readPlanFile } from './plan-file.ts';
import { accepted, isRefusal, joinRefusals, Refusal } from './refusal.ts';
import { whyUnreadable } from './text-file.ts';

/** One plan, or a folder's programme. */
interface Schedule {
  readonly items: readonly ProgrammeItem[];
  readonly markdown: string;
}

export const writeSchedule = async (
  path: string,
  { out, json }: ScheduleOptions,
  io: Io,
): Promise<ExitCode | Refusal> => {
  const made = (await isFolder(path)) ? await scheduleOfFolder(path) : await scheduleOfFile(path);
  if (isRefusal(made)) return made;
  const { items, markdown } = made;
  if (out !== undefined) {
    const refused = writeFiles(out, { 'schedule.md': markdown, 'sluice.ics': calendarOf(items) });
    if (refused !== undefined) return refused;
    io.err(`Wrote ${join(out, 'schedule.md')} and ${join(out, 'sluice.ics')}.\n`);
  }
  if (json === true) io.out(`${JSON.stringify({ rollouts: items.map(rolloutOf) })}\n`);
  else if (out === undefined) io.out(markdown);
  return EXIT.fine;
};

const isFolder = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // Reading it says why.
    return false;
  }
};

const scheduleOfFile = async (path: string): Promise<Schedule | Refusal> => {
  const file = await readPlanFile(path);
  if (isRefusal(file)) return file;
  // By itself it does not wait for other rollouts: they are not known here, and the page names them.
  const programme = planProgramme([{ ...file.plan, after: [] }]);
  if (!programme.ok) return misfit(path, programme.problems);
  return {
    items: programme.items.map((item) => ({ ...item, plan: file.plan })),
    markdown: scheduleMarkdown(file.plan),
  };
};

const scheduleOfFolder = async (path: string): Promise<Schedule | Refusal> => {
  const names = await planNames(path);
  if (isRefusal(names)) return names;
  if (names.length === 0)
    return new Refusal(`${path} must be a folder with plans, *.yaml, *.yml or *.json, and has none.`);
  const files = await Promise.all(names.map((name) => readPlanFile(join(path, name))));
  const refused = joinRefusals(files.filter(isRefusal));
  if (refused !== undefined) return refused;
  const plans = files.map((file) => accepted(file).plan);
  const programme = planProgramme(plans);
  if (!programme.ok) return misfit(path, programme.problems);
  const page = programmeMarkdown(plans);
  return page.ok ? { items: programme.items, markdown: page.markdown } : misfit(path, page.problems);
};

const planNames = async (folder: string): Promise<readonly string[] | Refusal> => {
  try {
    return (await readdir(folder)).filter((name) => /\.(ya?ml|json)$/.test(name)).sort();
  } catch (error) {
    const why = whyUnreadable(error);
    if (why === undefined) throw error;
    return new Refusal(`Cannot read folder ${folder}: ${why}.`);
  }
};

const misfit = (path: string, problems: readonly string[]): Refusal =>
  new Refusal(
    `The plans of ${path} do not fit together: ${problems.length === 1 ? '1 problem' : `${problems.length} problems`}.`,
    problems,
  );

const calendarOf = (items: readonly ProgrammeItem[]): string =>
  calendarFile(
    items.map(({ plan }) => plan),
    (plan: Plan) => items.find((item) => item.plan === plan)?.milestones ?? [],
  );

const rolloutOf = ({ plan, begins, ends, late, milestones }: ProgrammeItem) => ({
  rollout: plan.rollout,
  release: plan.release,
  begins: new Date(begins).toISOString(),
  ends: new Date(ends).toISOString(),
  after: plan.after,
  late,
  milestones: milestones.map(({ at, kind, phase, label }) => ({
    at: new Date(at).toISOString(),
    kind,
    phase: plan.phases[phase]?.name ?? '',
    label,
  })),
});
