import type { Clock } from '../controller/ports.ts';

export const systemClock: Clock = { now: () => Date.now() };
