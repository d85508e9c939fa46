/** One S3 bucket, addressed by path: whole objects with metadata, and conditional puts. */
import { createHash } from 'node:crypto';
import type { Answer, Asked, Service } from './server.ts';

export interface KeptObject {
  readonly content: string;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface S3StandIn {
  readonly service: Service;
  /** By key. */
  readonly objects: Map<string, KeptObject>;
}

export const s3StandIn = (bucket: string): S3StandIn => {
  const objects = new Map<string, KeptObject>();
  const service: Service = (asked) => {
    const [, name, ...path] = decodeURIComponent(asked.url.pathname).split('/');
    const key = path.join('/');
    if (name !== bucket) return error(asked, 'NoSuchBucket', 404);
    const there = objects.get(key);
    switch (asked.operation) {
      case 'PutObject':
        return put(objects, key, asked);
      case 'GetObject':
      case 'HeadObject':
        return there === undefined
          ? error(asked, 'NoSuchKey', 404)
          : { headers: headersOf(there), body: bodyFor(asked, there) };
      default:
        return error(asked, 'MethodNotAllowed', 405);
    }
  };
  return { service, objects };
};

const put = (objects: Map<string, KeptObject>, key: string, asked: Asked): Answer => {
  const { 'if-match': match, 'if-none-match': none, 'content-type': contentType = '' } = asked.headers;
  const there = objects.get(key);
  if (match !== undefined && there === undefined) return error(asked, 'NoSuchKey', 404);
  if (match !== undefined && there !== undefined && match !== etagOf(there))
    return error(asked, 'PreconditionFailed', 412);
  if (none === '*' && there !== undefined) return error(asked, 'PreconditionFailed', 412);
  const object = { content: asked.body, contentType, metadata: metadataIn(asked.headers) };
  objects.set(key, object);
  return { headers: { etag: etagOf(object) } };
};

const PREFIX = 'x-amz-meta-';

const metadataIn = (headers: Asked['headers']): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith(PREFIX) ? [[name.slice(PREFIX.length), value]] : [],
    ),
  );

const headersOf = (object: KeptObject): Readonly<Record<string, string>> => ({
  etag: etagOf(object),
  'content-type': object.contentType,
  'content-length': `${Buffer.byteLength(object.content)}`,
  ...Object.fromEntries(Object.entries(object.metadata).map(([name, value]) => [`${PREFIX}${name}`, value])),
});

const bodyFor = ({ method }: Asked, { content }: KeptObject): string => (method === 'HEAD' ? '' : content);

const etagOf = ({ content }: KeptObject): string => `"${createHash('md5').update(content).digest('hex')}"`;

/** The answer to a HEAD has no body, so it says nothing but its status. */
const error = ({ method }: Asked, code: string, status: number): Answer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body:
    method === 'HEAD'
      ? ''
      : `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`,
});
