// Every refusal as RFC 9457 problem+json: what, the field where there is one, and the id under which the log knows the request.
import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Problem } from '../../resources/core.ts';
import { problemOf } from '../../controller/problems.ts';
import type { Log } from '../../ports/log.ts';
import { publicProblem } from '../cli/terminal.ts';
import { type Found, issueWords } from './issue-words.ts';

/** A field of the request and what is wrong with it; `pointer` is RFC 6901. */
export interface FieldError {
  readonly path: string;
  readonly pointer: string;
  readonly message: string;
}

interface ProblemParts {
  /** Stable, kebab-case: what programs branch on. */
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  readonly problems?: readonly Problem[];
}

/** Thrown by a handler to end its request. */
export class RequestRefused extends Error {
  readonly status: number;
  readonly parts: ProblemParts;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, parts: ProblemParts, headers: Readonly<Record<string, string>> = {}) {
    super(parts.detail);
    this.name = 'RequestRefused';
    this.status = status;
    this.parts = parts;
    this.headers = headers;
  }
}

export function refuse(status: number, code: string, detail: string, headers?: Readonly<Record<string, string>>): never {
  throw new RequestRefused(status, { code, detail }, headers);
}

/** The first problem speaks for all; the others follow. */
export function refuseBy(status: number, problems: readonly Problem[], headers?: Readonly<Record<string, string>>): never {
  const first = problems.find(({ severity }) => severity === 'error') ?? problems[0];
  const detail = first === undefined ? 'Refused.' : sentence(first);
  throw new RequestRefused(status, { code: first?.code ?? 'refused', detail, problems }, headers);
}

function sentence({ message, hint }: Problem): string {
  return hint === undefined ? message : `${message} ${hint}`;
}

export const problemShape = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().describe('Stable; what programs branch on.'),
    request: z.string().describe('The id under which the log knows the request.'),
    errors: z.array(z.object({ path: z.string(), pointer: z.string(), message: z.string() })).optional(),
    problems: z.array(z.unknown()).optional(),
  })
  .describe('RFC 9457 problem details');

/** How an answer that is no success looks, for the OpenAPI document. */
export const problemResponse = {
  description: 'What went wrong, as RFC 9457 problem details.',
  content: { 'application/problem+json': { schema: problemShape } },
};

export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  { problems, ...parts }: ProblemParts,
): FastifyReply {
  return reply
    .code(status)
    .type('application/problem+json')
    .send({
      type: 'about:blank',
      title: STATUS_CODES[status] ?? 'Error',
      status,
      ...parts,
      request: request.id,
      ...(problems !== undefined && { problems: problems.map(publicProblem) }),
    });
}

/** Words for what the framework refuses by itself. */
const WORDS: Readonly<Record<number, readonly [code: string, detail: string]>> = {
  400: ['bad-request', 'The request cannot be read.'],
  413: ['too-large', 'The body is larger than this path takes.'],
  414: ['too-long', 'The address is too long.'],
  415: ['not-json', 'The body has to be JSON: Content-Type: application/json.'],
  503: ['busy', 'The answer took too long, or the controller is stopping. Try again.'],
};

export function errorHandler(log: Log) {
  return (error: FastifyError | RequestRefused | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (error instanceof RequestRefused) return sendProblem(request, reply.headers({ ...error.headers }), error.status, error.parts);
    if (hasZodFastifySchemaValidationErrors(error)) return sendProblem(request, reply, 400, invalid(error));
    const org = problemOf(error);
    if (org !== undefined)
      return sendProblem(request, reply.header('retry-after', '30'), 503, { code: org.code, detail: sentence(org), problems: [org] });
    const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
    const words = WORDS[status];
    if (words !== undefined) {
      const [code, detail] = words;
      return sendProblem(request, reply, status, { code, detail: `${detail}${status === 400 ? ` ${error.message}` : ''}` });
    }
    if (status >= 400 && status < 500) return sendProblem(request, reply, status, { code: 'refused', detail: error.message });
    log.error(
      {
        event: 'http-fault',
        request: request.id,
        method: request.method,
        route: request.routeOptions.url,
        error: error.stack ?? String(error),
      },
      'a request failed',
    );
    return sendProblem(request, reply, 500, {
      code: 'internal',
      detail: 'This is a fault of loopctl. The log says more under the id of the request.',
    });
  };
}

interface Invalid {
  readonly validation: readonly (Found & { readonly instancePath: string })[];
  readonly validationContext?: string | undefined;
}

const PARTS: Readonly<Record<string, string>> = { params: 'address', querystring: 'query' };

function invalid({ validation, validationContext: where = 'body' }: Invalid): ProblemParts {
  const errors = validation.map(({ instancePath, ...found }) => {
    const pointer = instancePath === '/' ? '' : instancePath;
    return { path: pointer.slice(1).replaceAll('/', '.'), pointer, message: issueWords(found) };
  });
  const part = PARTS[where] ?? where;
  const told = errors.map(({ path, message }) => `${path === '' ? part : path}: ${message}`);
  return { code: 'invalid', detail: `The ${part} cannot be read. ${told.join('. ')}.`, errors };
}
