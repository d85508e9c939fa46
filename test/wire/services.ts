/** The services whose rollouts are watched, one for each test. */
import type { ServiceGiven } from './moto-account.ts';

interface Planned extends ServiceGiven {
  /** On which its rollout starts, at noon. */
  readonly day: string;
}

export const LOG_IN = {
  Type: 'authenticate-oidc',
  Order: 1,
  AuthenticateOidcConfig: {
    Issuer: 'https://login.example.org',
    AuthorizationEndpoint: 'https://login.example.org/authorize',
    TokenEndpoint: 'https://login.example.org/token',
    UserInfoEndpoint: 'https://login.example.org/user',
    ClientId: 'learn',
    ClientSecret: 'known to AWS only',
    Scope: 'openid email',
    OnUnauthenticatedRequest: 'authenticate',
    AuthenticationRequestExtraParams: { prompt: 'login' },
  },
} as const;

export const SERVICES: readonly Planned[] = [
  { name: 'ultra-fast-analyzer', day: '2025-10-31' },
  { name: 'failing', day: '2025-11-10', sticky: true },
  { name: 'log-in', day: '2025-11-11', before: [LOG_IN] },
  { name: 'target-sticky', day: '2025-11-12', sticky: true, targetSticky: true },
  { name: 'three-rules', day: '2025-11-13', rules: 3 },
  { name: 'forged', day: '2025-11-14' },
];
