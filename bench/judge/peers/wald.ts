/**
 * The least that any rule needs: Wald's bound on the time until a sequential test with false alarms of at most alpha sees a change, when failures
 * come one by one (Poisson) and the baseline's rate is known exactly. A. Wald, "Sequential Tests of Statistical Hypotheses", Annals of
 * Mathematical Statistics 16(2), 1945, https://doi.org/10.1214/aoms/1177731118
 */

export interface WaldCase {
  /** Of the candidate. */
  readonly requestsPerMinute: number;
  /** Share of requests that fail at the baseline. */
  readonly failureRate: number;
  /** The candidate fails so many times as often; more than 1. */
  readonly times: number;
  /** Share of healthy rollouts that may be rolled back. */
  readonly alpha: number;
}

/** Expected until the change can be seen: minutes (not rounded), and failed requests of the candidate within them. */
export const waldLimit = (of: WaldCase): { readonly minutes: number; readonly failures: number } => {
  const healthy = of.requestsPerMinute * of.failureRate;
  // Kullback-Leibler divergence between Poisson counts of mean times * healthy and of mean healthy.
  const perMinute = healthy * (of.times * Math.log(of.times) - of.times + 1);
  const minutes = Math.log(1 / of.alpha) / perMinute;
  return { minutes, failures: minutes * healthy * of.times };
};
