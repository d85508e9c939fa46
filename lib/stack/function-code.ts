/** Bundles of the functions, made by esbuild while the template is made: no Docker, and the same bytes wherever that happens. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Further files of a bundle, beside its `index.mjs`: name and content. */
export type Files = Readonly<Record<string, string>>;

/**
 * @param entry the handler's source, relative to the repository
 * @param files what the handler finds beside itself
 */
export const functionCode = (entry: string, files: Files = {}): Code =>
  Code.fromAsset(join(ROOT, 'lambdas'), {
    // Of the bundle, so that a function changes only when its code does.
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('never-used'),
      // The CDK makes assets with equal options once, and all else is equal for all functions.
      environment: { CONTENT: hashOf(entry, files) },
      local: {
        tryBundle: (folder) => {
          bundle(resolve(ROOT, entry), folder, files);
          return true;
        },
      },
    },
  });

/** Ways to credentials that the SDK loads when it needs them. A function has its own in its environment. */
const FOR_MACHINES_OF_PEOPLE = ['ini', 'login', 'process', 'sso', 'web-identity'].map(
  (provider) => `@aws-sdk/credential-provider-${provider}`,
);

/**
 * @param entry path of the source
 * @param folder gets `index.mjs`, a file for each part that is loaded on demand, their source maps, and the files
 *
 * The SDK is inside: we use operations that are younger than the one in Lambda's runtime. It is taken as ES modules, which halves what is
 * loaded at a cold start.
 */
export const bundle = (entry: string, folder: string, files: Files): void => {
  const { outputFiles } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: [{ in: entry, out: 'index' }],
    // Beside the source, where nothing is written: paths in a source map are relative to it, and must not tell where the asset was staged.
    outdir: dirname(entry),
    outExtension: { '.js': '.mjs' },
    write: false,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    // Node 24 on Lambda runs it, and so does the Node of a clone, for tests that run the very bundles.
    target: 'node20',
    mainFields: ['module', 'main'],
    external: [...FOR_MACHINES_OF_PEOPLE],
    // Packages in CommonJS (Slack's client) require Node's own modules, and an ES module has no `require` unless it makes one.
    banner: {
      js: "import{createRequire as makeRequire}from'node:module';const require=makeRequire(import.meta.url);",
    },
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'silent',
    // The one it gives Node is CommonJS, which requires built-in modules and cannot be left out in parts.
    alias: { yaml: join(ROOT, 'node_modules/yaml/browser/index.js') },
  });
  for (const { path, contents } of outputFiles) writeFileSync(join(folder, basename(path)), contents);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
};

const hashOf = (entry: string, files: Files): string =>
  createHash('sha256')
    .update(JSON.stringify([entry, ...Object.entries(files)]))
    .digest('hex');
