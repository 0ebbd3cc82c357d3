// Which accounts are on a list: by domain, by name whatever its legal form, or by rule.
import { type Condition, whenOf } from '../../resources/conditions/condition.ts';
import type { SegmentSpec } from '../../resources/segment/schema.ts';
import type { TargetAccountListSpec } from '../../resources/target-account-list/schema.ts';
import { registrableDomain } from '../../engines/matching/domains.ts';
import { normalName } from '../../engines/matching/names.ts';
import type { Policy } from '../../engines/matching/policy.ts';
import { compileSegments, segmentOf, type Segments } from '../../engines/segments/segments.ts';
import type { Snapshot } from '../loop.ts';

export interface AccountList {
  readonly spec: TargetAccountListSpec;
  /** None where a rule says which accounts are on it. */
  readonly entries: readonly ListEntry[];
  /** By the account's facts; `now`: milliseconds since 1970. */
  holds(facts: Facts, now: number): boolean;
}

export interface ListEntry {
  readonly written: string;
  /** Registrable, where a domain is written. */
  readonly domain?: string;
  /** In its normal form. */
  readonly name: string;
}

type Facts = Readonly<Record<string, unknown>>;

export function compileList(spec: TargetAccountListSpec, snapshot: Snapshot, policy: Policy): AccountList {
  const entries = (spec.accounts ?? []).map((written) => entryOf(written, policy));
  const rule = spec.when === undefined ? undefined : whenOf(spec.when);
  const segments = segmentsOf(snapshot);
  const isListed = rule === undefined ? byEntries(entries, policy) : byRule(rule, segments);
  return {
    spec,
    entries,
    holds: (facts, now) =>
      isListed(facts, now) && (spec.segment === undefined || segmentOf(segments, facts, { asOf: now }).segment === spec.segment),
  };
}

/** Whether an entry means this account. */
export function entryHolds(entry: ListEntry, facts: Facts, policy: Policy): boolean {
  const { domain, name } = keysOf(facts, policy);
  return entry.domain === undefined ? entry.name !== '' && entry.name === name : entry.domain === domain;
}

function entryOf(written: string, { names }: Policy): ListEntry {
  const domain = registrableDomain(written);
  return { written, name: normalName(written, names), ...(domain !== undefined && { domain }) };
}

function byEntries(entries: readonly ListEntry[], policy: Policy): AccountList['holds'] {
  const domains = new Set(entries.flatMap(({ domain }) => (domain === undefined ? [] : [domain])));
  const names = new Set(entries.flatMap(({ domain, name }) => (domain === undefined && name !== '' ? [name] : [])));
  return (facts) => {
    const { domain, name } = keysOf(facts, policy);
    return (domain !== undefined && domains.has(domain)) || names.has(name);
  };
}

/** A rule may ask for the segment. */
function byRule(rule: Condition, segments: Segments): AccountList['holds'] {
  return (facts, now) =>
    rule.holds(segments.length === 0 ? facts : { ...facts, segment: segmentOf(segments, facts, { asOf: now }).segment }, now);
}

export function keysOf(facts: Facts, { names }: Policy): { readonly domain: string | undefined; readonly name: string } {
  const website = facts['website'];
  return { domain: typeof website === 'string' ? registrableDomain(website) : undefined, name: normalName(facts['company'], names) };
}

function segmentsOf({ resources }: Snapshot): Segments {
  const declared = Object.entries(resources).filter(([key]) => key.startsWith('Segment/'));
  return compileSegments(declared.map(([key, spec]) => ({ name: key.slice('Segment/'.length), spec: spec as SegmentSpec })));
}
