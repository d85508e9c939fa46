import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRule } from '../../lib/aws/rule-reading.ts';
import { rewritten } from '../../lib/aws/rule-writing.ts';
import { forward } from '../stand-in/elasticloadbalancing.ts';
import { BASELINE, CANDIDATE, plan, RULE } from './load-balancer.ts';

const { traffic } = plan;
const text = fc.string({ minLength: 1, maxLength: 20 });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const oidc: fc.Arbitrary<Action> = fc.record({
  Type: fc.constant('authenticate-oidc' as const),
  AuthenticateOidcConfig: fc.record({
    Issuer: text,
    AuthorizationEndpoint: text,
    TokenEndpoint: text,
    UserInfoEndpoint: text,
    ClientId: text,
    Scope: maybe(text),
    SessionTimeout: maybe(fc.nat()),
    AuthenticationRequestExtraParams: maybe(fc.dictionary(text, text)),
  }),
});
const cognito: fc.Arbitrary<Action> = fc.record({
  Type: fc.constant('authenticate-cognito' as const),
  AuthenticateCognitoConfig: fc.record({
    UserPoolArn: text,
    UserPoolClientId: text,
    UserPoolDomain: text,
    SessionCookieName: maybe(text),
  }),
});
const jwt: fc.Arbitrary<Action> = fc.record({
  Type: fc.constant('jwt-validation' as const),
  JwtValidationConfig: fc.record({ JwksEndpoint: text, Issuer: text }),
});
/** One that this SDK does not know yet. */
const unheardOf = fc.record({ Type: text.map((name) => `new-${name}`) }) as unknown as fc.Arbitrary<Action>;

const lists = fc
  .tuple(
    fc.array(fc.oneof(oidc, cognito, jwt, unheardOf), { maxLength: 4 }),
    fc.integer({ min: 0, max: 999 }),
    fc.boolean(),
    fc.infiniteStream(fc.integer({ min: 1, max: 1000 })),
  )
  .map(([others, candidate, sticky, gaps]) => {
    const actions = [...others, forward({ [BASELINE]: 1000 - candidate, [CANDIDATE]: candidate }, sticky)];
    let order = 0;
    return actions.map((each): Action => {
      order += gaps.next().value ?? 1;
      return { ...each, Order: order };
    });
  });

const tenths = fc.integer({ min: 0, max: 1000 }).map((value) => value / 10);
const isForward = ({ Type }: Action) => Type === 'forward';

describe('rewriting a rule', () => {
  it('keeps every other action exactly, but for the client secret, whatever their order in the answer', () => {
    fc.assert(
      fc.property(
        lists.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        tenths,
        ([list, shuffled], weight) => {
          const written = rewritten(traffic, shuffled, weight, 'asRead');
          expect(written.map(({ Order }) => Order)).toEqual(list.map(({ Order }) => Order));
          const others = written.filter((each) => !isForward(each));
          expect(others).toEqual(
            list
              .filter((each) => !isForward(each))
              .map((each) =>
                each.AuthenticateOidcConfig === undefined
                  ? each
                  : {
                      ...each,
                      AuthenticateOidcConfig: { ...each.AuthenticateOidcConfig, UseExistingClientSecret: true },
                    },
              ),
          );
        },
      ),
    );
  });

  it('never sends a client secret', () => {
    const secret: Action = {
      Type: 'authenticate-oidc',
      AuthenticateOidcConfig: {
        Issuer: 'i',
        AuthorizationEndpoint: 'a',
        TokenEndpoint: 't',
        UserInfoEndpoint: 'u',
        ClientId: 'c',
        ClientSecret: 'not-a-real-one',
      },
    };
    expect(JSON.stringify(rewritten(traffic, [secret], 1, 'asRead'))).not.toContain('not-a-real-one');
  });

  it('is read back as what was written, for every weight', () => {
    fc.assert(
      fc.property(lists, tenths, fc.constantFrom('asRead', 'unsticky'), (list, weight, form) => {
        const before = readRule(traffic, RULE, list);
        const after = readRule(traffic, RULE, rewritten(traffic, list, weight, form));
        if (before.kind === 'foreign') throw new Error(before.found);
        expect(after).toEqual({ ...before, weight, sticky: form === 'asRead' && before.sticky });
      }),
    );
  });

  it('gives AWS weights from 0 to 999 only', () => {
    fc.assert(
      fc.property(lists, tenths, (list, weight) => {
        const written = rewritten(traffic, list, weight, 'unsticky').find(isForward);
        for (const { Weight = -1 } of written?.ForwardConfig?.TargetGroups ?? []) {
          expect(Weight).toBeGreaterThanOrEqual(0);
          expect(Weight).toBeLessThanOrEqual(999);
        }
      }),
    );
  });

  it.each([-1, 100.1, Number.NaN])('takes %s %% for broken code', (weight) => {
    expect(() => rewritten(traffic, [forward({ [BASELINE]: 1 })], weight, 'asRead')).toThrow('Broken invariant');
  });

  it('leaves the baseline alone only at weight 0', () => {
    expect(() => rewritten(traffic, [forward({ [BASELINE]: 1 })], 10, 'baselineAlone')).toThrow('Broken invariant');
  });
});
