// The desk of enrichment: what is known of a record from answers that are kept, and who is to be asked for the rest. Nothing is decided here:
// order, age and which company it is are the engine's.
import { compileEnrichment, type EnrichmentPlan } from '../../engines/enrichment/policy.ts';
import { type Case, type Progress, progress, type Question, questionsOf, type Rows, rowOf } from '../../engines/enrichment/progress.ts';
import { compilePolicy, type Policy } from '../../engines/matching/policy.ts';
import type { FactValue } from '../../loops/loop.ts';
import type { Lookup } from '../../loops/requests.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Provider, ProviderOf } from '../../ports/enrichment.ts';
import type { EnrichmentKey, Enrichments } from '../../ports/enrichments.ts';
import type { Kept } from '../../resources/enrichment-policy/found.ts';
import type { EnrichmentPolicySpec } from '../../resources/enrichment-policy/schema.ts';
import type { Asked, Desk } from '../lookups/desk.ts';
import { providerCalls } from './calls.ts';

export interface EnrichmentDesk {
  readonly store: Enrichments;
  readonly clock: Pick<Clock, 'now'>;
  /** Whose answers they are. Nothing before a project is known. */
  project(): string | undefined;
  /** By name, as the loops read them now: the same objects for as long as they are the same. */
  policies(): Policies | Promise<Policies>;
  /** The spec of the MatchPolicy, where there is one: the same domains and legal forms as in matching. */
  matching(): Declared | undefined | Promise<Declared | undefined>;
  readonly providerOf: ProviderOf;
}

type Policies = ReadonlyMap<string, EnrichmentPolicySpec>;
type Declared = Readonly<Record<string, unknown>>;

const PRUNED_EVERY = 86_400_000;

/** The value of the fact that a lookup of kind `enrich` becomes. */
export interface EnrichmentFact {
  /** By the product's name. A value that the record holds itself is among them where it is the very same. */
  readonly values: Progress['values'];
  /** Providers that are still to answer. */
  readonly pending: readonly string[];
  readonly failed: Progress['failed'];
  /** Which company it may be. A choice is the id of one of them, its domain, or `none`. */
  readonly ambiguous?: { readonly candidates: Progress['candidates'] };
  /** Fields that nobody has a value for, by now. */
  readonly missing: readonly string[];
  /** ISO: when a provider that does not answer is asked again. Until then waiting is of no use. */
  readonly again?: string;
}

type Enrich = Extract<Lookup, { readonly kind: 'enrich' }>;

interface Compiled {
  readonly plan: EnrichmentPlan;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly unusable: ReadonlyMap<string, string>;
}

interface Looked {
  readonly of: Case;
  readonly rows: Rows;
  /** What each question is kept under. */
  readonly keys: ReadonlyMap<string, EnrichmentKey>;
}

export function enrichmentDesk(desk: EnrichmentDesk): Desk<'enrich'> {
  const calls = providerCalls(desk.store, desk.clock);
  const compiled = new WeakMap<EnrichmentPolicySpec, Compiled>();
  const matchings = new WeakMap<object, Policy>();
  const now = () => desk.clock.now();
  let pruned = 0;

  /** What is too old for every policy is of no use, and may be about people. Another environment that counts longer asks again. */
  async function prune(project: string): Promise<void> {
    const at = now().getTime();
    if (at - pruned < PRUNED_EVERY) return;
    pruned = at;
    const plans = [...(await desk.policies()).values()].map(compileEnrichment);
    const ages = plans.flatMap(({ rules, giveUpAfter, askAgainAfter }) => [
      giveUpAfter + askAgainAfter,
      ...rules.map(({ maxAge }) => maxAge),
    ]);
    if (ages.length > 0) await desk.store.prune(project, new Date(at - Math.max(...ages)).toISOString());
  }

  async function compiledOf(name: string): Promise<Compiled | undefined> {
    const spec = (await desk.policies()).get(name);
    if (spec === undefined) return undefined;
    const before = compiled.get(spec);
    if (before !== undefined) return before;
    const made = compile(spec, desk.providerOf);
    compiled.set(spec, made);
    return made;
  }

  async function matching(): Promise<Policy> {
    const spec = (await desk.matching()) ?? NO_POLICY;
    const before = matchings.get(spec) ?? compilePolicy(spec);
    matchings.set(spec, before);
    return before;
  }

  async function look(project: string, { known, choice }: Enrich, { plan, providers, unusable }: Compiled): Promise<Looked> {
    const revisions = new Map<string, string>();
    for (const [name, provider] of providers) if (provider.revision !== undefined) revisions.set(name, await provider.revision());
    const of: Case = { plan, matching: await matching(), known, unusable, ...(choice !== undefined && { choice }) };
    const rows = new Map<string, Kept>();
    const keys = new Map<string, EnrichmentKey>();
    // What was chosen says about which company the others are asked: a second look finds their answers.
    for (let looks = 0; looks < 2; looks += 1) {
      const wanted = questionsOf(of, rows).filter((question) => !keys.has(rowOf(question)));
      for (const question of wanted) keys.set(rowOf(question), keyOf(question, revisions));
      const found = await desk.store.find(
        project,
        wanted.map((question) => keyOf(question, revisions)),
      );
      const kept = new Map(found.map((row) => [rowOf(row), row.kept]));
      for (const question of wanted) {
        const row = kept.get(rowOf(keyOf(question, revisions)));
        if (row !== undefined) rows.set(rowOf(question), row);
      }
    }
    return { of, rows, keys };
  }

  return {
    async known(request) {
      const source = { source: 'enrichment', at: now().toISOString() };
      const found = await compiledOf(request.policy);
      const project = desk.project();
      if (found === undefined) return { value: null, missing: `there is no EnrichmentPolicy "${request.policy}"`, ...source };
      if (project === undefined) return { value: null, missing: 'nothing was reconciled yet', ...source };
      const { of, rows } = await look(project, request, found);
      return factOf(progress(of, rows, now().getTime()), source);
    },
    async ask(request) {
      const found = await compiledOf(request.policy);
      const project = desk.project();
      if (found === undefined || project === undefined)
        return { kind: 'given-up', error: `there is no EnrichmentPolicy "${request.policy}" any more` };
      await prune(project);
      const { plan, providers } = found;
      const asked = new Set<string>();
      for (;;) {
        const { of, rows, keys } = await look(project, request, found);
        const state = progress(of, rows, now().getTime());
        // With an age of nothing an answer is too old as soon as it is there: nobody is asked twice in one go.
        const fresh = state.ask.filter((question) => !asked.has(rowOf(question)));
        if (fresh.length === 0) return endOf(state, now().getTime());
        await Promise.all(
          fresh.map(async (question) => {
            const row = rowOf(question);
            asked.add(row);
            const provider = providers.get(question.provider);
            const key = keys.get(row);
            if (provider !== undefined && key !== undefined)
              await calls.make({ project, plan, provider, question, key, before: rows.get(row) });
          }),
        );
      }
    },
  };
}

const NO_POLICY: Readonly<Record<string, unknown>> = {};

function compile(spec: EnrichmentPolicySpec, providerOf: ProviderOf): Compiled {
  const providers = new Map<string, Provider>();
  const unusable = new Map<string, string>();
  for (const one of spec.providers) {
    const made = providerOf(one);
    if ('unusable' in made) unusable.set(one.name, made.unusable);
    else providers.set(one.name, made);
  }
  return { plan: compileEnrichment(spec), providers, unusable };
}

function keyOf({ provider, key }: Question, revisions: ReadonlyMap<string, string>): EnrichmentKey {
  const revision = revisions.get(provider);
  return { provider, key: revision === undefined ? key : `${key} @${revision}` };
}

function factOf({ values, ask, waiting, failed, candidates, missing }: Progress, source: Pick<FactValue, 'source' | 'at'>): FactValue {
  const again = waiting.map(({ due }) => due).sort()[0];
  const value: EnrichmentFact = {
    values,
    pending: [...new Set([...ask, ...waiting.map(({ question }) => question)].map(({ provider }) => provider))],
    failed,
    ...(candidates.length > 0 && { ambiguous: { candidates } }),
    missing,
    ...(ask.length === 0 && again !== undefined && { again }),
  };
  return { value, ...source, ...(value.pending.length > 0 && { open: true }) };
}

function endOf({ values, waiting, failed, candidates }: Progress, now: number): Asked {
  const [first] = waiting.toSorted((a, b) => (a.due < b.due ? -1 : 1));
  if (first !== undefined)
    return { kind: 'again', error: `${first.question.provider}: ${first.error}`, afterMs: Math.max(0, Date.parse(first.due) - now) };
  const [failure] = failed;
  if (failure !== undefined && Object.keys(values).length === 0 && candidates.length === 0)
    return { kind: 'given-up', error: `${failure.provider}: ${failure.error}` };
  return { kind: 'answered' };
}
