// loop run NAME --id: one record, now. It acts where the environment lists the loop; elsewhere it only says what it would decide.
import { runByHand, type RanByHand } from '../../../controller/metrics/by-hand.ts';
import { LOOPS } from '../../../controller/loops/registry.ts';
import { decideDry, groundOfSnapshot } from '../../../controller/loops/dry.ts';
import type { Store } from '../../../ports/store.ts';
import { suggestion } from '../../../resources/suggest.ts';
import { decisionText } from '../decision-text.ts';
import { EXIT, Refusal, refusedBy } from '../ending.ts';
import { knownTo } from '../known.ts';
import { eventsOf } from '../records.ts';
import { connect, project, type Session } from '../session.ts';

const WAIT_MS = 30_000;
const NO_SNAPSHOT = 'Nothing was reconciled yet: apply first.';

export async function runOne(session: Session, name: string, id: string, object: string | undefined): Promise<number> {
  const loop = LOOPS.get(name);
  if (loop?.step === undefined) {
    const names = [...LOOPS.values()].flatMap((one) => (one.step === undefined ? [] : [one.name]));
    const { hint } = suggestion(name, names);
    throw new Refusal(
      'unknown-loop',
      `No loop is called ${name} and decides.${hint === undefined ? ` There are: ${names.join(', ')}.` : ` ${hint}`}`,
    );
  }
  const [event] = eventsOf(session.host.cwd, id, object === undefined ? {} : { object });
  const { name: projectName, environment } = await project(session);
  if (event === undefined) throw new Refusal('usage', 'Name a record by its id.');
  if (!environment.loops.includes(name)) return dry(session, name, { object: event.object, id });
  const { crm, store } = await connect(session, environment);
  const known = await knownTo(session, async () => resourcesOf(store, projectName, environment.name));
  const ran = await runByHand({
    deps: session.workspace,
    store,
    crm,
    project: projectName,
    environment,
    loop,
    object: event.object,
    id,
    ...(known !== undefined && { knowledge: known.knowledge }),
    engine: session.host.version,
    waitMs: WAIT_MS,
  });
  return told(session, name, ran);
}

async function resourcesOf(store: Store, projectName: string, environment: string): Promise<Readonly<Record<string, unknown>>> {
  const [scope] = await store.scopes(projectName, environment);
  const row = scope === undefined ? undefined : await store.activeSnapshot(scope);
  return row?.content.resources ?? {};
}

/** Nothing is kept, no turn is taken, and nothing is written. */
async function dry(session: Session, name: string, event: { readonly object: string; readonly id: string }): Promise<number> {
  const { workspace, terminal, host } = session;
  const { name: projectName, environment } = await project(session);
  const { crm, store } = await connect(session, environment);
  const [scope] = await store.scopes(projectName, environment.name);
  const ground = scope === undefined ? undefined : await groundOfSnapshot(store, scope);
  if (ground === undefined) throw new Refusal('no-snapshot', NO_SNAPSHOT);
  const known = await knownTo(session, async () => ground.compiled.row.content.resources);
  const knowledge = scope === undefined ? undefined : known?.knowledge({ scope, compiled: ground.compiled });
  const ports = { connect: async () => ({ ok: true as const, value: crm.records }), knowledge, engine: host.version };
  const answer = await decideDry(workspace, { ...ground, ...ports }, name, event);
  switch (answer.kind) {
    case 'decided':
      terminal.note(`Dry: loops of ${environment.name} does not list ${name}, so it does not act there. Nothing was kept or written.`);
      if (terminal.json) terminal.value({ ran: 'dry', decision: answer.decision });
      else terminal.print(decisionText(answer.decision, terminal.colors));
      return EXIT.done;
    case 'invalid':
      throw new Refusal('bad-record', answer.problems.map(({ path, message }) => `${path}: ${message}`).join('; '));
    case 'not-found':
      throw new Refusal('not-found', answer.message);
    case 'unavailable':
      throw refusedBy([answer.problem]);
    case 'no-snapshot':
      throw new Refusal('no-snapshot', NO_SNAPSHOT);
    default:
      return answer satisfies never;
  }
}

function told({ terminal }: Session, name: string, ran: RanByHand): number {
  switch (ran.kind) {
    case 'decided':
      terminal.note(
        ran.by === 'here' ? 'No controller runs on this state: it was decided here.' : 'The controller that runs on this state decided it.',
      );
      if (terminal.json) terminal.value({ ran: 'live', by: ran.by, decision: ran.decision });
      else terminal.print(decisionText(ran.decision, terminal.colors));
      return EXIT.done;
    case 'left-alone':
      if (terminal.json) terminal.value({ ran: 'left-alone', because: ran.because ?? null, decision: ran.last ?? null });
      else {
        terminal.print(`${name} left it alone: ${ran.because ?? 'nothing that it reads is different from its last decision'}.`);
        if (ran.last !== undefined) terminal.print(`\nIts last decision:\n${decisionText(ran.last, terminal.colors)}`);
      }
      return EXIT.done;
    case 'waits':
      if (terminal.json) terminal.value({ ran: 'waits', because: ran.because ?? null });
      else terminal.print(`It waits, and is taken up by the controller${ran.because === undefined ? '' : `: ${ran.because}`}.`);
      return EXIT.partial;
    case 'refused':
      throw new Refusal('bad-record', ran.message);
    case 'no-snapshot':
      throw new Refusal('no-snapshot', NO_SNAPSHOT);
    default:
      return ran satisfies never;
  }
}
