/** What one batch of the stream leads to: people are told, in order, and the reports follow. */
import type { Announced } from '../../lib/aws/announced.ts';
import { type Fault, isFault } from '../../lib/controller/fault.ts';
import type { Announcements } from '../../lib/controller/ports.ts';
import type { ToTell } from './stream.ts';
import type { Written } from './write-report.ts';

export interface Desk {
  readonly announcements: Announcements;
  readonly announced: Announced;
  /** Brings the rollout's report up to this revision at least. Idempotent. */
  readonly writeReport: (rollout: string, revision: number) => Promise<Written | Fault>;
  /** A page, or the report of a live rollout, could not be written, and nobody is told but by the alarm that counts these. */
  readonly countFailedReport: () => void;
  readonly log: Log;
}

/** Powertools' logger, as far as it is used. */
export interface Log {
  info(message: string, details: Readonly<Record<string, string | number>>): void;
  error(message: string, details: Readonly<Record<string, string | number>>): void;
}

/**
 * Announces the entries and writes one report for each of their rollouts. After a failure the later entries of the same rollout wait, those
 * of others go on.
 *
 * A report that cannot be written takes back no announcement. While the rollout lives it fails no entry either: the stream would come again
 * and again for it, and meanwhile nobody would be told that the rollout goes back. Its next entry brings the report up to date, and an alarm
 * tells until then; only an ended one may have no next. A page fails no entry ever: the report beside it says the same.
 *
 * @returns the first entry that failed, from which on the stream comes again; what was announced by then is not repeated
 */
export const announceAll = async (desk: Desk, entries: readonly ToTell[]): Promise<ToTell | undefined> => {
  const failed = new Set<ToTell>();
  const waiting = new Set<string>();
  const newest = new Map<string, ToTell>();
  for (const entry of entries) {
    newest.set(entry.rollout, entry);
    if (waiting.has(entry.rollout)) {
      desk.log.error('waits for an earlier entry', nameOf(entry));
      continue;
    }
    const told = await announce(desk, entry);
    if (!isFault(told)) {
      desk.log.info(told, { ...nameOf(entry), notices: entry.notices.length });
      continue;
    }
    desk.log.error('not announced', { ...nameOf(entry), ...detailsOf(told) });
    failed.add(entry);
    waiting.add(entry.rollout);
  }
  for (const entry of newest.values()) {
    const written = await desk.writeReport(entry.rollout, entry.revision);
    if (written === 'written') continue;
    const isReport = isFault(written);
    const fault = isReport ? written : written.pages;
    desk.log.error(isReport ? 'report not written' : 'page not written', { ...nameOf(entry), ...detailsOf(fault) });
    if (isReport && entry.isEnded) failed.add(entry);
    else desk.countFailedReport();
  }
  return entries.find((entry) => failed.has(entry));
};

/**
 * The marker is written when all notices of the entry are out. A death in between repeats the notices of this one entry: people are told at
 * least once, and nothing is ever lost.
 */
const announce = async (
  { announcements, announced }: Desk,
  { rollout, revision, hash, notices }: ToTell,
): Promise<'announced' | 'announced before' | Fault> => {
  const isTold = await announced.has(rollout, revision);
  if (isFault(isTold)) return isTold;
  if (isTold) return 'announced before';
  for (const { audience, subject, text } of notices) {
    const published = await announcements.publish({ rollout, revision, hash, audience, subject, text });
    if (isFault(published)) return published;
  }
  const marked = await announced.mark(rollout, revision);
  return isFault(marked) ? marked : 'announced';
};

const nameOf = ({ rollout, revision }: ToTell) => ({ rollout, revision });

const detailsOf = (fault: Fault) => ({ fault: `${fault}`, cause: `${fault.cause}` });
