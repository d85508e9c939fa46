/** `npm run --silent plan > ../../plans/demo.yaml`: a plan for the demo, from what `npm run deploy` wrote down. */
import { demoPlan } from './demo-plan.ts';
import { readOutputs } from './outputs.ts';

process.stdout.write(demoPlan(readOutputs(), Date.now()));
