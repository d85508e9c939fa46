import { readCode } from './code.ts';
import type { Rule } from './rules.ts';

/**
 * Words that the vocabulary replaces: one word, one meaning. Left out are those it gives a meaning of
 * their own (release, status, metric, alarm, traffic, ratio) and `check`, which is a command of the CLI.
 */
const SAY_INSTEAD: Readonly<Record<string, string>> = {
  config: 'plan',
  spec: 'plan',
  strategy: 'plan',
  deployment: 'rollout',
  stable: 'baseline',
  primary: 'baseline',
  control: 'baseline',
  canary: 'candidate',
  blue: 'baseline',
  green: 'candidate',
  step: 'phase',
  stage: 'phase',
  soak: 'bake',
  pause: 'hold',
  sample: 'row',
  datapoint: 'row',
  action: 'decision',
  reconcile: 'correct',
  heal: 'correct',
  override: 'command',
  approval: 'sign-off',
  exception: 'fault',
};

/** Names that keep such a word, each with its reason. */
const ALLOWED: Readonly<Record<string, string>> = {
  actionIdOf: 'Slack calls it so: the `action_id` of a button',
  Stage: 'whether a row lies before the last rise, in its warm-up or in the bake; a phase has all three',
};

const NOT_A_PLACE = new Set(['utils', 'helpers', 'common', 'types', 'models']);

const wordsOf = (name: string): readonly string[] =>
  name.split(/(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z]+/).map((word) => word.toLowerCase().replace(/s$/, ''));

const complaint = (path: string, kind: string, name: string): readonly string[] => {
  if (ALLOWED[name] !== undefined) return [];
  const word = wordsOf(name).find((candidate) => SAY_INSTEAD[candidate] !== undefined);
  return word === undefined ? [] : [`${path}: the ${kind} ${name} says ${word}, which here is ${SAY_INSTEAD[word]}`];
};

export const oneWordOneMeaning: Rule = (files) =>
  files
    .filter((file) => /^(lib|lambdas|bench|scripts)\/.*\.ts$/.test(file.path))
    .flatMap((file) => [
      ...file.path
        .split('/')
        .slice(1)
        .flatMap((part) => complaint(file.path, 'file', part.replace(/\.ts$/, ''))),
      ...readCode(file).exports.flatMap((name) => complaint(file.path, 'export', name)),
    ]);

export const everyFolderSaysWhatIsInIt: Rule = (files) =>
  files
    .filter((file) =>
      file.path
        .replace(/\.\w+$/, '')
        .split('/')
        .some((part) => NOT_A_PLACE.has(part)),
    )
    .map((file) => `${file.path} says nothing of what is in it`);
