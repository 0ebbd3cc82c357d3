// Whether a call would change rows, and how many rows it is about: what the log of calls tells, and what faults are matched by.
import type { HttpRequest } from './message.ts';

export interface Nature {
  readonly mutating: boolean;
  readonly records?: number;
}

const READ: Nature = { mutating: false };

export function natureOf(request: HttpRequest): Nature {
  const method = request.query.get('_HttpMethod') ?? request.method;
  const below = /^\/services\/data\/v\d+\.0\/(.*)$/.exec(request.path)?.[1];
  if (below === undefined) return soapNature(request);
  if (method === 'GET' || method === 'HEAD') return READ;
  return restNature(method, below, request.query, () => parsed(request.body));
}

function restNature(method: string, below: string, query: URLSearchParams, body: () => Record<string, unknown>): Nature {
  if (below.startsWith('jobs/')) return { mutating: method === 'PATCH' && body()['state'] === 'UploadComplete' };
  if (/^composite\/sobjects\/\w+$/.test(below) && method === 'POST') return READ;
  if (below === 'composite') return together(nodes(body()['compositeRequest']));
  if (below === 'composite/batch') return together(nodes(body()['batchRequests']));
  if (below === 'composite/graph')
    return together(list(body()['graphs']).flatMap((graph) => nodes((graph as Record<string, unknown>)['compositeRequest'])));
  if (below.startsWith('composite/sobjects') && method === 'DELETE')
    return { mutating: true, records: (query.get('ids') ?? '').split(',').length };
  if (/^composite\/(?:sobjects|tree)/.test(below)) return { mutating: true, records: list(body()['records']).length };
  return { mutating: true, records: 1 };
}

/** A call of several is mutating if any of them is. */
function together(parts: readonly Nature[]): Nature {
  const mutating = parts.some((part) => part.mutating);
  return mutating ? { mutating, records: parts.reduce((sum, part) => sum + (part.mutating ? (part.records ?? 0) : 0), 0) } : READ;
}

function nodes(given: unknown): Nature[] {
  return list(given).map((entry) => {
    const { method, url, body, richInput } = entry as Record<string, unknown>;
    const [path = '', search = ''] = String(url).split('?');
    const inner = (body ?? richInput ?? {}) as Record<string, unknown>;
    const upper = String(method).toUpperCase();
    return upper === 'GET' || upper === 'HEAD'
      ? READ
      : restNature(upper, path.replace(/^\/*(?:services\/data\/)?v\d+\.0\//, ''), new URLSearchParams(search), () => inner);
  });
}

/** SOAP calls that write: conversion of leads, and what changes metadata. */
function soapNature(request: HttpRequest): Nature {
  if (!request.path.startsWith('/services/Soap/')) return READ;
  const text = request.body.toString('utf8');
  const leads = text.match(/<(?:\w+:)?leadConverts[\s>]/g)?.length ?? 0;
  if (leads > 0) return { mutating: true, records: leads };
  return { mutating: /<(?:\w+:)?(?:deploy|(?:create|update|upsert|delete)Metadata)[\s>]/.test(text) };
}

function list(given: unknown): object[] {
  return Array.isArray(given) ? given.filter((entry) => typeof entry === 'object' && entry !== null) : [];
}

function parsed(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
