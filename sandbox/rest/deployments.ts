// Deployments over REST: a zip and its options in one multipart body, then the result by its id.
import { deploy, deployResult } from '../metadata/deploy.ts';
import { normalizeId } from '../ids.ts';
import { refuse } from '../refusal.ts';
import { beginWork } from '../rows/begin.ts';
import { type Context, type RestRequest, type RestResponse, basePath } from './request.ts';

export function postDeployment(context: Context, request: RestRequest): RestResponse {
  const parts =
    request.body instanceof Map
      ? (request.body as ReadonlyMap<string, Buffer>)
      : refuse('UNSUPPORTED_MEDIA_TYPE', 'a deployment is multipart/form-data');
  const zip = parts.get('file') ?? refuse('JSON_PARSER_ERROR', 'the part "file" with the zip is missing');
  const options = optionsOf([...parts].find(([name]) => name !== 'file')?.[1]);
  const { id } = deploy(beginWork(context.org, context.caller), zip, options);
  return {
    status: 201,
    body: {
      id,
      deployResult: { id, status: 'Pending', done: false, success: false },
      deployOptions: options,
      url: `${basePath(context)}/metadata/deployRequest/${id}`,
    },
  };
}

export function getDeployment(context: Context, request: RestRequest, params: Readonly<Record<string, string>>): RestResponse {
  const { details, ...result } = deployResult(beginWork(context.org, context.caller), normalizeId(params['id'] ?? '') ?? '');
  const whole = request.query.get('includeDetails') === 'true' ? { ...result, details } : result;
  return { status: 200, body: { id: result['id'], deployResult: whole } };
}

function optionsOf(part: Buffer | undefined): { checkOnly: boolean; rollbackOnError: boolean } {
  try {
    const { deployOptions } = JSON.parse(part?.toString('utf8') ?? '{}') as { deployOptions?: Record<string, unknown> };
    return { checkOnly: deployOptions?.['checkOnly'] === true, rollbackOnError: deployOptions?.['rollbackOnError'] !== false };
  } catch {
    return refuse('JSON_PARSER_ERROR', 'the options of the deployment are no JSON');
  }
}
