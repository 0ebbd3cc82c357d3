// The loops on the page: which act, how they do, how the grades fall, and what waits for people.
import type { Anatomy } from '../../../controller/metrics/anatomy.ts';
import type { ModelDrift } from '../../../controller/metrics/drift.ts';
import type { LoopMetrics, Measured } from '../../../controller/metrics/loops.ts';
import { percent } from '../../../controller/metrics/words.ts';
import { counted, thousands } from '../../../plans/show.ts';
import { code, text, time } from './html.ts';

export interface LoopsContent {
  readonly loops: readonly Anatomy[];
  /** Absent until it was counted once. */
  readonly measured?: Measured;
}

const DOES: Readonly<Record<Anatomy['does'], readonly [tone: string, words: string]>> = {
  acts: ['good', 'acts'],
  answers: ['', 'answers when asked'],
  reconciles: ['good', 'reconciles'],
};

export function loopsSection({ loops, measured }: LoopsContent): string {
  const cards = loops.map((one) =>
    card(
      one,
      measured?.loops.find(({ loop }) => loop === one.name),
    ),
  );
  const since = measured === undefined ? 'not counted yet' : `counted since ${time(measured.since)}`;
  const drifts = (measured?.drift ?? []).filter(({ n }) => n.window > 0).map(driftTable);
  return `<section><h2>Loops</h2><p class="dim">${since}</p><div class="facts">${cards.join('\n')}</div>${drifts.join('\n')}</section>`;
}

function card({ name, does, summary }: Anatomy, metrics: LoopMetrics | undefined): string {
  const [tone, words] = DOES[does];
  const head = `<h3>${text(name)} <span class="tag ${tone}">${words}</span></h3>`;
  if (metrics === undefined || metrics.runs + metrics.waiting + metrics.reviews === 0)
    return `<div>${head}<p class="dim">${text(summary)}</p></div>`;
  const { runs, success, overrides, seconds } = metrics;
  const facts = [
    counted(runs, 'run'),
    ...(success === null ? [] : [`${percent(success)} successful`]),
    ...(overrides.n === 0 ? [] : [`${counted(overrides.n, 'decision')} by people`]),
    ...(seconds === undefined ? [] : [`${(seconds.median * 1000).toFixed(1)} ms in the median`]),
  ];
  return `<div>${head}<p>${facts.join(', ')}</p>${bar(metrics)}${openList(metrics)}</div>`;
}

/** Beyond these a bar is no picture any more. */
const MOST_SHARES = 5;

/** Shares as one bar: drawn, because the page may not load or style anything by itself; and in words beside it. */
function bar({ shares, loop }: LoopMetrics): string {
  if (shares.length === 0) return '';
  const shown = shares.slice(0, MOST_SHARES);
  const rest = shares.slice(MOST_SHARES).reduce((sum, { share }) => sum + share, 0);
  const all = rest > 0 ? [...shown, { label: 'others', share: rest }] : shown;
  let from = 0;
  const parts = all.map(({ share }, at) => {
    const rect = `<rect class="s${at}" x="${(from * 100).toFixed(2)}" y="0" width="${(share * 100).toFixed(2)}" height="6"/>`;
    from += share;
    return rect;
  });
  const words = all.map(
    ({ label, share }, at) =>
      `<li><svg class="key" viewBox="0 0 1 1" aria-hidden="true"><rect class="s${at}" width="1" height="1"/></svg> ${text(label, 60)} ${percent(share)}</li>`,
  );
  return `<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="Shares of what ${text(loop)} decided">${parts.join('')}</svg><ul class="keys">${words.join('')}</ul>`;
}

function openList({ dead, reviews, failing, waiting, parked, effects }: LoopMetrics): string {
  const rows = [
    ...(dead === 0 ? [] : [`<span class="tag bad">${counted(dead, 'dead letter')}</span> ${code('loopctl loop dead')}`]),
    ...(reviews === 0 ? [] : [`<span class="tag warn">${counted(reviews, 'review')}</span> ${code('loopctl review list')}`]),
    ...(effects.refused === 0 ? [] : [`<span class="tag bad">${thousands(effects.refused)} refused by the org</span>`]),
    ...(failing === 0 ? [] : [`<span class="tag warn">${thousands(failing)} tried again</span>`]),
  ];
  const waits = [
    ...(waiting - failing > 0 ? [`${thousands(waiting - failing)} waiting`] : []),
    ...(parked > 0 ? [`${thousands(parked)} parked`] : []),
    ...(effects.waiting > 0 ? [`${thousands(effects.waiting)} to be written`] : []),
  ];
  const all = [...rows, ...(waits.length === 0 ? [] : [`<span class="dim">${waits.join(', ')}</span>`])];
  return all.map((one) => `<p>${one}</p>`).join('');
}

const TONES: Readonly<Record<ModelDrift['verdict'], readonly [tone: string, words: string]>> = {
  stable: ['good', 'stable'],
  watch: ['warn', 'begin to move'],
  act: ['bad', 'drift'],
  'too-few': ['', 'too few to tell'],
};
const MOST_FACTORS = 4;

function driftTable({ model, verdict, psi, grades, factors, window, reference, n }: ModelDrift): string {
  const [tone, words] = TONES[verdict];
  const index = psi === undefined ? '' : ` PSI ${psi.toFixed(3)}`;
  const rate = (value: number | null) => (value === null ? '–' : percent(value));
  const rows = grades.map(
    (row) =>
      `<tr><td><strong>${text(row.grade)}</strong></td><td>${percent(row.reference.share)}</td><td>${percent(row.window.share)}</td><td>${rate(row.reference.rate)} → ${rate(row.window.rate)}</td></tr>`,
  );
  const moved = factors.slice(0, MOST_FACTORS).map(({ id, psi: of }) => `${code(id)} ${of.toFixed(2)}`);
  const days = (of: ModelDrift['window']) => `${text(of.from.slice(0, 10))} to ${text(of.to.slice(0, 10))}`;
  return `<h3>Grades of ${text(model)} <span class="tag ${tone}">${words}${index}</span></h3>
<p class="dim">${days(window)} (${counted(n.window, 'record')}) against ${days(reference)} (${counted(n.reference, 'record')})${moved.length === 0 ? '' : `; factors: ${moved.join(', ')}`}</p>
<div class="wide" tabindex="0" role="region" aria-label="Grades of ${text(model)}"><table class="grades"><thead><tr><th>Grade</th><th>Before</th><th>Lately</th><th>Converted, before → lately</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
}
