import { chromium } from 'playwright-core';

/** Debian's Chromium; the sandbox needs rights that a container does not have. */
export const launch = () =>
  chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
