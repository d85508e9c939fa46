import { processIo } from './process-io.ts';
import { run } from './run.ts';

// Set rather than exited with: what was written still has to leave.
process.exitCode = await run(process.argv.slice(2), processIo(), process.env.SLUICE_DEBUG === '1');
