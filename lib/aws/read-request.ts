import * as z from 'zod';
import { valueIn } from './json-text.ts';
import { type RefusedReply, type Request, requestSchema } from './request.ts';

const addressed = z.strictObject({ to: z.string(), request: z.unknown() });

const refused = (sentence: string, problems: readonly string[] = []): RefusedReply => ({
  ok: false,
  refused: sentence,
  problems,
});

/**
 * The text that a proof was made over, as a request.
 * @param names what this function is called: its name and its ARN
 */
export const readRequest = (text: string, names: readonly string[]): Request | RefusedReply => {
  const letter = addressed.safeParse(valueIn(text));
  if (!letter.success) return refused('a request must be a JSON object that says which function it is to');
  const { to, request } = letter.data;
  if (!names.includes(to)) return refused(`the request is to another function than this one, ${names[0]}`);
  const read = requestSchema.safeParse(request);
  if (read.success) return read.data;
  return refused(
    'the request is not one that this function knows; CLI and stack must be of the same release',
    read.error.issues.map(({ path, message }) => `${path.join('.') || 'the request'}: ${message}`),
  );
};
