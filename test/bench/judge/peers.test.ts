import { describe, expect, it } from 'vitest';
import { argoRollouts, argoRolloutsAtOnePercent } from '../../../bench/judge/peers/argo-rollouts.ts';
import { cloudwatchAlarm } from '../../../bench/judge/peers/cloudwatch-alarm.ts';
import { flagger } from '../../../bench/judge/peers/flagger.ts';
import { kayenta } from '../../../bench/judge/peers/kayenta.ts';
import { lindonMalek } from '../../../bench/judge/peers/lindon-malek.ts';
import { failedPercent, type PeerMinute } from '../../../bench/judge/peers/peer.ts';
import { minuteOf, rolledBackIn } from './rollout.ts';

const MISSING = minuteOf(null, null);
const NO_TRAFFIC = minuteOf(0, 0);
const good = minuteOf(1000, 0);
const bad = minuteOf(1000, 20);

/** Bad in the minutes given, good in all others. */
const badIn =
  (...minutes: readonly number[]) =>
  (minute: number): PeerMinute =>
    minutes.includes(minute) ? bad : good;

const instead = (minutes: readonly number[], other: PeerMinute) => (minute: number) =>
  minutes.includes(minute) ? other : good;

describe('the failed share', () => {
  it('is unknown for a minute that is missing or had no requests, and 0 where only the failures are missing', () => {
    expect(failedPercent(null, null)).toBeUndefined();
    expect(failedPercent(0, 0)).toBeUndefined();
    expect(failedPercent(200, null)).toBe(0);
    expect(failedPercent(200, 3)).toBe(1.5);
  });
});

describe('every rule', () => {
  it.each([argoRollouts, argoRolloutsAtOnePercent, cloudwatchAlarm, flagger, kayenta, lindonMalek])(
    'leaves a candidate alone that never fails, and each rollout of it is fresh: $name',
    (peer) => {
      expect(rolledBackIn(peer, () => good, 1000)).toBeUndefined();
      const first = rolledBackIn(peer, () => minuteOf(1000, 200), 1000);
      expect(first).toBeDefined();
      expect(rolledBackIn(peer, () => minuteOf(1000, 200), 1000)).toBe(first);
      expect(peer.source).toMatch(/^https:\/\//);
    },
  );
});

describe('Flagger', () => {
  it('rolls back at the fifth failed check, whenever the other four were', () => {
    expect(rolledBackIn(flagger, badIn(0, 1, 2, 3, 4), 1000)).toBe(4);
    expect(rolledBackIn(flagger, badIn(3, 100, 200, 500, 900), 1000)).toBe(900);
    expect(rolledBackIn(flagger, badIn(3, 100, 200, 500), 1000)).toBeUndefined();
  });

  it('takes a minute without data, or without requests, as failed', () => {
    expect(rolledBackIn(flagger, instead([1, 3, 5, 7, 9], MISSING), 1000)).toBe(9);
    expect(rolledBackIn(flagger, instead([1, 3, 5, 7, 9], NO_TRAFFIC), 1000)).toBe(9);
  });

  it('fails a check below 99 % of success, not at it', () => {
    expect(rolledBackIn(flagger, () => minuteOf(1000, 10), 1000)).toBeUndefined();
    expect(rolledBackIn(flagger, () => minuteOf(1000, 11), 1000)).toBe(4);
    expect(rolledBackIn(flagger, () => minuteOf(50, 1), 1000)).toBe(4);
  });

  it('checks nothing while the candidate gets no requests by its weight', () => {
    const weightless = (minute: number) => ({ phase: 0, minuteOfPhase: minute, weight: minute < 10 ? 0 : 1 });
    expect(rolledBackIn(flagger, () => MISSING, 1000, weightless)).toBe(14);
  });
});

describe('Argo Rollouts', () => {
  const fails = (percent: number) => () => minuteOf(1000, 10 * percent);

  it('measures every 5 minutes and aborts at the fourth measurement that failed, for it allows three', () => {
    expect(rolledBackIn(argoRollouts, fails(6), 1000)).toBe(19);
    expect(rolledBackIn(argoRollouts, fails(5), 1000)).toBeUndefined();
    expect(rolledBackIn(argoRolloutsAtOnePercent, fails(2), 1000)).toBe(19);
    expect(rolledBackIn(argoRolloutsAtOnePercent, fails(1), 1000)).toBeUndefined();
  });

  it('counts failed measurements however far apart', () => {
    const apart = (minute: number) => ([2, 250, 600, 990].includes(minute) ? minuteOf(1000, 900) : good);
    expect(rolledBackIn(argoRollouts, apart, 1000)).toBe(994);
  });

  it('measures over all five minutes: one of them may be bad', () => {
    expect(rolledBackIn(argoRollouts, (minute) => minuteOf(1000, minute % 5 === 0 ? 240 : 0), 1000)).toBeUndefined();
    expect(rolledBackIn(argoRollouts, (minute) => minuteOf(1000, minute % 5 === 0 ? 260 : 0), 1000)).toBe(19);
  });

  it('takes five minutes without a request as a failed measurement', () => {
    expect(rolledBackIn(argoRollouts, () => NO_TRAFFIC, 1000)).toBe(19);
  });

  it('takes five minutes without data as an error, and aborts at the fifth in a row', () => {
    expect(rolledBackIn(argoRollouts, () => MISSING, 1000)).toBe(24);
    const broken = (minute: number) => (minute % 25 === 24 ? good : MISSING);
    expect(rolledBackIn(argoRollouts, broken, 1000)).toBeUndefined();
  });

  it('measures over the minutes that are there', () => {
    expect(rolledBackIn(argoRollouts, (minute) => (minute % 5 === 4 ? minuteOf(10, 1) : MISSING), 1000)).toBe(19);
  });
});

describe('the CloudWatch alarm', () => {
  it('goes off at the third of five minutes above 1 %, which need not follow each other', () => {
    expect(rolledBackIn(cloudwatchAlarm, badIn(10, 11, 12), 1000)).toBe(12);
    expect(rolledBackIn(cloudwatchAlarm, badIn(10, 12, 14), 1000)).toBe(14);
    expect(rolledBackIn(cloudwatchAlarm, badIn(10, 13, 15), 1000)).toBeUndefined();
  });

  it('takes a minute above 1 % as breaching, not one at it', () => {
    expect(rolledBackIn(cloudwatchAlarm, () => minuteOf(1000, 10), 1000)).toBeUndefined();
    expect(rolledBackIn(cloudwatchAlarm, () => minuteOf(1000, 11), 1000)).toBe(2);
  });

  it('never goes off for minutes without data or requests', () => {
    expect(rolledBackIn(cloudwatchAlarm, () => MISSING, 1000)).toBeUndefined();
    expect(rolledBackIn(cloudwatchAlarm, () => NO_TRAFFIC, 1000)).toBeUndefined();
  });

  it('looks two minutes further back for values where some are missing', () => {
    const holes = (minute: number) => (minute === 11 || minute === 12 ? MISSING : badIn(10, 13, 16)(minute));
    expect(rolledBackIn(cloudwatchAlarm, holes, 1000)).toBe(16);
    expect(rolledBackIn(cloudwatchAlarm, (minute) => (minute === 11 ? MISSING : badIn(10, 13, 16)(minute)), 1000)).toBe(
      undefined,
    );
  });
});
