/** The stack as `npx cdk synth` makes it, in a folder of its own: the template and the very bundles that a deploy uploads. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A resource of the template, as JSON. */
export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON of CloudFormation's own shapes, which the assertions state.
  readonly Properties: Readonly<Record<string, any>>;
  readonly DependsOn?: readonly string[];
}

export interface Assembly {
  /** Of the template and its assets: what `cdk deploy --app` takes. */
  readonly folder: string;
  readonly resources: Readonly<Record<string, Resource>>;
  /** Runs the CDK's command line on it; answers its exit code and all it wrote. */
  cdk(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ran>;
  /** Folder of the bundle of a function: `tick`. */
  bundleOf(which: string): string;
  remove(): void;
}

export interface Ran {
  readonly code: number;
  readonly output: string;
}

/** Named by the stack's name, which is the default of `-c name`. */
export const STACK = 'sluice';

/**
 * @param plans texts by file name
 */
export const synthesize = async (plans: Readonly<Record<string, string>>): Promise<Assembly> => {
  const home = mkdtempSync(join(tmpdir(), 'sluice-wire-'));
  const folder = join(home, 'cdk.out');
  mkdirSync(join(home, 'plans'));
  for (const [file, source] of Object.entries(plans)) writeFileSync(join(home, 'plans', file), source);
  const { code, output } = await cdk(home, {}, [
    'synth',
    '--quiet',
    '-o',
    folder,
    '-c',
    `plans=${join(home, 'plans')}`,
  ]);
  if (code !== 0) throw new Error(`cdk synth failed:\n${output}`);
  const template = JSON.parse(readFileSync(join(folder, `${STACK}.template.json`), 'utf8'));
  const resources: Assembly['resources'] = template.Resources;
  return {
    folder,
    resources,
    cdk: (env, ...args) => cdk(home, env, args),
    bundleOf: (which) => {
      const made = Object.values(resources).find(({ Properties }) => Properties.FunctionName === `${STACK}-${which}`);
      const [, hash] = /^([0-9a-f]{64})\.zip$/.exec(made?.Properties.Code.S3Key) ?? [];
      if (hash === undefined) throw new Error(`the template has no function ${STACK}-${which} with a bundle`);
      return join(folder, `asset.${hash}`);
    },
    remove: () => rmSync(home, { recursive: true }),
  };
};

/** Without anything of this machine's: no credentials but those given, no cache (the CDK remembers the account of an access key), no network. */
const cdk = (home: string, env: Readonly<Record<string, string>>, args: readonly string[]): Promise<Ran> => {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:AWS|CDK)_/.test(name)));
  const own = {
    HOME: home,
    CDK_HOME: join(home, 'cdk-home'),
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  const all = [join(ROOT, 'node_modules/aws-cdk/bin/cdk'), ...args, '--no-notices', '--no-color'];
  const options = { cwd: ROOT, env: { ...clean, ...own, ...env }, maxBuffer: 16 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, all, options, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') return reject(error);
      resolve({ code: Number(error?.code ?? 0), output: `${stdout}${stderr}` });
    });
  });
};
