import { type Importing, type KindImport, said, textOf } from '../importing.ts';
import { DEVELOPER_NAME } from '../naming.ts';
import { MODEL_FILE } from '../territory-model/imported.ts';
import type { Declaration } from '../write.ts';

export const typeImport: KindImport = { types: ['Territory2Type'], needs: [], read };

function* read(importing: Importing): Generator<Declaration> {
  for (const { address, fields } of importing.of('Territory2Type')) {
    if (importing.isDeclared(address)) continue;
    const { key: name } = address;
    const { Priority: priority } = fields;
    if (!DEVELOPER_NAME.pattern.test(name) || typeof priority !== 'number') {
      importing.leaveOut(address, 'bad-name', `its name is none that a TerritoryType may have: ${DEVELOPER_NAME.text}`);
      continue;
    }
    yield {
      kind: 'TerritoryType',
      name,
      file: MODEL_FILE,
      spec: { label: textOf(fields, 'MasterLabel'), priority, ...said(fields, 'Description') },
    };
  }
}
