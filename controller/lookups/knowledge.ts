// What loops know beside the org: answers of providers and agents that are kept, and what people did.
import type { Knowledge } from '../loops/answers.ts';
import type { Ground } from '../loops/decide.ts';
import type { Desks } from './worker.ts';

export function knowledgeOf(desks: Desks, events: (ground: Ground) => Knowledge['events']): (ground: Ground) => Knowledge {
  return (ground) => ({
    lookup: (request) => (request.kind === 'enrich' ? desks.enrich.known(request) : desks.agent.known(request)),
    events: events(ground),
  });
}
