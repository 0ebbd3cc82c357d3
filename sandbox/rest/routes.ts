// All resources below a version.
import * as bulkIngest from '../bulk2/ingest.ts';
import * as bulkQuery from '../bulk2/query.ts';
import { createAll, deleteAll, retrieveAll, updateAll, upsertAll } from './collections.ts';
import { batch, composite } from './composite.ts';
import { basicInfo, describeGlobal, describeObject } from './describe.ts';
import { getDeployment, postDeployment } from './deployments.ts';
import { graph } from './graph.ts';
import { query, queryMore } from './query.ts';
import { deleted, updated } from './replication.ts';
import { compositeResources, limits, resources, toolingResources } from './root.ts';
import { type Route, routerOf } from './router.ts';
import { destroyByKey, destroyRow, getByKey, getRow, patchRow, postRow, upsertByKey } from './rows.ts';
import { search } from './search.ts';
import { destroyTooling, getTooling, patchTooling, postTooling } from './tooling.ts';
import { tree } from './tree.ts';

const ROUTES: readonly Route[] = [
  { path: '', methods: { GET: resources } },
  { path: 'limits', methods: { GET: limits } },
  { path: 'query', methods: { GET: query } },
  { path: 'queryAll', methods: { GET: query } },
  { path: 'query/:locator', methods: { GET: queryMore } },
  { path: 'queryAll/:locator', methods: { GET: queryMore } },
  { path: 'search', methods: { GET: search } },

  { path: 'sobjects', methods: { GET: describeGlobal } },
  { path: 'sobjects/:object', methods: { GET: basicInfo, POST: postRow } },
  { path: 'sobjects/:object/describe', methods: { GET: describeObject } },
  { path: 'sobjects/:object/updated', methods: { GET: updated } },
  { path: 'sobjects/:object/deleted', methods: { GET: deleted } },
  { path: 'sobjects/:object/Id', methods: { POST: postRow } },
  { path: 'sobjects/:object/:id', methods: { GET: getRow, PATCH: patchRow, DELETE: destroyRow } },
  { path: 'sobjects/:object/:field/:value', methods: { GET: getByKey, PATCH: upsertByKey, DELETE: destroyByKey } },

  { path: 'composite', methods: { GET: compositeResources, POST: composite } },
  { path: 'composite/batch', methods: { POST: batch } },
  { path: 'composite/graph', methods: { POST: graph } },
  { path: 'composite/tree/:object', methods: { POST: tree } },
  { path: 'composite/sobjects', methods: { POST: createAll, PATCH: updateAll, DELETE: deleteAll } },
  { path: 'composite/sobjects/:object', methods: { GET: retrieveAll, POST: retrieveAll } },
  { path: 'composite/sobjects/:object/:field', methods: { PATCH: upsertAll } },

  { path: 'tooling', methods: { GET: toolingResources } },
  { path: 'tooling/query', methods: { GET: query } },
  { path: 'tooling/query/:locator', methods: { GET: queryMore } },
  { path: 'tooling/sobjects', methods: { GET: describeGlobal } },
  { path: 'tooling/sobjects/:object', methods: { GET: basicInfo, POST: postTooling } },
  { path: 'tooling/sobjects/:object/describe', methods: { GET: describeObject } },
  { path: 'tooling/sobjects/:object/:id', methods: { GET: getTooling, PATCH: patchTooling, DELETE: destroyTooling } },

  { path: 'metadata/deployRequest', methods: { POST: postDeployment } },
  { path: 'metadata/deployRequest/:id', methods: { GET: getDeployment } },

  { path: 'jobs/ingest', methods: { GET: bulkIngest.list, POST: bulkIngest.create } },
  { path: 'jobs/ingest/:id', methods: { GET: bulkIngest.info, PATCH: bulkIngest.change, DELETE: bulkIngest.remove } },
  { path: 'jobs/ingest/:id/batches', methods: { PUT: bulkIngest.upload } },
  { path: 'jobs/ingest/:id/:results', methods: { GET: bulkIngest.results } },
  { path: 'jobs/query', methods: { GET: bulkQuery.list, POST: bulkQuery.create } },
  { path: 'jobs/query/:id', methods: { GET: bulkQuery.info, PATCH: bulkQuery.change, DELETE: bulkQuery.remove } },
  { path: 'jobs/query/:id/results', methods: { GET: bulkQuery.results } },
];

export const route = routerOf(ROUTES);
