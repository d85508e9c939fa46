/** Writes test/replay/corpus: the journals that test/replay/corpus.test.ts replays, and what they decide. A journal that has not changed stays as it is. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { KEPT_ROLLOUTS, rehearseKept } from './replay-corpus.ts';
import { decisionsMarkdown, type KeptJournal } from './replay-corpus-text.ts';

const FOLDER = new URL('../test/replay/corpus/', import.meta.url);
const ENDING = '.jsonl.gz';

const source = readFileSync(new URL('release.yaml', FOLDER), 'utf8');
const journals: KeptJournal[] = [];
for (const kept of KEPT_ROLLOUTS)
  journals.push({ name: kept.name, story: kept.story, lines: await rehearseKept(source, kept) });

for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(ENDING)))
  if (!journals.some(({ name }) => file === `${name}${ENDING}`)) rmSync(new URL(file, FOLDER));
for (const { name, lines } of journals) {
  const file = new URL(`${name}${ENDING}`, FOLDER);
  const text = lines.map((line) => `${line}\n`).join('');
  if (existsSync(file) && gunzipSync(readFileSync(file)).toString('utf8') === text) continue;
  writeFileSync(file, gzipSync(text, { level: 9 }));
}
writeFileSync(new URL('decisions.md', FOLDER), decisionsMarkdown(journals));
