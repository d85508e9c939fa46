/** What a button of the demo asks for, as the page sends it. */
import * as v from 'valibot';

export const SPEED_LEAST = 0.1;
export const SPEED_MOST = 600;

const role = v.pipe(v.string(), v.minLength(1), v.maxLength(100));

export const pressSchema = v.variant('press', [
  v.strictObject({
    press: v.picklist([
      'fail',
      'slow',
      'silence',
      'ticks',
      'edit',
      'signOffAll',
      'hold',
      'resume',
      'advance',
      'rollBack',
      'stand',
      'skip',
    ]),
  }),
  v.strictObject({ press: v.literal('again') }),
  v.strictObject({ press: v.literal('signOff'), role, answer: v.picklist(['GO', 'NO-GO']) }),
  v.strictObject({
    press: v.literal('speed'),
    minutesPerSecond: v.pipe(v.number(), v.minValue(SPEED_LEAST), v.maxValue(SPEED_MOST)),
  }),
]);

export type Press = v.InferOutput<typeof pressSchema>;
