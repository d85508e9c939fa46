import type { RolloutLine } from '../aws/request.ts';
import { formatWeight } from '../report/wording.ts';
import { instant } from '../rollout/explain.ts';
import { isEnded } from '../rollout/situation.ts';
import type { Io } from './io.ts';
import { type Paint, painter, type Style } from './paint.ts';
import { formatTable } from './table.ts';

const HEADINGS = ['rollout', 'release', 'status', 'phase', 'weight', 'newest entry', 'holds'];
const WEIGHT_COLUMN = 4;

/** All rollouts: with a summary and headings on a terminal, lines of seven cells for other programs. */
export const listText = (
  rollouts: readonly RolloutLine[],
  { outIsTerminal, colour }: Pick<Io, 'outIsTerminal' | 'colour'>,
): string => {
  if (rollouts.length === 0) return '';
  if (!outIsTerminal) return `${formatTable(rollouts.map(plainCells), false).join('\n')}\n`;
  const paint = painter(colour);
  const rows = rollouts.map((line) => paintedCells(line, paint));
  const table = formatTable([HEADINGS.map((heading) => paint('dim', heading)), ...rows], true, [WEIGHT_COLUMN]);
  return `${[summaryOf(rollouts), ...table].join('\n')}\n`;
};

const plainCells = ({ rollout, release, status, phase, weight, at, holds }: RolloutLine): readonly string[] => [
  rollout,
  release,
  status,
  phase,
  `${weight}`,
  at,
  holds.join(','),
];

const paintedCells = (
  { rollout, release, status, phase, weight, at, holds }: RolloutLine,
  paint: Paint,
): readonly string[] => [
  rollout,
  release,
  paint(styleOf(status, holds), status),
  phase,
  formatWeight(weight),
  instant(Date.parse(at)),
  paint('yellow', holds.join(', ')),
];

const styleOf = (status: RolloutLine['status'], holds: readonly string[]): Style => {
  if (status === 'rollingBack' || status === 'rolledBack') return 'red';
  if (holds.length > 0) return 'yellow';
  return status === 'baking' || status === 'passed' || status === 'finished' ? 'green' : 'dim';
};

const summaryOf = (rollouts: readonly RolloutLine[]): string => {
  const going = rollouts.filter((line) => !isEnded(line));
  const held = going.filter(({ holds }) => holds.length > 0).length;
  const count = rollouts.length === 1 ? '1 rollout' : `${rollouts.length} rollouts`;
  return `${count}, ${going.length} not ended${held === 0 ? '' : `, ${held} held`}.`;
};
