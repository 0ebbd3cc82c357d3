// Calls of agents. A call is a row before it is made: one whose process died has cost what nobody knows, and still counts as a call.
import { type Kysely, PostgresAdapter, sql, type Transaction } from 'kysely';
import { type AgentCall, type AgentCalls, type AgentSpending, isUsedUp, type Place } from '../ports/agent-calls.ts';
import type { Tables } from './schema.ts';
import { readThenWrite } from './transaction.ts';

export function agentCalls(db: Kysely<Tables>): AgentCalls {
  return {
    async standing({ project, environment }, question, now) {
      const row = await db
        .selectFrom('agent_calls')
        .selectAll()
        .where('project', '=', project)
        .where('environment', '=', environment)
        .where('question', '=', question)
        .where('until', '>', now)
        .orderBy('at', 'desc')
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row && toCall(row);
    },
    begin: (place, call, budget) =>
      readThenWrite(db, async (trx) => {
        const day = call.at.slice(0, 10);
        await oneAtATime(trx, `${place.project} ${place.environment} ${call.prompt}`);
        const spent = await spentOn(trx, place, call.prompt, day);
        if (isUsedUp(spent, budget)) return spent;
        const { project, environment } = place;
        const row = { ...call, project, environment, day, tokens: 0, status: 'asking' as const, until: call.at, answer: 'null' };
        await trx.insertInto('agent_calls').values(row).execute();
        return undefined;
      }),
    async end(id, { answer, ...end }) {
      await db
        .updateTable('agent_calls')
        .set({ ...end, answer: JSON.stringify(answer) })
        .where('id', '=', id)
        .execute();
    },
    spent: (place, prompt, day) => spentOn(db, place, prompt, day),
  };
}

/** Forgets calls that stand no more since before this (ISO), and of days whose budget is over. Decisions hold what they were told. */
export async function pruneAgentCalls(trx: Transaction<Tables>, before: string): Promise<void> {
  await trx.deleteFrom('agent_calls').where('until', '<', before).where('day', '<', before.slice(0, 10)).execute();
}

/** Two replicas that count at once would both find room for the last call. SQLite has one writer as it is. */
async function oneAtATime(trx: Transaction<Tables>, name: string): Promise<void> {
  if (!(trx.getExecutor().adapter instanceof PostgresAdapter)) return;
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(trx);
}

async function spentOn(
  db: Kysely<Tables> | Transaction<Tables>,
  { project, environment }: Place,
  prompt: string,
  day: string,
): Promise<AgentSpending> {
  const row = await db
    .selectFrom('agent_calls')
    .select((eb) => [eb.fn.countAll().as('calls'), eb.fn.sum('tokens').as('tokens')])
    .where('project', '=', project)
    .where('environment', '=', environment)
    .where('prompt', '=', prompt)
    .where('day', '=', day)
    .executeTakeFirstOrThrow();
  return { calls: Number(row.calls), tokens: Number(row.tokens ?? 0) };
}

function toCall({ answer, id, prompt, question, model, at, status, tokens, until }: Tables['agent_calls']): AgentCall {
  return { id, prompt, question, model, at, status, tokens, until, answer: JSON.parse(answer) as unknown };
}
