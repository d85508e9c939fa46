/**
 * Reports in a bucket, one folder for each rollout. Encryption and versions are the bucket's own. Whoever reads here needs `s3:ListBucket`
 * too: without it S3 answers 403 for a file that is not there (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html), and a
 * refusal is never taken for "there is none".
 */
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Fault, isFault } from '../controller/fault.ts';
import type { Reports } from '../controller/ports.ts';
import { assert } from '../plan/assert.ts';
import type { Environment } from './environment.ts';
import type { Report } from './kept-report.ts';
import { type Deadline, outside } from './outside.ts';

/** How often a file is looked at anew because somebody else wrote it in between. */
const LOOKS_AT_MOST = 3;
const NAME = /^[0-9a-z][0-9a-z./-]{0,199}$/;

/** Puts are conditional on what was seen before (`If-Match`), so of two writers at once none hides the newer file. */
export const reportsOf = (client: S3Client, environment: Environment, deadline: Deadline): Reports => ({
  put: async (rollout, name, content, revision) => {
    const operation = `put ${nameOf(rollout, name)}`;
    const file = { Bucket: environment.SLUICE_REPORTS, Key: keyOf(rollout, name) };
    for (let look = 0; look < LOOKS_AT_MOST; look++) {
      const there = await headOf(client, file, operation, deadline);
      if (isFault(there)) return there;
      if (there !== undefined && there.revision >= revision) return 'newer';
      const command = new PutObjectCommand({
        ...file,
        ...(there === undefined ? { IfNoneMatch: '*' } : { IfMatch: there.etag }),
        Body: content,
        ContentType: contentTypeOf(name),
        Metadata: { revision: `${revision}` },
      });
      const put = await outside<'put' | 'overtaken'>(
        operation,
        deadline,
        async (options) => {
          await client.send(command, options);
          return 'put';
        },
        (error) => (OVERTAKEN.has(error.name) ? 'overtaken' : undefined),
      );
      if (put !== 'overtaken') return put;
    }
    return new Fault('UNAVAILABLE', operation, new Error(`others wrote it at the same time, ${LOOKS_AT_MOST} times`));
  },
});

/**
 * The file is another than the one that was seen, or is being written just now, or is gone:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
const OVERTAKEN: ReadonlySet<string> = new Set(['PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey']);

/** Undefined: there is no such file. */
export const readReport = (
  client: S3Client,
  environment: Environment,
  deadline: Deadline,
  rollout: string | null,
  name: string,
): Promise<Report | undefined | Fault> => {
  const command = new GetObjectCommand({ Bucket: environment.SLUICE_REPORTS, Key: keyOf(rollout, name) });
  return orNothing(`read ${nameOf(rollout, name)}`, deadline, 'NoSuchKey', async (options) => {
    const { Body, Metadata } = await client.send(command, options);
    return { content: (await Body?.transformToString('utf-8')) ?? '', revision: revisionIn(Metadata) };
  });
};

const headOf = (
  client: S3Client,
  file: { readonly Bucket: string; readonly Key: string },
  operation: string,
  deadline: Deadline,
): Promise<{ readonly revision: number; readonly etag: string | undefined } | undefined | Fault> =>
  orNothing(operation, deadline, 'NotFound', async (options) => {
    const { ETag, Metadata } = await client.send(new HeadObjectCommand(file), options);
    return { revision: revisionIn(Metadata), etag: ETag };
  });

/** `outside`, with an error of this name as the answer `undefined`. */
const orNothing = async <T>(
  operation: string,
  deadline: Deadline,
  name: string,
  send: Parameters<typeof outside<T | 'nothing'>>[2],
): Promise<T | undefined | Fault> => {
  const answer = await outside<T | 'nothing'>(operation, deadline, send, (error) =>
    error.name === name ? 'nothing' : undefined,
  );
  return answer === 'nothing' ? undefined : answer;
};

/** A file without a revision was put there by hand: any of ours is newer. */
const revisionIn = (metadata: Readonly<Record<string, string>> | undefined): number => {
  const revision = metadata?.revision ?? '';
  return /^\d{1,15}$/.test(revision) ? Number(revision) : -1;
};

/** In words. */
const nameOf = (rollout: string | null, name: string): string =>
  rollout === null ? name : `${name} of the report of ${rollout}`;

const keyOf = (rollout: string | null, name: string): string => {
  assert(
    NAME.test(name) && !name.includes('..'),
    `${name} is a path of small letters, digits, dots, dashes and slashes`,
  );
  return rollout === null ? name : `${rollout}/${name}`;
};

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  csv: 'text/csv; charset=utf-8',
  html: 'text/html; charset=utf-8',
  ics: 'text/calendar; charset=utf-8',
  json: 'application/json',
  jsonl: 'application/x-ndjson',
  md: 'text/markdown; charset=utf-8',
};

const contentTypeOf = (name: string): string =>
  CONTENT_TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
