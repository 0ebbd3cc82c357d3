// A match as people read it: which account, how sure, by what evidence, and which others came into question.
import { explainMatch } from '../../engines/matching/explain.ts';
import type { Candidate, Evidence } from '../../engines/matching/records.ts';
import type { Matched } from '../../controller/matching/match.ts';
import { counted, cut as shortened, safe } from '../../plans/show.ts';
import { type Heading, inColumns } from './columns.ts';
import type { Colors } from './terminal.ts';

/** Candidates that are listed; the best stand first. */
const MOST_LISTED = 10;

export function matchText({ subject, match, weights, names, cut }: Matched, { bold, green, yellow, dim }: Colors): string {
  const of = [subject.object, subject.id, subject.name].filter((part) => part !== undefined).join(' ');
  const nameOf = (id: string) => safe(shortened(names.get(id) ?? id, 60));
  const alike = (id: string) => [...names.values()].filter((name) => name === names.get(id)).length > 1;
  const color = { match: green, review: yellow, none: dim }[match.decision];
  const found = match.account === null ? '' : `: ${nameOf(match.account)} (${safe(match.account)}) ${shown(match.score ?? undefined)}`;
  const others = match.candidates.length - MOST_LISTED;
  return [
    bold(safe(of)),
    `${color(match.decision)}${found}`,
    ...explainMatch(match, (id) => (alike(id) ? `${nameOf(id)} (${safe(id)})` : nameOf(id))).map((sentence) => `  ${sentence}`),
    ...(match.owner_conflict ? [`  ${yellow('owner_conflict')}: settle whose it is before it is routed.`] : []),
    ...(match.candidates.length === 0 ? [] : candidates(match.candidates.slice(0, MOST_LISTED), match.tied, weights, nameOf)),
    ...(others > 0 ? [`  and ${counted(others, 'account')} more`] : []),
    ...(cut ? [yellow('More accounts share a key with it than were looked at: a better one may be among the others.')] : []),
  ].join('\n');
}

const PIECES = ['domain', 'name', 'geo', 'phone'] as const satisfies readonly (keyof Evidence)[];

function candidates(
  rows: readonly Candidate[],
  tied: readonly string[],
  weights: Matched['weights'],
  nameOf: (id: string) => string,
): readonly string[] {
  const headings: readonly Heading[] = [
    ['account', '<'],
    ['id', '<'],
    ['decision', '<'],
    ['score', '>'],
    ...PIECES.map((piece) => [`${piece} ×${weights[piece]}`, '>'] as const),
    ['', '<'],
  ];
  return inColumns(
    headings,
    rows.map(({ account, decision, score, raw, cap, evidence }) => [
      nameOf(account),
      safe(account),
      decision,
      shown(score),
      ...PIECES.map((piece) => shown(evidence[piece])),
      [
        ...(cap === null ? [] : [`not ${shown(raw)}: ${cap.replaceAll('_', ' ')}`]),
        ...(tied.length > 1 && tied.includes(account) ? ['tied'] : []),
      ].join(', '),
    ]),
  );
}

/** Evidence that is not known on both sides is a dash: it leaves the sum. */
function shown(value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(2);
}
