/** The rules that judge the same rows. */
import { argoRollouts, argoRolloutsAtOnePercent } from './peers/argo-rollouts.ts';
import { cloudwatchAlarm } from './peers/cloudwatch-alarm.ts';
import { flagger } from './peers/flagger.ts';
import { kayenta } from './peers/kayenta.ts';
import { lindonMalek } from './peers/lindon-malek.ts';
import type { Peer } from './peers/peer.ts';

export const PEERS: readonly Peer[] = [
  argoRollouts,
  argoRolloutsAtOnePercent,
  flagger,
  cloudwatchAlarm,
  kayenta,
  lindonMalek,
];
