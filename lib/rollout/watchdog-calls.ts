/** What the watchdog tells the people on call. Pure. */
import { unreachable } from '../plan/assert.ts';
import { formatDuration } from '../plan/duration.ts';
import type { Instant } from '../plan/plan.ts';
import { isLive, minutesBetween } from './situation.ts';
import { CALL_MINUTES, type Silence, type Silences } from './watchdog.ts';

export interface Call {
  /** The same trouble has the same name. */
  readonly about: string;
  /** How many times five minutes it has lasted: each is called once. */
  readonly mark: number;
  /** Whose newest known entry is named with the call; null: it is about none, or several. */
  readonly silence: Silence | null;
  readonly subject: string;
  readonly text: string;
}

/** @param listUnreadableSince since when the journal does not even say which rollouts there are; null: it does */
export const callsOf = (
  { all, isControllerSick }: Silences,
  listUnreadableSince: Instant | null,
  now: Instant,
): readonly Call[] => {
  const silent = all.filter(({ sighting }) => sighting.unreadableSince === null);
  const unread = all.filter(({ sighting }) => sighting.unreadableSince !== null);
  const listMinutes = listUnreadableSince === null ? 0 : minutesBetween(listUnreadableSince, now);
  return [
    ...(isControllerSick ? together(silent) : silent.map(aboutOne)),
    ...aboutJournal(unread, Math.max(listMinutes, ...unread.map(({ minutes }) => minutes))),
  ];
};

/** Called once for each time that something was lowered without its entry: then there is nothing left to lower. */
export const unrecordedCall = (silence: Silence): Call => ({
  ...aboutOne(silence),
  about: `${silence.sighting.rollout}: lowered at ${silence.minutes}`,
  subject: `${silence.sighting.rollout}: lowered, the journal cannot be written`,
  text: `The watchdog lowered the weight after ${formatDuration(silence.minutes)}, and could not record it. A tick that comes back takes it for somebody else's doing, and holds.`,
});

/** @param faults what was said to each write */
export const refusedCall = (silence: Silence, faults: readonly string[]): Call => ({
  ...aboutOne(silence),
  about: `${silence.sighting.rollout}: refused`,
  subject: `${silence.sighting.rollout}: the weight cannot be lowered`,
  text: ['The watchdog tries again every minute. Lower it by hand in the listener rules.', ...faults].join('\n'),
});

const markOf = (minutes: number): number => Math.floor(minutes / CALL_MINUTES);

const LOOK =
  'Look at the alarms and the log of the tick function, and at its schedules. The watchdog tries to make a minute wake-up again that somebody deleted.';

const aboutOne = (silence: Silence): Call => {
  const { sighting, minutes } = silence;
  return {
    about: sighting.rollout,
    mark: markOf(minutes),
    silence,
    subject: `${sighting.rollout}: no tick for ${formatDuration(minutes)}`,
    text: [
      `The newest journal entry is ${formatDuration(minutes)} old; one comes at least every 3 minutes.`,
      standing(silence),
      `${LOOK} "npx sluice roll-back ${sighting.rollout} --reason WHY" lowers the weight at once.`,
    ].join('\n'),
  };
};

const together = (silences: readonly Silence[]): readonly Call[] => {
  if (silences.length === 0) return [];
  const minutes = Math.max(...silences.map((each) => each.minutes));
  return [
    {
      about: 'the controller',
      mark: markOf(minutes),
      silence: null,
      subject: `no ticks: ${silences.length} rollouts are silent, the controller is sick`,
      text: [
        `${silences.length} rollouts have had no journal entry for up to ${formatDuration(minutes)}: that is the controller, not the releases.`,
        ...silences.map(standing),
        LOOK,
      ].join('\n'),
    },
  ];
};

const aboutJournal = (unread: readonly Silence[], minutes: number): readonly Call[] => {
  if (minutes < CALL_MINUTES) return [];
  return [
    {
      about: 'the journal',
      mark: markOf(minutes),
      silence: null,
      subject: `the journal cannot be read for ${formatDuration(minutes)}`,
      text: [
        'No tick can decide anything without the journal, and nothing is moved for the first 30 minutes.',
        ...(unread.length === 0
          ? [
              'Which rollouts are live cannot be listed: one that this watchdog has not met before is not guarded by it.',
            ]
          : unread.map(standing)),
        "Look at DynamoDB and at the functions' permissions. Until then weights are lowered by hand only, in the listener rules.",
      ].join('\n'),
    },
  ];
};

/** `ramp-1: baking at recorded weight 10 %. The watchdog lowers it now.` */
const standing = (silence: Silence): string => {
  const { rollout, known } = silence.sighting;
  if (known === null) return `${rollout}: never read by this watchdog, so it can do nothing.`;
  const { status, weight } = known.entry.state;
  return `${rollout}: ${status}, recorded weight ${weight} %. ${measureIn(silence)}`;
};

const measureIn = ({ measure, sighting }: Silence): string => {
  const state = sighting.known?.entry.state;
  switch (measure) {
    case 'lower':
      return 'The watchdog lowers what reaches the candidate, as far as the baseline can carry it.';
    case 'people':
      return state?.weight === 100
        ? 'At weight 100 the watchdog moves nothing, since the baseline may be cold: people decide.'
        : 'With so many silent at once the watchdog leaves a weight of 25 % and less to people.';
    case 'wait':
      if (state?.status !== 'rollingBack' && (state === undefined || !isLive(state))) return 'It has not begun.';
      return sighting.unreadableSince === null
        ? 'After 10 minutes the watchdog lowers the weight.'
        : 'After 30 minutes the watchdog lowers the weight.';
    default:
      return unreachable(measure);
  }
};
