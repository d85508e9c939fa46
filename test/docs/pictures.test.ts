import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { REHEARSED, rehearsalsPicture } from '../../scripts/rehearsals-picture.ts';
import { stepsOf } from './page.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const steps = stepsOf(read('docs/getting-started.md'));

it('docs/rehearsals.svg is current (npm run pictures writes it)', async () => {
  expect(await rehearsalsPicture(read('examples/orders.yaml'))).toBe(read('docs/rehearsals.svg'));
});

it('examples/orders.yaml is the plan that the page ends with', () => {
  const written = steps.flatMap((step) => ('file' in step ? [step] : []));
  const whole = written.find(({ kind }) => kind === 'whole')?.text ?? '';
  const changes = written
    .filter(({ kind }) => kind === 'diff')
    .flatMap(({ text }) => [...text.matchAll(/^-(.*\n)\+(.*\n)/gm)]);
  const plan = changes.reduce((text, [, from = '', to = '']) => text.replace(from, to), whole);
  expect(plan).toBe(read('examples/orders.yaml'));
});

it('shows the rehearsals that the page has', () => {
  const commands = steps.flatMap((step) => ('command' in step ? [step.command] : [])).join('\n');
  for (const { faults } of REHEARSED)
    for (const fault of faults) expect(commands).toContain(`--fault '${fault}' --out`);
});
