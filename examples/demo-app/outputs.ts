import { existsSync, readFileSync } from 'node:fs';

/** What `npm run deploy` wrote down of the stack. */
export interface Outputs {
  readonly rule: string;
  readonly a: string;
  readonly b: string;
  readonly requestsFunction: string;
}

/** Throws one error that says what to do when the stack was not deployed from here. */
export const readOutputs = (): Outputs => {
  const file = new URL('out/outputs.json', import.meta.url);
  if (!existsSync(file)) throw new Error('out/outputs.json is not there: run npm run deploy first');
  const written: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(readFileSync(file, 'utf8'));
  const output = (name: string): string => {
    const value = written['sluice-demo']?.[name];
    if (value === undefined) throw new Error(`out/outputs.json must have ${name}: run npm run deploy first`);
    return value;
  };
  return {
    rule: output('RuleArn'),
    a: output('GroupA'),
    b: output('GroupB'),
    requestsFunction: output('RequestsFunction'),
  };
};
