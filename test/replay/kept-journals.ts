import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Replaying } from '../../lib/cli/replaying.ts';
import type { Entry } from '../../lib/rollout/entry.ts';

export const CORPUS = 'test/replay/corpus/';

/** The plan of the kept journals, as written. */
export const keptSource = readFileSync(`${CORPUS}release.yaml`, 'utf8');

const ENDING = '.jsonl.gz';

export const keptNames: readonly string[] = readdirSync(CORPUS)
  .filter((file) => file.endsWith(ENDING))
  .map((file) => file.slice(0, -ENDING.length));

/** As `journal.jsonl` has it. */
export const keptText = (name: string): string =>
  gunzipSync(readFileSync(`${CORPUS}${name}${ENDING}`)).toString('utf8');

export const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

export const entriesOf = (text: string): readonly Entry[] => linesOf(text).map((line) => JSON.parse(line));

/** What today decides otherwise, a sentence each; none where it decides nothing, since no rollout was started. */
export const replayed = (entries: readonly Entry[]): readonly string[] => {
  if (entries.length === 0) return [];
  const plan = entries[0]?.plan?.parsed;
  if (plan === undefined) throw new Error('entry 0 keeps the plan');
  const replaying = new Replaying(plan);
  for (const entry of entries) replaying.add(entry);
  const { differences, numbers } = replaying.end();
  return [
    ...differences.map(
      ({ at, phase, recorded, today }) =>
        `${at} ${phase}: ${recorded.decision} ${recorded.code} (${recorded.sentence}) is ${today.decision} ${today.code} today (${today.sentence})`,
    ),
    ...numbers.map(
      ({ at, phase, path, recorded, today }) => `${at} ${phase}: ${path} is ${today} today, and was ${recorded}`,
    ),
  ];
};
