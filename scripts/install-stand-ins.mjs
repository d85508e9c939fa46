/**
 * Installs what stands in for AWS in the wire tests, into .stand-ins/ (git-ignored): moto and ministack from PyPI, Amazon's DynamoDB Local
 * from Maven Central. Needs python3 with venv, Java 17 and Maven. Does nothing when the same versions are there.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const from = fileURLToPath(new URL('stand-ins/', import.meta.url));
const into = fileURLToPath(new URL('../.stand-ins/', import.meta.url));

/** Installs again when the list of versions has changed, or when the last time did not come to its end. */
const install = (what, list, how) => {
  const wanted = createHash('sha256')
    .update(readFileSync(`${from}${list}`))
    .digest('hex');
  const mark = `${into}${what}/installed`;
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return;
  process.stderr.write(`Installing ${what} stand-ins (${list}) …\n`);
  rmSync(`${into}${what}`, { recursive: true, force: true });
  mkdirSync(`${into}${what}`, { recursive: true });
  how(`${into}${what}`);
  writeFileSync(mark, wanted);
};

const run = (command, ...args) => execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });

install('python', 'requirements.txt', (folder) => {
  run('python3', '-m', 'venv', folder);
  run(`${folder}/bin/pip`, 'install', '--quiet', '--disable-pip-version-check', '-r', `${from}requirements.txt`);
});

install('java', 'pom.xml', (folder) => {
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';
  run('mvn', '--quiet', '--batch-mode', '-f', `${from}pom.xml`, goal, `-DoutputDirectory=${folder}/lib`);
});
