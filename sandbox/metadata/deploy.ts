// Deployments of custom fields: a zip with `objects/Lead.object` in it. Whatever else is in the zip fails, and says that it is not served.
import { Refusal, refuse } from '../refusal.ts';
import { reloadField } from '../rest/fields.ts';
import type { Work } from '../rows/work.ts';
import { plainText } from '../text.ts';
import { putField } from './fields.ts';
import { type Element, elements, jsonOf, readXml } from './xml.ts';
import { readZip } from './zip.ts';

export interface DeployOptions {
  readonly checkOnly: boolean;
  readonly rollbackOnError: boolean;
}

interface Message {
  readonly componentType: string;
  readonly fullName: string;
  readonly fileName: string;
  readonly success: boolean;
  readonly created: boolean;
  readonly changed: boolean;
  readonly deleted: boolean;
  readonly createdDate: string;
  readonly id?: string;
  readonly problem?: string;
  readonly problemType?: 'Error';
}

export type DeployResult = Readonly<Record<string, unknown>> & { readonly id: string };

class RolledBack extends Error {}

/** Deploys at once and keeps the result, which clients then ask for by its id. */
export function deploy(work: Work, zip: Buffer, options: DeployOptions): DeployResult {
  const files = readZip(zip) ?? refuse('INVALID_DEPLOY_ZIP', 'the deployment is no zip archive');
  const root = [...files.keys()].find((path) => /(?:^|\/)package\.xml$/.test(path))?.replace(/package\.xml$/, '');
  if (root === undefined) return refuse('INVALID_DEPLOY_ZIP', 'No package.xml found');
  const messages: Message[] = [];
  const touched: string[] = [];
  try {
    work.org.store.atomically(() => {
      for (const [path, content] of files) {
        if (path === `${root}package.xml`) continue;
        messages.push(...deployFile(work, path, path.slice(root.length), content.toString('utf8'), touched));
      }
      if (options.checkOnly || (options.rollbackOnError && messages.some(({ success }) => !success))) throw new RolledBack();
    });
  } catch (cause) {
    if (!(cause instanceof RolledBack)) throw cause;
    for (const fullName of touched) reloadField(work.org, fullName);
  }
  return keep(work, resultOf(work, messages, options));
}

function deployFile(work: Work, fileName: string, path: string, text: string, touched: string[]): Message[] {
  const object = /^objects\/(\w+)\.object$/.exec(path)?.[1];
  if (object === undefined)
    return [
      failure(
        work,
        fileName,
        path,
        componentOf(path),
        `${componentOf(path)} is not served by this double of Salesforce: custom fields are`,
      ),
    ];
  const root = readXml(text, 'CustomObject');
  if (!root) return [failure(work, fileName, object, 'CustomObject', 'the file is no XML with a CustomObject in it')];
  const others = Object.keys(root).filter((name) => name !== 'fields' && !name.startsWith('?') && typeof root[name] === 'object');
  return [
    ...elements(root['fields']).map((field) => deployField(work, fileName, object, field, touched)),
    ...others.map((name) =>
      failure(work, fileName, `${object}.${name}`, name, `${name} of an object are not served by this double of Salesforce: fields are`),
    ),
  ];
}

function deployField(work: Work, fileName: string, object: string, field: Element, touched: string[]): Message {
  const fullName = `${object}.${plainText(field['fullName'])}`;
  try {
    const { id, created } = putField(work, fullName, jsonOf(field));
    touched.push(fullName);
    return { ...message(work, fileName, fullName, 'CustomField'), success: true, created, changed: !created, id };
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    return failure(work, fileName, fullName, 'CustomField', cause.troubles.map((trouble) => trouble.message).join('; '));
  }
}

function failure(work: Work, fileName: string, fullName: string, componentType: string, problem: string): Message {
  return { ...message(work, fileName, fullName, componentType), problem, problemType: 'Error' };
}

function message(work: Work, fileName: string, fullName: string, componentType: string): Message {
  return {
    componentType,
    fullName,
    fileName,
    success: false,
    created: false,
    changed: false,
    deleted: false,
    createdDate: new Date(work.now).toISOString(),
  };
}

function componentOf(path: string): string {
  return path.split('/')[0] ?? path;
}

function resultOf(work: Work, messages: readonly Message[], options: DeployOptions): DeployResult {
  const failed = messages.filter(({ success }) => !success);
  const at = new Date(work.now).toISOString();
  const success = failed.length === 0;
  return {
    id: work.org.nextId('0Af'),
    ...options,
    done: true,
    success,
    status: success ? 'Succeeded' : options.rollbackOnError ? 'Failed' : 'SucceededPartial',
    ignoreWarnings: false,
    runTestsEnabled: false,
    numberComponentErrors: failed.length,
    numberComponentsDeployed: messages.length - failed.length,
    numberComponentsTotal: messages.length,
    numberTestErrors: 0,
    numberTestsCompleted: 0,
    numberTestsTotal: 0,
    createdBy: work.caller.userId,
    createdByName: work.caller.username,
    createdDate: at,
    startDate: at,
    completedDate: at,
    lastModifiedDate: at,
    details: {
      componentFailures: failed,
      componentSuccesses: messages.filter(({ success: done }) => done),
      runTestResult: { numFailures: 0, numTestsRun: 0, totalTime: 0 },
    },
  };
}

function keep(work: Work, result: DeployResult): DeployResult {
  work.org.store.setNote(`deploy/${result.id}`, JSON.stringify(result));
  return result;
}

export function deployResult(work: Work, id: string): DeployResult {
  const kept = work.org.store.note(`deploy/${id}`);
  return kept === undefined ? refuse('INVALID_CROSS_REFERENCE_KEY', `no deployment with id ${id}`) : (JSON.parse(kept) as DeployResult);
}
