import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again and again until there is an answer; nothing else in a wire test waits.
 * @param what in words, after "there is no": "entry of the wake-up"
 * @param tell asked when time is up: what those outside have said
 */
export const until = async <T>(
  what: string,
  seconds: number,
  ask: () => Promise<T | undefined>,
  tell: () => string = () => '',
): Promise<T> => {
  for (const begun = Date.now(); Date.now() - begun < seconds * 1000; await sleep(200)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
  throw new Error(`there is no ${what} within ${seconds} s\n${tell()}`);
};
