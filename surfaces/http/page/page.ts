// The status page: what a person wants to see at a glance. Rendered here, without a script; it fetches itself anew.
import type { Status } from '../../../controller/status.ts';
import type { Drift } from '../../../plans/plan.ts';
import { driftLine } from '../../../plans/render/parts.ts';
import { counted, thousands } from '../../../plans/show.ts';
import type { DecisionRecord } from '../../../ports/decisions.ts';
import type { Attempt, Suspension } from '../../../ports/store.ts';
import { originText, type Problem, refText } from '../../../resources/core.ts';
import type { ListedPlan } from '../shapes.ts';
import { decisionEntry } from './decision.ts';
import { code, text, time } from './html.ts';
import { type LoopsContent, loopsSection } from './loops.ts';
import { STYLE } from './style.ts';

export interface PageContent {
  /** Where the configuration comes from. */
  readonly upstream: string;
  readonly version: string;
  /** Absent until the configuration was read once. */
  readonly status?: Status;
  /** Why there is no status yet. */
  readonly problems: readonly Problem[];
  readonly drift: readonly Drift[];
  readonly plans: readonly ListedPlan[];
  readonly decisions: readonly DecisionRecord[];
  readonly loops?: LoopsContent;
  readonly at: string;
}

const REFRESH_SECONDS = 15;
const MOST_DRIFT = 50;
const WORDS: Readonly<Record<Status['sync']['state'], string>> = {
  synced: 'In step with git',
  pending: 'Something waits to be applied',
  held: 'Held: somebody has to look',
  failed: 'The last attempt failed',
  suspended: 'Suspended',
};

export function renderPage(content: PageContent): string {
  const { status, problems, upstream, version, at } = content;
  const title = status === undefined ? 'loopctl' : `${status.environment}: ${status.sync.state}`;
  const main = status === undefined ? starting(problems) : [...summary(status), ...lists(content, status)];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="${REFRESH_SECONDS}; url=/">
<title>${text(title)} · loopctl</title>
<style>${STYLE}</style>
</head>
<body>
<header><p class="brand">loopctl</p><p class="dim">${code(upstream)}</p></header>
<main>
${main.join('\n')}
</main>
<footer class="dim">As of ${time(at)}, every ${REFRESH_SECONDS} s anew. loopctl ${text(version)}. Read-only: what is to be done is done in git, or with <code>loopctl</code>.</footer>
</body>
</html>
`;
}

function starting(problems: readonly Problem[]): readonly string[] {
  const head = problems.length === 0 ? 'Starting' : 'No configuration that can be read';
  const words = problems.length === 0 ? 'The configuration was not read yet.' : 'Nothing is known of an environment until this is mended.';
  return [`<section class="state failed"><h1>${head}</h1><p>${words}</p></section>`, problemList(problems)];
}

function summary({ environment, sync, org, budget, drift, holds }: Status): readonly string[] {
  const where =
    org === undefined
      ? '<dd>not asked yet</dd>'
      : `<dd>${text(org.name)} <span class="tag">${org.sandbox ? 'sandbox' : 'production'}</span><br><span class="dim">${code(org.id)} ${text(org.url)} as ${text(org.user)}</span></dd>`;
  return [
    `<section class="state ${sync.state}"><p class="dim">${text(environment)}</p><h1>${stateText(sync)}</h1></section>`,
    `<dl class="facts">
<div><dt>Org</dt>${where}</div>
<div><dt>Last applied</dt>${attempt(sync.lastApplied)}</div>
<div><dt>Last attempted</dt>${attempt(sync.lastAttempted)}</div>
<div><dt>Drift</dt><dd>${drift === 0 ? 'none' : counted(drift, 'difference')}</dd></div>
<div><dt>Held</dt><dd>${holds.length === 0 ? 'nothing' : counted(holds.length, 'hold')}</dd></div>
${budget === undefined ? '' : `<div><dt>API calls today</dt><dd>${meter(budget)}</dd></div>`}
</dl>`,
  ];
}

/** In step with files that nobody committed is not in step with git. */
function stateText({ state, lastApplied }: Status['sync']): string {
  return state === 'synced' && lastApplied?.dirty === true ? 'In step with files that are in no commit' : WORDS[state];
}

function commitText(commit: string | null, dirty: boolean | undefined): string {
  if (commit === null) return 'no commit';
  return `${code(commit.slice(0, 10))}${dirty === true ? ' and changes that are in no commit' : ''}`;
}

function meter({ used, limit, reserve }: NonNullable<Status['budget']>): string {
  const words = `${thousands(used)} of ${thousands(limit)}, ${thousands(reserve)} kept for others`;
  return `<meter min="0" max="${limit}" high="${Math.max(0, limit - reserve)}" value="${used}">${words}</meter><br>${words}`;
}

function attempt(one: Attempt | undefined): string {
  if (one === undefined) return '<dd>never</dd>';
  const { commit, dirty, plan, at, error } = one;
  const by = plan === undefined ? '' : `, plan ${planLink(plan)}`;
  const failed = error === undefined ? '' : `<br><span class="bad">${text(error)}</span>`;
  return `<dd>${commitText(commit, dirty)}${by}<br><span class="dim">${time(at)}</span>${failed}</dd>`;
}

function lists(
  { drift, plans, decisions, loops }: PageContent,
  { problems, holds, suspended, suspendedResources = {} }: Status,
): readonly string[] {
  return [
    problemList(problems),
    section('Suspended', [
      ...(suspended === undefined ? [] : [`<li>The environment, ${suspensionText(suspended)}</li>`]),
      ...Object.entries(suspendedResources).map(([ref, one]) => `<li>${code(ref)}, ${suspensionText(one)}</li>`),
    ]),
    section(
      'Held',
      holds.map(
        (hold) =>
          `<li><span class="tag warn">${text(hold.code)}</span> ${hold.ref === undefined ? '' : `${code(refText(hold.ref))} `}${text(hold.message)}</li>`,
      ),
    ),
    section('Drift', [
      ...drift.slice(0, MOST_DRIFT).map((one) => `<li>${text(driftLine(one))}</li>`),
      ...(drift.length > MOST_DRIFT ? [`<li class="dim">and ${thousands(drift.length - MOST_DRIFT)} more: loopctl drift</li>`] : []),
    ]),
    loops === undefined ? '' : loopsSection(loops),
    planTable(plans),
    section('Decisions', decisions.map(decisionEntry), 'decisions'),
  ].filter((part) => part !== '');
}

function suspensionText({ by, at, reason }: Suspension): string {
  return `by ${text(by)} at ${time(at)}: ${text(reason)}`;
}

function problemList(problems: readonly Problem[]): string {
  return section(
    'Problems',
    problems.map(({ severity, at, ref, message, hint, code: what }) => {
      const place = at === undefined ? '' : `${code(originText(at))} `;
      const whose = ref === undefined ? '' : `${code(refText(ref))} `;
      const remedy = hint === undefined ? '' : `<br><span class="dim">${text(hint)}</span>`;
      return `<li><span class="tag ${severity === 'error' ? 'bad' : 'warn'}">${text(what)}</span> ${place}${whose}${text(message)}${remedy}</li>`;
    }),
  );
}

function section(heading: string, entries: readonly string[], name = ''): string {
  if (entries.length === 0) return '';
  return `<section><h2>${heading}</h2><ul class="list ${name}">${entries.join('\n')}</ul></section>`;
}

function planTable(plans: readonly ListedPlan[]): string {
  if (plans.length === 0) return '';
  const rows = plans.map(({ id, commit, dirty, at, summary, holds, steps, outcome }) => {
    const counts = Object.entries(summary).filter(([name, n]) => name !== 'unchanged' && n > 0);
    const what = counts.length === 0 ? 'no record' : counts.map(([name, n]) => `${thousands(n)} ${name}`).join(', ');
    const end = steps === 0 ? 'nothing to do' : (outcome ?? (holds.some(({ scope }) => scope === 'plan') ? 'held' : 'not applied'));
    const tone = end === 'done' || steps === 0 ? 'good' : end === 'failed' ? 'bad' : 'warn';
    return `<tr><td>${planLink(id)}</td><td>${commitText(commit, dirty)}</td><td>${time(at)}</td><td>${text(what)}</td><td><span class="tag ${tone}">${text(end)}</span></td></tr>`;
  });
  return `<section><h2>Plans</h2><div class="wide" tabindex="0" role="region" aria-label="Plans"><table><thead><tr><th>Plan</th><th>Commit</th><th>When</th><th>What</th><th>Outcome</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div></section>`;
}

function planLink(id: string): string {
  return `<a href="/plans/${encodeURIComponent(id)}">${text(id.slice(0, 12))}</a>`;
}
