// A decision on the page: what came of it, and on opening it, why.
import { show } from '../../../plans/show.ts';
import type { DecisionRecord } from '../../../ports/decisions.ts';
import { code, text, time } from './html.ts';

/** What the loops say of their outcome, in the order in which a person asks. */
const OUTCOMES = ['rule_matched', 'action', 'territory', 'score', 'grade', 'account_score', 'band', 'play'] as const;
const MOST_TRACE = 40;
const MOST_NAME = 120;

export function decisionEntry(decision: DecisionRecord): string {
  const { id, loop, subject, logged_at: at, reasoning, owner, trace } = decision;
  const who = subject.name ?? subject.id ?? 'a record that was given';
  const parts = OUTCOMES.flatMap((name) => {
    const value = decision[name];
    return typeof value === 'string' || typeof value === 'number' ? [`${name.replace('_', ' ')} ${code(String(value))}`] : [];
  });
  const given = personOf(owner);
  const to = given === undefined ? '' : ` → <strong>${text(given)}</strong>`;
  const why = typeof reasoning === 'string' ? `<p>${text(reasoning)}</p>` : '';
  return `<li><span class="tag">${text(loop)}</span> ${text(subject.object)} <strong>${text(who, MOST_NAME)}</strong>${to} <span class="dim">${time(at)}</span>
<details><summary>why</summary>${why}<p>${parts.join(', ')}</p>${traceList(trace)}<p class="dim">decision ${code(id)}, snapshot ${code(decision.revision.snapshot.slice(0, 12))}, commit ${code(decision.revision.commit?.slice(0, 10) ?? 'none')}</p></details></li>`;
}

function personOf(owner: unknown): string | undefined {
  if (typeof owner !== 'object' || owner === null) return undefined;
  const { name, username } = owner as { readonly name?: unknown; readonly username?: unknown };
  return [name, username].find((one) => typeof one === 'string');
}

function traceList(trace: unknown): string {
  if (!Array.isArray(trace) || trace.length === 0) return '';
  const rows = trace.slice(0, MOST_TRACE).map((one: unknown) => {
    if (typeof one !== 'object' || one === null) return `<li>${text(show(one))}</li>`;
    const { rule, factor, result, because, ...others } = one as Readonly<Record<string, unknown>>;
    const words = [result, because].filter((part) => typeof part === 'string').map((part) => text(part));
    const rest = words.length > 0 ? words.join(': ') : text(show(others));
    return `<li>${code(nameOf(rule ?? factor))} ${rest}</li>`;
  });
  const more = trace.length > MOST_TRACE ? `<li class="dim">and ${trace.length - MOST_TRACE} more</li>` : '';
  return `<ol>${rows.join('\n')}${more}</ol>`;
}

function nameOf(rule: unknown): string {
  return typeof rule === 'string' ? rule : '';
}
