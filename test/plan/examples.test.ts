import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { problemsOf } from './seed-plan.ts';

const FOLDER = new URL('../../examples/', import.meta.url);
const plans = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.yaml') && !name.startsWith('scenarios'),
);

it.each(plans)('examples/%s is a valid plan', (name) => {
  expect(problemsOf(readFileSync(new URL(name, FOLDER), 'utf8'))).toEqual([]);
});
