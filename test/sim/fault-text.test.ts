import { describe, expect, it } from 'vitest';
import { faultForms, readFault } from '../../lib/sim/fault-text.ts';
import { isInputProblem } from '../../lib/sim/input-problem.ts';
import { readScenario, scenarioNames } from '../../lib/sim/scenario.ts';

describe('a fault in words', () => {
  it.each([
    [
      'failures x50 from 00:37',
      { fromMinute: 37, toMinute: null, effect: { kind: 'failures', side: 'candidate', amount: { times: 50 } } },
    ],
    [
      'both fail 5% from 1:00 for 8m',
      { fromMinute: 60, toMinute: 68, effect: { kind: 'failures', side: 'both', amount: { share: 0.05 } } },
    ],
    [
      'failures 1.2 % from 2d 03:00 to 3d 00:00',
      { fromMinute: 3060, toMinute: 4320, effect: { kind: 'failures', side: 'candidate', amount: { share: 0.012 } } },
    ],
    ['hanging 50% from 30:00', { fromMinute: 1800, effect: { kind: 'hanging', side: 'candidate', share: 0.5 } }],
    [
      'slow leak x50 over 6h',
      { fromMinute: 0, effect: { kind: 'leak', side: 'candidate', times: 50, overMinutes: 360 } },
    ],
    [
      'flapping x50 every 2m',
      { effect: { kind: 'flapping', side: 'candidate', amount: { times: 50 }, everyMinutes: 2 } },
    ],
    ['revenue -40%', { effect: { kind: 'revenue', side: 'candidate', times: 0.6 } }],
    ['orders -100%', { effect: { kind: 'orders', side: 'candidate', times: 0 } }],
    ['segment k12 failures x10', { effect: { kind: 'segment', side: 'candidate', segment: 'k12', times: 10 } }],
    ['retry storm', { effect: { kind: 'retryStorm', times: 20, everyMinutes: 30 } }],
    [
      'baseline targets 5 of 20 growing 0.5/min',
      { effect: { kind: 'targets', side: 'baseline', healthy: 5, registered: 20, growPerMinute: 0.5 } },
    ],
    [
      'cloudwatch silent from 00:40 for 20m',
      { fromMinute: 40, toMinute: 60, effect: { kind: 'cloudWatch', how: 'silent' } },
    ],
    ['weight 0 by hand at 01:00', { fromMinute: 60, effect: { kind: 'weightByHand', weight: 0, rule: null } }],
    ['weight 50% by hand on rule 2 at 01:00', { effect: { kind: 'weightByHand', weight: 50, rule: 1 } }],
    ['weight 50 by terraform at 01:00', { effect: { kind: 'weightByHand', weight: 50, by: 'terraform' } }],
    ['foreign rule', { effect: { kind: 'foreignRule', rule: 0 } }],
    ['no ticks from 1d 03:00 for 6h', { fromMinute: 1620, toMinute: 1980, effect: { kind: 'noTicks' } }],
    ['raises refused', { effect: { kind: 'writesRefused', raisesOnly: true } }],
    ['  failures   x2  from 00:01 ', { fromMinute: 1 }],
  ])('%j is read', (text, expected) => {
    expect(readFault(text)).toMatchObject(expected);
  });

  it('scales all response times for a p99', () => {
    expect(readFault('p99 92ms')).toMatchObject({ effect: { kind: 'slow', times: 2 } });
  });

  it.each(['', 'fail', 'failures from 00:37', 'failures x50 from 37', 'failures x50 from 00:37 to', 'explosion x3'])(
    'that is not known (%j) is refused with all that are',
    (text) => {
      const read = readFault(text);
      const message = isInputProblem(read) ? read.problem : '';
      expect(message).toContain(`Fault "${text}" is not known`);
      for (const form of faultForms) expect(message).toContain(form);
    },
  );

  it.each([
    ['failures 101%', 'a share must be at most 100 %'],
    ['revenue -140%', 'a fall must be at most 100 %'],
    ['failures x1.2.3', 'a number must be written in digits'],
    ['candidate targets 21 of 20', 'healthy targets must not be more than registered ones'],
    ['weight 101 by hand', 'a weight must be at most 100'],
    ['failures x50 from 01:00 to 00:30', 'must end after it begins'],
    ['failures x50 from 01:00 for 8hm', '"for" must be a duration'],
  ])('that cannot be (%j) is refused', (text, why) => {
    const read = readFault(text);
    expect(isInputProblem(read) ? read.problem : '').toContain(why);
  });
});

describe('a scenario', () => {
  it.each(scenarioNames())('%s can be read', (name) => {
    const scenario = readScenario(name);
    expect(isInputProblem(scenario) ? scenario.problem : '').toBe('');
  });

  it('that is not known is refused with the names of all', () => {
    const scenario = readScenario('helthy');
    expect(isInputProblem(scenario) ? scenario.problem : '').toContain('healthy, ');
  });
});
