// What a command knows beside the org: answers of providers and agents that are kept in the state, and what people did.
import { join } from 'node:path';
import { eventsKnowledge } from '../../controller/engagement/known.ts';
import { knowledgeOf } from '../../controller/lookups/knowledge.ts';
import type { Desks } from '../../controller/lookups/worker.ts';
import type { Knowledge } from '../../controller/loops/answers.ts';
import type { Ground } from '../../controller/loops/decide.ts';
import { project, type Session } from './session.ts';

export interface Known {
  /** Whom a process that works may ask as well. */
  readonly desks: Desks;
  readonly knowledge: (ground: Pick<Ground, 'scope' | 'compiled'>) => Knowledge;
}

type Resources = Readonly<Record<string, unknown>>;

/** `resources`: what loops read now. Nothing where nobody is wired. */
export async function knownTo(session: Session, resources: () => Promise<Resources>): Promise<Known | undefined> {
  const { workspace, root, terminal } = session;
  const store = await workspace.store();
  const { name, environment } = await project(session);
  const desks = await workspace.desks?.({
    store,
    place: () => ({ project: name, environment }),
    resources,
    locate: async (path) => join(root, path),
    tell: (message) => terminal.note(message),
  });
  if (desks === undefined) return undefined;
  const connect = async () => {
    const crm = await workspace.connect(environment);
    return crm.ok ? { ok: true as const, value: crm.value.records } : crm;
  };
  const events = eventsKnowledge({ store, connect, now: () => workspace.clock.now() });
  return { desks, knowledge: knowledgeOf({ desks, events }) };
}
