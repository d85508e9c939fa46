/** What the judge says of a criterion, in words that sentences, messages and the report share. */
import type { Assessment, SegmentNumbers, TooFew } from '../judge/verdict.ts';
import type { Claim } from '../plan/claim.ts';
import { formatQuantity } from '../plan/metric.ts';

export const tally = (assessments: readonly Assessment[]): string => {
  if (assessments.length === 0) return 'no criteria';
  const open = assessments.filter(({ verdict }) => verdict !== 'pass');
  if (open.length === 0)
    return `${assessments.length === 1 ? 'the criterion passes' : `all ${assessments.length} criteria pass`}${unheard(assessments)}`;
  return `${assessments.length - open.length} of ${assessments.length} criteria pass; ${open.map(verdictText).join(', ')}${unheard(assessments)}`;
};

const verdictText = ({ text, verdict, segment }: Assessment): string =>
  `${text} ${verdict}${segment === undefined || verdict !== 'fail' ? '' : ` (segment ${segment})`}`;

/** Said once, whatever the number of criteria on segments: they count the same requests. */
const unheard = (assessments: readonly Assessment[]): string => {
  const tooFew = assessments.find((each) => each.tooFew !== undefined)?.tooFew;
  return tooFew === undefined ? '' : ` (${tooFewText(tooFew)})`;
};

/** Of the segments without a say so many are named. */
const UNHEARD_AT_MOST = 3;

/** `fewer than 100 requests, so no say: segments a (12), b (0)`. */
export const tooFewText = ({ needed, segments }: TooFew): string => {
  const named = segments.slice(0, UNHEARD_AT_MOST).map(({ segment, requests }) => `${segment} (${round(requests)})`);
  const others = segments.length - named.length;
  return `fewer than ${round(needed)} requests, so no say: segment${segments.length === 1 ? '' : 's'} ${named.join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
};

/** One segment on both sides. */
export const segmentText = (
  claim: Claim,
  segment: string,
  measured: number | null,
  { requests, failures, baselineRequests, baselineFailures, lower, upper }: SegmentNumbers,
  level: number,
): string => {
  const value = measured === null ? '' : ` ${formatQuantity(claim, measured)}`;
  const bounds =
    lower === null
      ? ''
      : upper === null
        ? `at least ${formatQuantity(claim, lower)}`
        : `${formatQuantity(claim, lower)} to ${formatQuantity(claim, upper)}`;
  const interval = bounds === '' ? '' : ` (${level} %, at any time: ${bounds})`;
  return `in segment ${segment}${value}${interval}, ${sidesText(requests, failures, baselineRequests, baselineFailures)}`;
};

export const sidesText = (
  requests: number,
  failures: number,
  baselineRequests: number,
  baselineFailures: number,
): string => `candidate ${failedText(failures, requests)}, baseline ${failedText(baselineFailures, baselineRequests)}`;

const failedText = (failures: number, requests: number): string =>
  requests > 0
    ? `failed ${round(failures)} of ${round(requests)} (${percent(failures / requests)})`
    : 'had no requests';

export const measured = (assessment: Assessment): string => {
  const { claim, measured, lower, upper, bad, requests, of, segment, ofSegment } = assessment;
  if (segment !== undefined && ofSegment !== undefined) return segmentText(claim, segment, measured, ofSegment, 95);
  const value = measured === null ? 'nothing measured' : formatQuantity(claim, measured);
  const interval =
    lower === null || upper === null
      ? ''
      : ` (95 %, at any time: ${formatQuantity(claim, lower)} to ${formatQuantity(claim, upper)})`;
  const counts = bad === null ? `${round(requests)} ${of}` : `${round(bad)} of ${round(requests)} ${of}`;
  return `${value}, ${counts}${interval}`;
};

/** What is missing for each open criterion, and how much more would do. */
export const lacking = (
  assessments: readonly Assessment[],
  passes?: { readonly have: number; readonly need: number },
): string => {
  const open = assessments.filter(({ verdict }) => verdict === 'insufficient').map(lackOf);
  const inARow =
    passes !== undefined && passes.have < passes.need
      ? [`${passes.have} of ${passes.need} checkpoints passed in a row`]
      : [];
  return [...open, ...inARow].join('; ');
};

export const lackOf = (assessment: Assessment): string => {
  const { text, missing, more, of } = assessment;
  if (missing !== undefined) return `${text}: ${missing}${unheard([assessment])}`;
  const need =
    more === 'never'
      ? 'at this rate it never passes'
      : more === undefined
        ? ''
        : `at least ${round(more)} more ${of} needed`;
  return `${text}: ${measured(assessment)}${need ? `; ${need}` : ''}${unheard([assessment])}`;
};

/** One criterion in a line: what was measured, from how much, within which bounds, and the verdict. */
export const criterionLine = (assessment: Assessment): string => {
  const { text, verdict, claim } = assessment;
  const said = verdict === 'fail' ? 'FAIL' : verdict;
  return claim.kind === 'noIncidents' ? `${text}: ${said}` : `${text}: ${said}; ${measured(assessment)}`;
};

/** Money is never projected from an interval that contains 0. */
export const moneyLine = ({
  claim,
  lower,
  upper,
}: Pick<Assessment, 'claim' | 'lower' | 'upper'>): string | undefined => {
  if (claim.kind !== 'ratio' || lower === null || upper === null) return undefined;
  return lower <= 0 && upper >= 0
    ? 'Revenue per request: the interval contains 0, so no difference is shown and no money is projected from it.'
    : `Revenue per request differs from the baseline's by ${formatQuantity(claim, lower)} to ${formatQuantity(claim, upper)}.`;
};

export const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;
export const round = (value: number): string => Math.round(value).toLocaleString('en-US');
