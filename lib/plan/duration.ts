/** Durations are whole minutes everywhere; `15m`, `2h`, `12d` and `1h30m` is how they are written. */
export const MINUTE_MS = 60_000;
export const HOUR_MINUTES = 60;
export const DAY_MINUTES = 1440;

/** How durations are written. */
export const DURATION = /^(?:(\d{1,4})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m)?$/;

/** Minutes of `15m`, `2h`, `12d`, `1h30m`; undefined for anything else, also for seconds and for a number without a unit. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null || text === '') return undefined;
  const [days, hours, minutes] = [match[1], match[2], match[3]].map((part) => Number(part ?? 0));
  return (days ?? 0) * DAY_MINUTES + (hours ?? 0) * HOUR_MINUTES + (minutes ?? 0);
}

/**
 * The shortest form that reads well: `45m`, `90m`, `2h`, `2h30m`, `24h`, `12d`, `1d6h`. Takes any number of minutes and rounds it
 * to whole ones; what it prints is read back by `parseDuration`.
 */
export function formatDuration(minutes: number): string {
  const whole = Math.max(0, Math.round(minutes));
  if (whole < 2 * HOUR_MINUTES && whole !== HOUR_MINUTES) return `${whole}m`;
  if (whole === DAY_MINUTES) return '24h';
  const days = Math.floor(whole / DAY_MINUTES);
  const hours = Math.floor((whole % DAY_MINUTES) / HOUR_MINUTES);
  const rest = whole % HOUR_MINUTES;
  return `${days > 0 ? `${days}d` : ''}${hours > 0 ? `${hours}h` : ''}${rest > 0 ? `${rest}m` : ''}`;
}
