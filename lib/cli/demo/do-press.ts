/** What a press does to a run. Whatever was pressed stands among the lines, with its time. */
import { unreachable } from '../../plan/assert.ts';
import type { Command } from '../../rollout/command.ts';
import { missingSignOffs } from '../../rollout/sign-offs.ts';
import { ask, editWeights } from '../../sim/live.ts';
import { leadOf, operatorOf } from '../../sim/people.ts';
import { FAULTS, isOn, switched } from './faults.ts';
import { addLine, type LiveRun, readNotices, stateOf } from './live-run.ts';
import type { Press } from './press.ts';
import type { FaultName } from './shape.ts';

/** Of a run; `again` makes another one. */
export type RunPress = Exclude<Press, { readonly press: 'again' }>;

const WHY = 'tried in the demo';

export const doPress = async (run: LiveRun, press: RunPress): Promise<void> => {
  switch (press.press) {
    case 'fail':
    case 'slow':
    case 'silence':
    case 'ticks':
      return switchFault(run, press.press);
    case 'edit':
      return edit(run);
    case 'signOff':
      return signOff(run, press.role, press.answer);
    case 'signOffAll':
      return signOffAll(run);
    case 'hold':
    case 'resume':
    case 'advance':
    case 'rollBack':
      return command(run, { kind: press.press, why: WHY }, operatorOf(run.plan), COMMAND_WORDS[press.press]);
    case 'stand':
      run.isStanding = !run.isStanding;
      run.skipsFrom = null;
      return;
    case 'skip':
      run.skipsFrom = run.skipsFrom === null ? run.news : null;
      return;
    case 'speed':
      run.minutesPerSecond = press.minutesPerSecond;
      return;
    default:
      return unreachable(press);
  }
};

const COMMAND_WORDS = {
  hold: 'The operator holds.',
  resume: 'The operator resumes.',
  advance: 'The operator advances anyway.',
  rollBack: 'The operator rolls back.',
} as const;

const switchFault = (run: LiveRun, name: FaultName): void => {
  run.rehearsal = switched(run.rehearsal, name);
  const { begun, over } = FAULTS[name];
  addLine(run, { by: 'you', text: isOn(run.rehearsal, name) ? begun : over });
};

/** Away from where it should be, so that it is a change. */
const EDITED = 50;
const EDITED_ELSE = 20;

const edit = (run: LiveRun): void => {
  const weight = stateOf(run).weight === EDITED ? EDITED_ELSE : EDITED;
  editWeights(run.rehearsal, weight);
  addLine(run, {
    by: 'you',
    text: `Somebody who does not know of Sluice set the rule's weights to ${weight} % and ${100 - weight} % in the AWS console.`,
  });
};

const signOffAll = async (run: LiveRun): Promise<void> => {
  const state = stateOf(run);
  const roles = state.phase < 0 ? [] : missingSignOffs(run.plan, state);
  if (roles.length === 0) addLine(run, { by: 'refused', text: 'Sign off: no sign-off is missing at present.' });
  for (const role of roles) await signOff(run, role, 'GO');
};

const signOff = (run: LiveRun, role: string, answer: 'GO' | 'NO-GO'): Promise<void> => {
  const phase = run.plan.phases[stateOf(run).phase]?.name;
  if (phase === undefined || !Object.hasOwn(run.plan.leads, role)) {
    addLine(run, { by: 'refused', text: `Sign off as ${role}: there is nothing to sign at present.` });
    return Promise.resolve();
  }
  const asked = { kind: 'signOff', phase, role, answer, why: answer === 'GO' ? 'the numbers read well' : WHY } as const;
  return command(run, asked, leadOf(run.plan, role), `The lead of ${role} says ${answer} to ${phase}.`);
};

const command = async (run: LiveRun, asked: Command, identity: string, words: string): Promise<void> => {
  addLine(run, { by: 'you', text: words });
  const refused = await ask(run.rehearsal, asked, identity);
  if (refused !== undefined) addLine(run, { by: 'refused', text: `Refused: ${refused}.` });
  readNotices(run);
};
