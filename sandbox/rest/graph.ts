// Composite graphs: each graph is one transaction of up to 500 nodes, and the others go on when one fails.
import { refuse } from '../refusal.ts';
import { type Node, halted, nodesOf, runNodes } from './composite.ts';
import { mentioned } from './references.ts';
import { type Context, type RestRequest, type RestResponse, bodyObject } from './request.ts';

const MOST_GRAPHS = 75;
const MOST_NODES = 500;
const MOST_FAILED = 14;
const DEEPEST = 15;
const MOST_KINDS = 15;

interface Graph {
  readonly graphId: string;
  readonly nodes: readonly Node[];
}

export function graph(context: Context, request: RestRequest): RestResponse {
  const graphs = graphsOf(bodyObject(request)['graphs']);
  let failed = 0;
  const answers = graphs.map(({ graphId, nodes }) => {
    const problem = failed >= MOST_FAILED ? 'too many graphs of this call have failed' : problemOf(nodes);
    const { answers: compositeResponse, ok } =
      problem === undefined ? runNodes(context, nodes, true) : { answers: nodes.map((node) => halted(node, problem)), ok: false };
    if (!ok) failed += 1;
    return { graphId, graphResponse: { compositeResponse }, isSuccessful: ok };
  });
  return { status: 200, body: { graphs: answers } };
}

function graphsOf(given: unknown): Graph[] {
  if (!Array.isArray(given)) return refuse('JSON_PARSER_ERROR', 'graphs: a list of graphs is required');
  if (given.length > MOST_GRAPHS) refuse('LIMIT_EXCEEDED', `at most ${MOST_GRAPHS} graphs are allowed in a call`);
  const graphs = given.map((entry: unknown) => {
    const { graphId, compositeRequest } = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
    return { graphId: String(graphId), nodes: nodesOf(compositeRequest) };
  });
  const total = graphs.reduce((sum, { nodes }) => sum + nodes.length, 0);
  if (total > MOST_NODES) refuse('LIMIT_EXCEEDED', `at most ${MOST_NODES} nodes are allowed in a call`);
  return graphs;
}

const ROW_URL = /^\/services\/data\/v\d+\.0\/sobjects\/([^/?]+)/;

function problemOf(nodes: readonly Node[]): string | undefined {
  const foreign = nodes.find(({ url }) => !ROW_URL.test(url));
  if (foreign) return `only sobjects URLs are allowed in a graph: ${foreign.url}`;
  const kinds = new Set(nodes.map(({ method, url }) => `${method} ${ROW_URL.exec(url)?.[1]}`));
  if (kinds.size > MOST_KINDS) return `at most ${MOST_KINDS} kinds of nodes are allowed in a graph`;
  const depths = new Map<string, number>();
  for (const { referenceId, url, body } of nodes) {
    const above = [...mentioned(url), ...mentioned(body)].map((id) => depths.get(id) ?? 0);
    depths.set(referenceId, 1 + Math.max(0, ...above));
  }
  return [...depths.values()].some((depth) => depth > DEEPEST) ? `a graph is at most ${DEEPEST} levels deep` : undefined;
}
