import * as v from 'valibot';
import { valueIn } from './json-text.ts';
import { type RefusedReply, type Request, requestSchema } from './request.ts';

const addressed = v.strictObject({
  to: v.string(),
  region: v.string(),
  id: v.pipe(v.string(), v.uuid()),
  request: v.unknown(),
});

/** What a function is called. */
export interface Addressee {
  readonly name: string;
  /** Without a version. */
  readonly arn: string;
}

export interface Letter {
  readonly request: Request;
  /** By a bare name, which Lambda looks up in the caller's own account: then it is to no function of another one. */
  readonly isByName: boolean;
}

const refused = (sentence: string, problems: readonly string[] = []): RefusedReply => ({
  ok: false,
  refused: sentence,
  problems,
});

/** The text that a proof was made over, as a request that is to this function. */
export const readRequest = (text: string, { name, arn }: Addressee): Letter | RefusedReply => {
  const letter = v.safeParse(addressed, valueIn(text));
  if (!letter.success)
    return refused(
      'a request must be a JSON object that says which function it is to, in which region, and what its id is; CLI and stack must be of the same release',
    );
  const { to, region, request } = letter.output;
  const isByName = to === name && region === arn.split(':')[3];
  if (!isByName && to !== arn)
    return { ...refused(`the request is to another function than this one, ${arn}`), forbidden: true };
  const read = v.safeParse(requestSchema, request);
  if (read.success) return { request: read.output, isByName };
  return refused(
    'the request is not one that this function knows; CLI and stack must be of the same release',
    read.issues
      .slice(0, PROBLEMS_AT_MOST)
      .map((issue) => problemOf(v.getDotPath(issue) ?? 'the request', issue.message)),
  );
};

const PROBLEMS_AT_MOST = 20;

/** A message repeats what was given, which may be as long as the request, and a place has the keys that were given. */
const problemOf = (place: string, message: string): string => `${place.slice(0, 100)}: ${message.slice(0, 200)}`;
