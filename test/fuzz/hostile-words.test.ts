/** Words of plans and people stay words wherever they are shown: in Markdown, in calendars, in pictures, in messages, on a terminal. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageOf, subjectOf } from '../../lib/aws/announcement-texts.ts';
import { painter, type Style } from '../../lib/cli/paint.ts';
import { runsChart } from '../../lib/cli/runs-chart.ts';
import { summaryOf } from '../../lib/cli/runs-summary.ts';
import { terminalText } from '../../lib/cli/terminal-text.ts';
import { PLAIN_TEXT } from '../../lib/plan/plain-text.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { calendarFile } from '../../lib/report/calendar-file.ts';
import { addEntry, emptyLedger, type Ledger } from '../../lib/report/ledger.ts';
import { reportPage } from '../../lib/report/page/page.ts';
import { reportMarkdown } from '../../lib/report/report.ts';
import { scheduleMarkdown } from '../../lib/report/schedule.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import type { Reason } from '../../lib/rollout/reason.ts';
import type { Message } from '../../lib/slack/blocks.ts';
import { escaped } from '../../lib/slack/mrkdwn.ts';
import { postsOf } from '../../lib/slack/posts.ts';
import { rolloutMessage } from '../../lib/slack/rollout-message.ts';
import { scheduleMessage } from '../../lib/slack/schedule-message.ts';
import { bakedTo, baking, canary, commandBy, entryAt, holdOf, planOf, SRE, scheduled } from '../report/entries.ts';
import { runs } from './runs.ts';

/** What means something to somebody who shows texts. */
const MARKS = fc.constantFrom(
  ...[
    '|',
    '\\',
    '\\|',
    '`',
    '```',
    '*',
    '**',
    '_',
    '__',
    '~~',
    '#',
    '## ',
    '> ',
    '- ',
    '+ ',
    '1. ',
    '1)',
    '---',
    '===',
  ],
  ...[
    '<',
    '>',
    '</title>',
    '<script>',
    '<!--',
    '-->',
    ']]>',
    '<?',
    '&',
    '&lt;',
    '&#60;',
    '"',
    "'",
    '[',
    ']',
    '](',
    '](x)',
  ],
  ...[
    '<!channel>',
    '<@U0ENG>',
    '@here',
    '<https://evil.example|here>',
    'https://evil.example',
    '![',
    '$',
    '$$',
    '{',
    '}',
  ],
  ...['=cmd|x', ';', ':', ',', 'END:VEVENT', 'BEGIN:VALARM', 'X-A:b', '%0A', '{{x}}'],
  ...['a', 'B', '7', ' ', '  ', '\u00e9', '\u65e5', '\u{1f6a2}', '\u0301', '\u200d'],
);
const hostile = fc.oneof(
  fc.array(MARKS, { minLength: 1, maxLength: 12 }).map((parts) => parts.join('')),
  fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }),
);
/** As a plan or a command may have them. */
const words = hostile
  .filter((text) => PLAIN_TEXT.test(text) && text.trim() !== '')
  .map((text) => `x ${text}`.slice(0, 90).trim());
/** With everything that those refuse, as in a foreign journal. */
const MOVES = [
  '\n',
  '\r\n',
  '\u0000',
  '\u0007',
  '\u001b[2J',
  '\u001b]0;x\u0007',
  '\u009b31m',
  '\u202e',
  '\u2066',
  '\u2028',
  '\ud83d',
];
const anything = fc
  .array(fc.oneof(hostile, fc.constantFrom(...MOVES)), { maxLength: 12 })
  .map((parts) => parts.join(''));

const quoted = (text: string): string => JSON.stringify(text);

/** A plan whose every free text is this. */
const planWith = (text: string): Plan =>
  planOf((source) =>
    source
      .replace(/release: .*/, () => `release: ${quoted(text)}`)
      .replace('checklist: [release tag exists]', () => `checklist: [${quoted(text)}]`)
      .replace(
        'start: ',
        () => `freezes: [{ from: 2025-12-20T00:00:00Z, to: 2026-01-02T00:00:00Z, reason: ${quoted(text)} }]\nstart: `,
      )
      .replace(
        'leads:',
        () =>
          `onCall: { primary: engineering, secondary: product, escalation: { name: ${quoted(text)}, slack: [U0VPE] } }\nleads:`,
      )
      .replace(
        '  audience:',
        () => `  names: { baseline: ${quoted(`${text} b`)}, candidate: ${quoted(`${text} c`)} }\n  audience:`,
      ),
  );

/** A journal in which people say this wherever they can. */
const journalWith = (text: string): readonly Entry[] => {
  const held: Reason = { code: 'OPERATOR', actor: SRE, why: text };
  const noGo: Reason = { code: 'NO_GO', role: 'product', actor: SRE, why: text };
  const incident: Reason = { code: 'INCIDENT_OPEN', incidents: [text] };
  const state = bakedTo(canary, 12);
  const word = { role: 'product', answer: 'NO-GO', actor: SRE, at: canary.startedAt ?? 0, why: text } as const;
  const over = (reason: Reason, minutes: number, more: Partial<Entry> = {}) =>
    entryAt(
      minutes,
      reason,
      { ...state, incidents: [text], signOffs: [word] },
      { decision: { decision: 'hold', reason }, ...more },
    );
  return [
    entryAt(-10, { code: 'SCHEDULED', start: canary.startedAt ?? 0 }, scheduled, commandBy('start', SRE, text)),
    entryAt(0, { code: 'STARTED', weight: 1, from: 0 }, canary),
    entryAt(10, baking(8), bakedTo(canary, 8), commandBy('checkOff', SRE, text)),
    over(held, 12, { ...commandBy('hold', SRE, text), state: { ...state, holds: [holdOf('OPERATOR', held, 12)] } }),
    over(noGo, 13, {
      ...commandBy('sign-off product NO-GO', SRE, text),
      state: { ...state, signOffs: [word], holds: [holdOf('NO_GO', noGo, 13)] },
    }),
    over(incident, 14, { state: { ...state, holds: [holdOf('INCIDENT_OPEN', incident, 14)] } }),
    entryAt(
      15,
      { code: 'CLOSED', actor: SRE, why: text },
      { ...state, status: 'closed', endedAt: 1, endedBy: { code: 'CLOSED', actor: SRE, why: text } },
      commandBy('close', SRE, text),
    ),
  ];
};

const ledgerWith = (text: string): Ledger => {
  const ledger = emptyLedger(planWith(text));
  for (const entry of journalWith(text)) addEntry(ledger, entry);
  return ledger;
};

const reportWith = (text: string): string => reportMarkdown(ledgerWith(text), 'a'.repeat(64));

const pageWith = (text: string): string => reportPage(ledgerWith(text), 'a'.repeat(64));

/** What a page is made of: what each line begins with, its cells, and every mark that is not escaped, which are those of the page itself. */
const skeleton = (markdown: string): readonly string[] =>
  markdown.split('\n').map((line) => {
    const bare = line.replaceAll(/\\./gu, '');
    const start = /^(?:#+ |\||- |>|\d+[.)] |```|\s|$)/.exec(bare)?.[0] ?? 'text';
    return `${start} ${bare.split('|').length} ${bare.match(/[`*[\]~$]|<[a-z/!?]|&(?:#|[a-z]+;)/giu)?.join('') ?? ''}`;
  });

describe('Markdown', () => {
  const plain = 'x plain words';

  it('of a schedule has the same shape whatever the words of the plan are', () => {
    const shape = skeleton(scheduleMarkdown(planWith(plain)));
    expect(scheduleMarkdown(planWith(plain)).split(plain).length).toBeGreaterThan(4);
    fc.assert(
      fc.property(words, (text) => {
        expect(skeleton(scheduleMarkdown(planWith(text)))).toEqual(shape);
      }),
      runs(100),
    );
  });

  it('of a report has the same shape whatever people said', () => {
    const shape = skeleton(reportWith(plain));
    expect(reportWith(plain).split(plain).length).toBeGreaterThan(10);
    fc.assert(
      fc.property(words, (text) => {
        expect(skeleton(reportWith(text))).toEqual(shape);
      }),
      runs(100),
    );
  });
});

/** The tags of a page with the names of their attributes, and what else could be read as a tag or an entity. */
const tagsOf = (page: string): readonly string[] =>
  page
    .replace(/<style>.*?<\/style>/s, '')
    .replaceAll(/(<[^>]*?) class="(?:pass|fail|open)"/g, '$1')
    .split(/(?=<)/)
    .map((piece) => piece.replaceAll(/="[^"<>]*"/g, '').replace(/>[^<>]*$/s, '>'));

describe('a page', () => {
  it('has the same tags and attributes whatever people said', () => {
    const plain = 'x plain words';
    const shape = tagsOf(pageWith(plain));
    expect(pageWith(plain).split(plain).length).toBeGreaterThan(10);
    fc.assert(
      fc.property(words, (text) => {
        expect(tagsOf(pageWith(text))).toEqual(shape);
      }),
      runs(30),
    );
  });
});

describe('a calendar file', () => {
  /** Names of its properties, in order. */
  const properties = (file: string): readonly string[] =>
    file
      .replaceAll('\r\n ', '')
      .split('\r\n')
      .map((line) => /^(?:(?:BEGIN|END):.*|[A-Z-]+)/.exec(line)?.[0] ?? line);

  it('has the same events and properties whatever the words of the plan are', () => {
    const shape = properties(calendarFile([planWith('x')]));
    fc.assert(
      fc.property(words, (text) => {
        expect(properties(calendarFile([planWith(text)]))).toEqual(shape);
      }),
      runs(100),
    );
  });
});

describe('a picture', () => {
  const chartWith = (text: string): string => {
    const run = {
      seed: 1,
      outcome: 'held',
      reason: text,
      at: '2025-10-31T13:00:00.000Z',
      requests: 1,
      failures: 0,
      sinceFault: null,
    } as const;
    const plan = planWith('x');
    return runsChart(summaryOf({ ...plan, rollout: text }, [run, { ...run, seed: 2, outcome: 'finished' }], false));
  };
  const tags = (svg: string): readonly string[] => svg.match(/<[^>]*>/g) ?? [];

  it('has the same elements whatever is written in it, and no sign that XML does not have', () => {
    const shape = tags(chartWith('x'));
    fc.assert(
      fc.property(anything, (text) => {
        const svg = chartWith(text);
        expect(tags(svg)).toEqual(shape);
        expect(svg.replace(/<[^>]*>/g, '')).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)|[^\P{Cc}\n]|\p{Cs}/u);
      }),
      runs(100),
    );
  });
});

describe('a message', () => {
  const HASH = 'a'.repeat(64);
  const of = (subject: string, text: string) =>
    ({ rollout: 'x', revision: 1, hash: HASH, audience: 'onCall', subject, text }) as const;

  it('has a subject of one line of printable ASCII, fewer than 100 characters', () => {
    fc.assert(
      fc.property(anything, (text) => {
        expect(subjectOf(text)).toMatch(/^[!-~](?:[ -~]{0,97}[!-~])?$/);
      }),
      runs(500),
    );
  });

  it('has no markup, mention or link of chat, and no control character in any of its forms', () => {
    fc.assert(
      fc.property(anything, anything, (subject, text) => {
        const forms = JSON.parse(messageOf(of(subject, text))) as Record<string, string>;
        const { content, metadata } = JSON.parse(forms.https ?? '');
        for (const shown of [content.title, content.description, metadata.summary]) {
          expect(shown).not.toMatch(/[<>*`~[\]|\\]|^#|&(?!amp;|lt;|gt;)/m);
          expect(shown).not.toMatch(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/u);
          expect(shown).not.toMatch(/[^\P{C}\n]/u);
        }
        expect(forms.email).not.toMatch(/[^\P{C}\n]/u);
        expect(JSON.parse(forms.lambda ?? '')).toMatchObject({ rollout: 'x', revision: 1, hash: HASH });
      }),
      runs(300),
    );
  });

  it('ends with where it comes from, whatever it says before', () => {
    const faked = of('s', `t\n\nRollout: other\nTo look: npx evil`);
    expect(JSON.parse(messageOf(faked)).email.split('\n').slice(-4)).toEqual([
      'Rollout: x',
      'Revision: 1',
      `SHA-256 of the journal's newest entry: ${HASH}`,
      'To look: npx sluice status x',
    ]);
  });
});

describe('Slack', () => {
  /** What Slack would read as more than a word: mentions, links, dates, styles. All texts of a message, one after the other. */
  const marks = ({ text, blocks }: Message): readonly string[] =>
    JSON.stringify([text, blocks])
      .match(/<[^>]*>|[*`~]|&(?!amp;|lt;|gt;)|"type":"[a-z_]+"|"verbatim":\w+/g)
      ?.map((mark) => mark.replace(/\d{10}|\d{4}-\d\d-\d\d \d\d:\d\d/g, '#')) ?? [];
  const messagesWith = (text: string): readonly Message[] => {
    const plan = planWith(text);
    return [
      scheduleMessage(plan),
      ...journalWith(text).flatMap((entry) => {
        const at = Date.parse(entry.at);
        const notices = [{ audience: 'onCall' as const, subject: text, text: `said: ${text}` }];
        const { revision, decision, state } = entry;
        return [
          rolloutMessage({ plan, revision, decision, state, answeredBy: '0123456789ab', isNew: false, at, now: at }),
          ...postsOf(plan, { ...entry, revision: 1, notices }, { answeredAt: null, now: at, newest: state }).map(
            ({ message }) => message,
          ),
        ];
      }),
    ];
  };

  it('finds no mention, link or style in the words of plans and people', () => {
    const shape = messagesWith('x plain words').map(marks);
    expect(shape.flat()).toContain('"verbatim":true');
    expect(shape.flat()).not.toContain('"verbatim":false');
    fc.assert(
      fc.property(words, (text) => {
        expect(messagesWith(text).map(marks)).toEqual(shape);
      }),
      runs(100),
    );
  });

  it('finds none in what a foreign journal says either', () => {
    fc.assert(
      fc.property(anything, (text) => {
        expect(escaped(text)).not.toMatch(/[<>*`~\n]|&(?!amp;|lt;|gt;)|\p{C}/u);
      }),
      runs(300),
    );
  });
});

describe('a terminal', () => {
  it('is moved by nothing but line breaks, tabs and our own styles', () => {
    const styles: readonly Style[] = ['bold', 'dim', 'red', 'green', 'yellow'];
    const paint = painter(true);
    fc.assert(
      fc.property(fc.constantFrom(...styles), anything, anything, (style, text, more) => {
        const shown = terminalText(`${paint(style, text)}${more}`);
        const [before = '', after = ''] = paint(style, '#').split('#');
        expect(shown.startsWith(before)).toBe(true);
        expect(shown).toContain(after);
        expect(shown.replaceAll(before, '').replaceAll(after, '')).not.toMatch(/[^\P{C}\n\t]|[\u2028\u2029]/u);
      }),
      runs(300),
    );
  });

  it('shows what has a shape as it is', () => {
    const text = '\u2713 Gr\u00fc\u00dfe, 1 % \u2192 10 %\n\t\u65e5\u672c \u{1f6a2}';
    expect(terminalText(text)).toBe(text);
  });
});
