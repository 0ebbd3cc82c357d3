// A plan as one page of its own: no script, nothing loaded, light and dark by the reader's system. Every value is escaped.
import { refText } from '../../resources/core.ts';
import type { Plan, Step } from '../plan.ts';
import { counted, safe, thousands } from '../show.ts';
import {
  PHASES,
  SIGNS,
  commitLine,
  driftLine,
  holdTitle,
  impactRows,
  lastLine,
  leftOut,
  notes,
  orgLine,
  shownFields,
  stepTitle,
  targetNotes,
  underWayLines,
  values,
  warningLines,
} from './parts.ts';

const MOST_STEPS = 5_000;
const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d8dee4, #3d444d); --soft: light-dark(#f6f8fa, #161b22); --dim: light-dark(#59636e, #9198a1);
  --add: light-dark(#1a7f37, #3fb950); --change: light-dark(#9a6700, #d29922); --remove: light-dark(#cf222e, #f85149); --other: light-dark(#0969da, #4493f8); }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 64rem; padding: 0 1rem; background: light-dark(#fff, #0d1117); color: light-dark(#1f2328, #f0f6fc); }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; } p.dim, .why { color: var(--dim); }
table { border-collapse: collapse; } th, td { border: 1px solid var(--line); padding: .25rem .75rem; text-align: right; }
ul { list-style: none; padding: 0; } li.entry { border: 1px solid var(--line); border-radius: 6px; padding: .5rem .75rem; margin: .5rem 0; overflow-wrap: anywhere; }
code { font: 13px/1.5 ui-monospace, monospace; } dl { margin: .25rem 0; padding: .25rem .5rem; background: var(--soft); border-radius: 4px; } dt { float: left; clear: left; margin-right: .75rem; color: var(--dim); } dd { margin: 0; }
.create { color: var(--add); } .update, .held { color: var(--change); } .delete, .replace { color: var(--remove); } .adopt, .forget, .switch, .run { color: var(--other); }
`;

export function renderHtml(plan: Plan): string {
  const title = `Plan ${plan.id} for ${plan.environment}`;
  const body = [
    `<h1>${text(title)}</h1>`,
    `<p>${text(orgLine(plan))}<br>${text(commitLine(plan))}</p>`,
    ...targetNotes(plan).map((line) => `<p>${text(line)}</p>`),
    `<p><strong>${text(lastLine(plan))}</strong></p>`,
    sums(plan),
    impact(plan),
    list(
      'Held',
      plan.holds.map(
        (hold) =>
          `<strong class="held">${text(holdTitle(hold))}</strong>${hold.ref === undefined ? '' : ` <code>${text(refText(hold.ref))}</code>`}: ${text(hold.message)}`,
      ),
    ),
    list(
      'Drift',
      plan.drift.map((drift) => text(driftLine(drift))),
    ),
    list('Warnings', warningLines(plan).map(text)),
    list('Under way in the org', underWayLines(plan).map(text)),
    ...phases(plan),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${text(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${body.filter((part) => part !== '').join('\n')}
</body>
</html>
`;
}

function sums({ summary }: Plan): string {
  const names = ['create', 'adopt', 'update', 'replace', 'delete', 'forget', 'unchanged'] as const;
  const heads = names.map((name) => `<th class="${name}">${name}</th>`).join('');
  return `<table><tr>${heads}</tr><tr>${names.map((name) => `<td>${thousands(summary[name])}</td>`).join('')}</tr></table>`;
}

function impact(plan: Plan): string {
  const rows = impactRows(plan).map(({ name, value }) => `<tr><th>${text(name)}</th><td>${text(value)}</td></tr>`);
  return rows.length === 0 ? '' : `<h2>Impact</h2>\n<table>${rows.join('')}</table>`;
}

function list(heading: string, entries: readonly string[]): string {
  if (entries.length === 0) return '';
  const shown = entries.slice(0, MOST_STEPS).map((entry) => `<li class="entry">${entry}</li>`);
  const rest = entries.length - shown.length;
  return `<h2>${text(heading)} (${thousands(entries.length)})</h2>\n<ul>\n${shown.join('\n')}${rest > 0 ? `\n<li>and ${thousands(rest)} more</li>` : ''}\n</ul>`;
}

function phases(plan: Plan): readonly string[] {
  const said = notes(plan);
  return PHASES.flatMap(({ phase, heading }) => {
    const steps = plan.steps.filter((step) => step.phase === phase);
    if (steps.length === 0) return [];
    const shown = steps.slice(0, MOST_STEPS).map((step) => stepEntry(step, said.get(step.id)));
    const rest = steps.slice(shown.length);
    const more = rest.length === 0 ? '' : `\n<p>${text(leftOut(rest))}</p>`;
    return [`<h2>${heading} (${counted(steps.length, 'step')})</h2>\n<ul>\n${shown.join('\n')}\n</ul>${more}`];
  });
}

function stepEntry(step: Step, said: string | undefined): string {
  const { action } = step;
  const note = said === undefined ? '' : ` <strong class="held">${text(said)}</strong>`;
  const rows = shownFields(step).map((field) => {
    const { before, after } = values(field);
    const told = action === 'create' ? text(after) : action === 'delete' ? text(before) : `${text(before)} → ${text(after)}`;
    return `<dt><code>${text(field.path)}</code></dt><dd><code>${told}</code></dd>`;
  });
  const fields = rows.length === 0 ? '' : `\n<dl>${rows.join('')}</dl>`;
  const title = `<span class="${action}">${SIGNS[action]} ${action}</span> <code>${text(stepTitle(step))}</code>${note}`;
  return `<li class="entry">${title}${fields}\n<div class="why">${text(step.why)}</div></li>`;
}

function text(value: string): string {
  return safe(value)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
