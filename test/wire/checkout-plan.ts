import { readFileSync } from 'node:fs';

/** An operator of it. */
export const CHECKOUT_OPERATOR = 'arn:aws:sts::123456789012:assumed-role/ShopTeam/test';

/**
 * The example of a small service, where and when a test needs it: three phases, no business metrics, no sign-offs, no alarms.
 * @param start a whole minute
 */
export const checkoutPlan = (start: number): string =>
  [
    ['eu-central-1', 'us-east-1'],
    ['zone: Europe/Berlin', 'zone: UTC'],
    ['start: 2026-02-03T09:30', `start: ${new Date(start).toISOString()}`],
  ].reduce((text, [from = '', to = '']) => {
    if (!text.includes(from)) throw new Error(`the example does not contain: ${from}`);
    return text.replaceAll(from, to);
  }, EXAMPLE);

const EXAMPLE = readFileSync(new URL('../../examples/checkout-api.yaml', import.meta.url), 'utf8');
