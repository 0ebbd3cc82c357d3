// Which resources are candidates of experiments: what is tried is not what acts, so the others do not count it.
import { type Ref, refText } from '../core.ts';
import type { KindSchema } from '../kind.ts';
import type { Organisation, Resource } from '../resource.ts';
import { Experiment, type Tried, TRIED } from './schema.ts';

/** `scoringmodel/inbound-next` */
export function triedRef(written: string): Ref & { readonly kind: Tried } {
  const [head = '', ...name] = written.split('/');
  const kind = TRIED.find((one) => one.toLowerCase() === head.toLowerCase());
  if (kind === undefined) throw new Error(`${written} names nothing that can be tried`);
  return { kind, name: name.join('/') };
}

export function isCandidate(organisation: Organisation, ref: Ref): boolean {
  return organisation.all(Experiment).some(({ spec }) => refText(triedRef(spec.candidate)) === refText(ref));
}

/** Those that act. */
export function acting<Spec>(organisation: Organisation, kind: KindSchema<Spec>): readonly Resource<Spec>[] {
  const all = organisation.all(kind);
  return organisation.all(Experiment).length === 0 ? all : all.filter(({ ref }) => !isCandidate(organisation, ref));
}

/** False where an experiment can not be read: then nobody knows what is a candidate. */
export function knowsCandidates(organisation: Organisation): boolean {
  return organisation.complete(Experiment.name);
}
