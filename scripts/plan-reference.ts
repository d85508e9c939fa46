/** The plan reference as Markdown, from the JSON Schema that `lib/plan` makes: every key with its form, limits, default and meaning. */

/** The part of JSON Schema that plans need. */
export interface KeySchema {
  readonly type?: string;
  readonly description?: string;
  /** What must hold, as the rest of a sentence: "must be …". */
  readonly errorMessage?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, KeySchema>>;
  readonly items?: KeySchema;
  readonly anyOf?: readonly KeySchema[];
  readonly additionalProperties?: KeySchema | boolean;
  readonly propertyNames?: KeySchema;
}

interface Row {
  readonly key: string;
  readonly form: string;
  readonly unlessGiven: string;
  readonly meaning: string;
}

export const planReference = (plan: KeySchema): string => {
  const keys = Object.entries(plan.properties ?? {});
  const simple = keys.filter(([, schema]) => childrenOf(schema).length === 0);
  const structured = keys.filter(([, schema]) => childrenOf(schema).length > 0);
  const shapes: Shapes = new Map();
  return [
    HEAD,
    '## The rollout',
    tableOf(simple.map(([key, schema]) => rowOf(key, schema, isRequired(plan, key)))),
    ...structured.map(([key, schema]) => sectionOf(key, schema, isRequired(plan, key), shapes)),
    '',
  ].join('\n\n');
};

const HEAD = `# Plan reference

Every key of a plan, as \`sluice check\` reads it. This page is written by \`npm run schema\` from the schema itself, as
[plan.schema.json](plan.schema.json) is; [plan.md](plan.md) explains what the keys do together, and [getting-started.md](getting-started.md)
writes a first plan. Rules over several keys are not here: \`check\` names them where they are broken.

\`KEY[]\` is each item of a list, \`NAME\` a name of your own. A key that is not here is refused, with the one that was probably meant.`;

const isRequired = ({ required = [] }: KeySchema, key: string): boolean => required.includes(key);

/** Shapes that were printed, by what is in them, with where. */
type Shapes = Map<string, { readonly at: string; readonly schema: KeySchema }>;

const sectionOf = (key: string, schema: KeySchema, required: boolean, shapes: Shapes): string => {
  const { form, unlessGiven, meaning } = rowOf(key, schema, required);
  const said = [meaning, `${capital(form)}; ${unlessGiven === 'required' ? 'required' : 'optional'}.`];
  const rows = childRows(key, '', schema, shapes);
  return [`## \`${key}\``, said.filter((each) => each !== '').join(' '), tableOf(rows)].join('\n\n');
};

/** What has keys of its own below: of an object, of a list's items, of a map's values, of one of several forms. */
const childrenOf = (schema: KeySchema): readonly (readonly [suffix: string, object: KeySchema])[] => {
  const { properties, items, anyOf = [], additionalProperties: values } = schema;
  if (properties !== undefined) return [['', schema]];
  if (items !== undefined) return childrenOf(items).map(([suffix, object]) => [`[]${suffix}`, object]);
  if (typeof values === 'object') return childrenOf(values).map(([suffix, object]) => [`.NAME${suffix}`, object]);
  return anyOf.flatMap(childrenOf);
};

const childRows = (section: string, path: string, schema: KeySchema, shapes: Shapes): readonly Row[] =>
  childrenOf(schema).flatMap(([suffix, object]) => {
    const at = `${path}${suffix}`;
    const shape = shapeOf(object);
    const known = shapes.get(shape);
    if (known !== undefined) return [{ ...LIKE, key: joined(at, '…'), meaning: likeness(known, object) }];
    shapes.set(shape, { at: joined(section, at), schema: object });
    return Object.entries(object.properties ?? {}).flatMap(([key, child]) => {
      const name = OWN.has(at) ? key : joined(at, key);
      return [rowOf(name, child, isRequired(object, key)), ...childRows(section, name, child, shapes)];
    });
  });

/** Keys of a section's own object, item or value are not told where they are. */
const OWN: ReadonlySet<string> = new Set(['', '[]', '.NAME']);

const joined = (path: string, key: string): string =>
  path === '' || key.startsWith('.') || key.startsWith('[') ? `${path}${key}` : `${path}.${key}`;

const LIKE = { form: '', unlessGiven: '' };

/** Two objects are alike when all but their defaults is. */
const shapeOf = (object: KeySchema): string =>
  JSON.stringify(object.properties, (key, value) => (key === 'default' ? undefined : value));

const likeness = (known: { readonly at: string; readonly schema: KeySchema }, object: KeySchema): string => {
  const others = Object.entries(object.properties ?? {}).filter(
    ([key, child]) => JSON.stringify(child.default) !== JSON.stringify(known.schema.properties?.[key]?.default),
  );
  const but = others.map(([key, child]) => `\`${key}\` is ${defaultOf(child, false)} unless given`);
  return `The keys of \`${known.at}\`${but.length === 0 ? '' : `; ${but.join(', ')}`}.`;
};

const rowOf = (key: string, schema: KeySchema, required: boolean): Row => ({
  key,
  form: formOf(schema),
  unlessGiven: defaultOf(schema, required),
  meaning: schema.description ?? '',
});

/** `must be a duration from 5m to 30d …; put it in quotes …` without its frame. */
const formOf = ({
  errorMessage,
  enum: words,
  items,
  properties,
  propertyNames,
  additionalProperties,
  ...list
}: KeySchema): string => {
  if (words !== undefined) return words.map((word) => `\`${word}\``).join(words.length === 2 ? ' or ' : ', ');
  if (errorMessage !== undefined) return errorMessage.replace(FRAME, '').replace(ASIDE, '');
  if (items !== undefined) {
    const { minItems = 0, maxItems } = list;
    const size = minItems === 0 ? `at most ${maxItems}` : `${minItems} to ${maxItems}`;
    const each = childrenOf(items).length > 0 && items.anyOf === undefined ? 'with the keys below' : formOf(items);
    return `list of ${size}, each ${each}`;
  }
  if (properties !== undefined) return 'keys below';
  if (typeof additionalProperties !== 'object') return '';
  const names = propertyNames === undefined ? '' : ` (${formOf(propertyNames)})`;
  const values = childrenOf(additionalProperties).length > 0 ? 'the keys below' : formOf(additionalProperties);
  return `names${names}, each with ${values}`;
};

const FRAME = /^must be (?:an? (?!list))?/;
const ASIDE = /(?:; put it in quotes| in whole minutes, such as).*$/;

const defaultOf = ({ default: value }: KeySchema, required: boolean): string => {
  if (required) return 'required';
  if (value === undefined || (typeof value === 'object' && Object.keys(value ?? {}).length === 0)) return 'none';
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
};

const tableOf = (rows: readonly Row[]): string =>
  [
    '| key | form | default | meaning |',
    '|---|---|---|---|',
    ...rows.map(
      ({ key, form, unlessGiven, meaning }) =>
        `| ${[`\`${key}\``, form, unlessGiven, meaning].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
    ),
  ].join('\n');

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
