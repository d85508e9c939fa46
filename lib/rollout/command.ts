/** What people ask, and what the policy answers. Pure. */
export type Command =
  | { readonly kind: 'hold'; readonly why: string }
  | { readonly kind: 'resume'; readonly why: string }
  | { readonly kind: 'advance'; readonly why: string }
  | { readonly kind: 'rollBack'; readonly why: string }
  | { readonly kind: 'close'; readonly why: string }
  | {
      readonly kind: 'signOff';
      readonly phase: string;
      readonly role: string;
      readonly answer: 'GO' | 'NO-GO';
      readonly why: string;
    }
  | { readonly kind: 'checkOff'; readonly item: string }
  | { readonly kind: 'openIncident'; readonly name: string; readonly why: string }
  | { readonly kind: 'closeIncident'; readonly name: string; readonly why: string };
