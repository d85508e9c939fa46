/** A chart of lines as SVG: readable as it is, on a white ground. */

export interface Line {
  readonly name: string;
  readonly colour: string;
  readonly dashed?: boolean;
  /** Ascending by x; a y that is not finite is left out. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Axis {
  readonly title: string;
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
  readonly label: (value: number) => string;
}

export interface Chart {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
}

const SIZE = { width: 820, height: 420, left: 74, right: 205, top: 46, bottom: 52 };

export const lineChart = ({ title, x, y, lines }: Chart): string => {
  const { width, height, left, right, top, bottom } = SIZE;
  const toX = (value: number): number => left + ((value - x.from) / (x.to - x.from)) * (width - left - right);
  const toY = (value: number): number =>
    height - bottom - ((Math.min(y.to, Math.max(y.from, value)) - y.from) / (y.to - y.from)) * (height - top - bottom);
  const grid = [
    ...y.ticks.map((tick) => {
      const at = round(toY(tick));
      return `<line x1="${left}" y1="${at}" x2="${width - right}" y2="${at}" stroke="#ddd"/><text x="${left - 8}" y="${at + 4}" text-anchor="end">${y.label(tick)}</text>`;
    }),
    ...x.ticks.map((tick) => {
      const at = round(toX(tick));
      return `<line x1="${at}" y1="${height - bottom}" x2="${at}" y2="${height - bottom + 5}" stroke="#555"/><text x="${at}" y="${height - bottom + 20}" text-anchor="middle">${x.label(tick)}</text>`;
    }),
  ];
  const drawn = lines.map(({ colour, dashed, points }) => {
    const path = points
      .filter(([, value]) => Number.isFinite(value))
      .map(([at, value]) => `${round(toX(at))},${round(toY(value))}`)
      .join(' ');
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"${dashed ? ' stroke-dasharray="6 4"' : ''}/>`;
  });
  const legend = lines.map(({ name, colour, dashed }, index) => {
    const at = top + 12 + 22 * index;
    const from = width - right + 16;
    return `<line x1="${from}" y1="${at}" x2="${from + 24}" y2="${at}" stroke="${colour}" stroke-width="2"${dashed ? ' stroke-dasharray="6 4"' : ''}/><text x="${from + 30}" y="${at + 4}">${name}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="13" fill="#222">`,
    `<title>${title}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${left}" y="26" font-size="16">${title}</text>`,
    ...grid,
    `<line x1="${left}" y1="${top}" x2="${left}" y2="${height - bottom}" stroke="#555"/>`,
    `<line x1="${left}" y1="${height - bottom}" x2="${width - right}" y2="${height - bottom}" stroke="#555"/>`,
    `<text x="${(left + width - right) / 2}" y="${height - 12}" text-anchor="middle">${x.title}</text>`,
    `<text transform="translate(18 ${(top + height - bottom) / 2}) rotate(-90)" text-anchor="middle">${y.title}</text>`,
    ...drawn,
    ...legend,
    '</svg>',
    '',
  ].join('\n');
};

const round = (value: number): number => Math.round(10 * value) / 10;
