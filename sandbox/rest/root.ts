// The resource map of a version, and the limits of the org.
import { refuse } from '../refusal.ts';
import { type Context, type RestResponse, basePath } from './request.ts';

const RESOURCES = ['tooling', 'query', 'queryAll', 'search', 'sobjects', 'limits', 'composite', 'jobs'];

export function resources(context: Context): RestResponse {
  const base = basePath(context);
  const map = Object.fromEntries(RESOURCES.map((name) => [name, `${base}/${name}`]));
  return { status: 200, body: { ...map, identity: `${context.origin}/id/${context.org.organizationId}/${context.caller.userId}` } };
}

export function compositeResources(context: Context): RestResponse {
  const base = `${basePath(context)}/composite`;
  return { status: 200, body: { tree: `${base}/tree`, batch: `${base}/batch`, sobjects: `${base}/sobjects`, graph: `${base}/graph` } };
}

export function toolingResources(context: Context): RestResponse {
  const base = `${basePath(context)}/tooling`;
  return { status: 200, body: { query: `${base}/query`, sobjects: `${base}/sobjects` } };
}

export function limits(context: Context): RestResponse {
  if (!context.caller.permissions.has('ViewSetup'))
    refuse('INSUFFICIENT_ACCESS', 'View Setup and Configuration is needed to read the limits of the org');
  const { used, limit } = context.usage();
  const other = (Max: number) => ({ Max, Remaining: Max });
  return {
    status: 200,
    body: {
      DailyApiRequests: { Max: limit, Remaining: Math.max(0, limit - used) },
      DailyBulkV2QueryJobs: other(10_000),
      DailyBulkApiBatches: other(15_000),
      ConcurrentAsyncGetReportInstances: other(200),
      DataStorageMB: other(1024),
      FileStorageMB: other(1024),
      HourlyODataCallout: other(1000),
      SingleEmail: other(5000),
    },
  };
}
