// The Metadata API over SOAP: custom fields written one by one or deployed in a zip, types described and listed.
import type { Org } from '../org.ts';
import { Refusal } from '../refusal.ts';
import { deploy, deployResult } from '../metadata/deploy.ts';
import { type Written, putField, removeField } from '../metadata/fields.ts';
import { type Element, elements, jsonOf } from '../metadata/xml.ts';
import type { Work } from '../rows/work.ts';
import type { ObjectType } from '../schema/object.ts';
import { type SoapCall, type Xml, textOf } from './envelope.ts';

const CUSTOM_OBJECT = {
  directoryName: 'objects',
  inFolder: false,
  metaFile: false,
  suffix: 'object',
  xmlName: 'CustomObject',
  childXmlNames: ['CustomField'],
};

/** The result of the operation; nothing where it is not served. */
export function metadataResult(work: Work, call: SoapCall): Xml | undefined {
  const { arguments: given } = call;
  switch (call.operation) {
    case 'describeMetadata':
      return { metadataObjects: [CUSTOM_OBJECT], organizationNamespace: '', partialSaveAllowed: false, testRequired: false };
    case 'listMetadata':
      return listed(work.org, elements(given['queries']));
    case 'createMetadata':
    case 'updateMetadata':
    case 'upsertMetadata':
      return elements(given['metadata']).map((field) =>
        written(textOf(field['fullName']) ?? '', () => putField(work, textOf(field['fullName']) ?? '', jsonOf(field))),
      );
    case 'deleteMetadata':
      return [given['fullNames']]
        .flat()
        .map((name) => written(textOf(name) ?? '', () => ({ id: removeField(work, textOf(name) ?? ''), created: false })));
    case 'deploy':
      return deployed(work, given);
    case 'checkDeployStatus':
      return deployResult(work, textOf(given['asyncProcessId']) ?? '') as unknown as Xml;
    default:
      return undefined;
  }
}

function deployed(work: Work, given: Element): Xml {
  const options = elements(given['DeployOptions'])[0] ?? {};
  const zip = Buffer.from(textOf(given['ZipFile']) ?? '', 'base64');
  const { id } = deploy(work, zip, {
    checkOnly: textOf(options['checkOnly']) === 'true',
    rollbackOnError: textOf(options['rollbackOnError']) !== 'false',
  });
  return { id, done: false, state: 'Queued' };
}

function written(fullName: string, write: () => Written): Xml {
  try {
    const { created } = write();
    return { fullName, success: true, created };
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    return { errors: cause.troubles.map(({ code, message }) => ({ message, statusCode: code })), fullName, success: false };
  }
}

function listed(org: Org, queries: readonly Element[]): Xml {
  return queries.flatMap((query) => {
    const type = textOf(query['type']);
    if (type === 'CustomObject') return org.schema.objects.filter(({ api, createable }) => api === 'data' && createable).map(objectListed);
    return type === 'CustomField' ? fieldsListed(org) : [];
  });
}

/** Standard objects are as old as time. */
function objectListed({ name }: ObjectType): Xml {
  const [at, by] = [new Date(0).toISOString(), ''];
  const made = { createdById: by, createdByName: by, createdDate: at, lastModifiedById: by, lastModifiedByName: by, lastModifiedDate: at };
  return { ...made, fileName: `objects/${name}.object`, fullName: name, id: '', type: 'CustomObject' };
}

function fieldsListed(org: Org): Xml[] {
  const rows = org.store.all(
    `SELECT f.*, c."Name" AS creator, m."Name" AS changer FROM "CustomField" f
     JOIN "User" c ON c."Id" = f."CreatedById" JOIN "User" m ON m."Id" = f."LastModifiedById" ORDER BY f."FullName"`,
  );
  return rows.map((row) => ({
    createdById: String(row['CreatedById']),
    createdByName: String(row['creator']),
    createdDate: new Date(Number(row['CreatedDate'])).toISOString(),
    fileName: `objects/${String(row['TableEnumOrId'])}.object`,
    fullName: String(row['FullName']),
    id: String(row['Id']),
    lastModifiedById: String(row['LastModifiedById']),
    lastModifiedByName: String(row['changer']),
    lastModifiedDate: new Date(Number(row['LastModifiedDate'])).toISOString(),
    manageableState: 'unmanaged',
    type: 'CustomField',
  }));
}
