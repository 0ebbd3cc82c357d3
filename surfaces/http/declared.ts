// What is declared at the commit that the controller looked at last.
import { type Ref, refText } from '../../resources/core.ts';
import type { Organisation } from '../../resources/resource.ts';
import { nearest } from '../../resources/suggest.ts';
import { loadTree } from '../../controller/load.ts';
import { type Why, whyOf } from '../../controller/why.ts';
import { refuse } from './problems.ts';
import { type Surface, whereOf } from './surface.ts';

/** Nothing where the place that is followed does not answer: what was applied can be told without it. */
async function declaredIn({ controller }: Surface): Promise<Organisation | undefined> {
  const { site, seen } = controller.followed;
  if (seen === undefined) return undefined;
  const tree =
    seen.commit === null ? await site.upstream.read({ commit: null, notices: [] }) : await site.upstream.source.readAt(seen.commit);
  return tree === undefined ? undefined : loadTree(tree, site.deps.cache).organisation;
}

/** 404 where there is no such resource, neither declared nor applied. */
export async function explainResource(surface: Surface, ref: Ref): Promise<Why> {
  const where = whereOf(surface);
  const organisation = await declaredIn(surface);
  const { upstream } = surface.controller.followed.site;
  const why = await whyOf(upstream, surface.store, { ...where, ref, resource: organisation?.resources.get(refText(ref)) });
  if (why.declared === undefined && why.records.length === 0) unknown(ref, where.environment, organisation);
  return why;
}

function unknown(ref: Ref, environment: string, organisation: Organisation | undefined): never {
  const near = organisation === undefined ? undefined : nearest(refText(ref), organisation.resources.keys());
  const meant = near === undefined ? '' : ` Did you mean ${near}?`;
  refuse(404, 'unknown-resource', `${refText(ref)} is neither declared nor in the inventory of ${environment}.${meant}`);
}
