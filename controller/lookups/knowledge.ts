// What loops know beside the org: answers of providers and agents that are kept, and what people did.
import type { Knowledge } from '../loops/answers.ts';
import type { Ground } from '../loops/decide.ts';
import type { Desks } from './worker.ts';

export interface Known {
  readonly desks: Desks;
  readonly events: (ground: Pick<Ground, 'scope' | 'compiled'>) => Knowledge['events'];
  readonly pages?: Knowledge['pages'];
}

export function knowledgeOf({ desks, events, pages }: Known): (ground: Pick<Ground, 'scope' | 'compiled'>) => Knowledge {
  return (ground) => ({
    lookup: (request) => (request.kind === 'enrich' ? desks.enrich.known(request) : desks.agent.known(request)),
    events: events(ground),
    ...(pages !== undefined && { pages }),
  });
}
