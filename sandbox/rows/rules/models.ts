// The life of a territory model: Planning → Activating → Active → Archiving → Archived, deletion from either end. Each change of state
// that the org makes by itself is written down with its due time when it begins, so that it goes on after a restart.
import type { Org } from '../../org.ts';
import { Refusal, refuseRow } from '../../refusal.ts';
import type { Row } from '../../schema/field.ts';
import type { ModelState } from '../../schema/territory.ts';
import { type ObjectRules, type Work, isChanged } from '../work.ts';
import { checkDeveloperName } from './names.ts';

const model: ObjectRules = {
  before(work, change) {
    const { row, old } = change;
    checkDeveloperName(row['DeveloperName']);
    if (!old) return;
    if (old['State'] === 'Archived' || old['State'] === 'Deleting') refuseState(`a model that is ${old['State']} can not be changed`);
    if (isChanged(change, 'State')) row['State'] = begin(work, row, old['State'] as ModelState, row['State'] as ModelState);
  },
  deleteInstead(work, row) {
    if (!['Planning', 'Archived', 'ActivationFailed', 'DeletionFailed'].includes(String(row['State']))) {
      refuseState(`a model that is ${String(row['State'])} can not be deleted`);
    }
    work.rows.patch(work, 'Territory2Model', String(row['Id']), { State: 'Deleting' }, 'user');
    schedule(work, String(row['Id']), 'Deleted');
    return true;
  },
};

/** The state that the model is in while the org works on what was asked for. */
function begin(work: Work, row: Row, from: ModelState, to: ModelState): ModelState {
  if (to === 'Active' && (from === 'Planning' || from === 'ActivationFailed')) {
    const other = work.org.store.one(
      `SELECT "Name" FROM "Territory2Model" WHERE "State" IN ('Active', 'Activating', 'Archiving') AND "Id" <> ?`,
      row['Id'] ?? null,
    );
    if (other) refuseState(`only one model can be active: ${String(other['Name'])} is`);
    schedule(work, String(row['Id']), work.org.settings.activation.outcome);
    return 'Activating';
  }
  if (to === 'Archived' && (from === 'Active' || from === 'ArchivingFailed')) {
    schedule(work, String(row['Id']), 'Archived');
    return 'Archiving';
  }
  return refuseState(`a model that is ${from} can not become ${to}`);
}

function refuseState(message: string): never {
  return refuseRow('FIELD_INTEGRITY_EXCEPTION', `State: ${message}`, ['State']);
}

type Outcome = 'Active' | 'ActivationFailed' | 'Archived' | 'Deleted';

function schedule(work: Work, id: string, outcome: Outcome): void {
  work.org.store.run(
    'INSERT OR REPLACE INTO "_transition" VALUES (?, ?, ?)',
    id,
    outcome,
    work.org.clock.now() + work.org.settings.activation.delayMs,
  );
}

/** Whether anything is due: asked before every request, so that states are what their times say. */
export function hasDue(org: Org): boolean {
  return org.store.one('SELECT 1 AS yes FROM "_transition" WHERE due <= ? LIMIT 1', org.clock.now()) !== undefined;
}

export function settle(work: Work): void {
  const due = work.org.store.all('SELECT * FROM "_transition" WHERE due <= ? ORDER BY due', work.org.clock.now());
  for (const { model: id, outcome, due: at } of due) {
    finish(work, String(id), outcome as Outcome, Number(at));
    work.org.store.run('DELETE FROM "_transition" WHERE model = ?', String(id));
  }
}

function finish(work: Work, id: string, outcome: Outcome, due: number): void {
  const at = Math.floor(due / 1000) * 1000;
  const patch = (cells: Row) => work.rows.patch(work, 'Territory2Model', id, cells, 'system');
  switch (outcome) {
    case 'Active':
      return patch({ State: 'Active', ActivatedDate: at });
    case 'ActivationFailed':
      return patch({ State: 'ActivationFailed' });
    case 'Archived':
      removeOfModel(work, id, ['ForecastingQuota']);
      return patch({ State: 'Archived', DeactivatedDate: at });
    case 'Deleted':
      return removeModel(work, id);
  }
}

const BELOW_TERRITORY = [
  'ForecastingQuota',
  'UserTerritory2Association',
  'ObjectTerritory2Association',
  'RuleTerritory2Association',
  'Territory2ObjectExclusion',
];

function removeModel(work: Work, id: string): void {
  removeOfModel(work, id, BELOW_TERRITORY);
  const { store } = work.org;
  const territories = 'SELECT "Id" FROM "Territory2" WHERE "Territory2ModelId" = ?';
  for (const { Id } of store.all(`SELECT "Id" FROM "Opportunity" WHERE "Territory2Id" IN (${territories})`, id))
    work.rows.patch(work, 'Opportunity', String(Id), { Territory2Id: null }, 'system');
  store.run('UPDATE "Territory2" SET "ParentTerritory2Id" = NULL WHERE "Territory2ModelId" = ?', id);
  for (const row of store.all('SELECT * FROM "Territory2" WHERE "Territory2ModelId" = ?', id))
    work.rows.remove(work, 'Territory2', row as Row);
  for (const row of store.all('SELECT * FROM "ObjectTerritory2AssignmentRule" WHERE "Territory2ModelId" = ?', id)) {
    work.rows.remove(work, 'ObjectTerritory2AssignmentRule', row as Row);
  }
  store.run('DELETE FROM "Territory2Model" WHERE "Id" = ?', id);
  store.run('INSERT INTO "_deletion" VALUES (?, ?, ?)', 'Territory2Model', id, work.now);
}

function removeOfModel(work: Work, id: string, objects: readonly string[]): void {
  for (const object of objects) {
    const rows = work.org.store.all(
      `SELECT * FROM "${object}" WHERE "Territory2Id" IN (SELECT "Id" FROM "Territory2" WHERE "Territory2ModelId" = ?)`,
      id,
    );
    for (const row of rows) work.rows.remove(work, object, row as Row);
  }
}

const CLOSED_STATES = new Set(['Archiving', 'Archived', 'Deleting', 'DeletionFailed']);

/** Territories and assignments change only while their model lives. */
export function requireLivingModel(work: Work, modelId: unknown): void {
  const state = work.rows.read('Territory2Model', String(modelId))?.['State'];
  if (!CLOSED_STATES.has(String(state))) return;
  throw new Refusal([{ code: 'INVALID_OPERATION', message: `the territory model is ${String(state)}`, fields: ['Territory2ModelId'] }]);
}

export const territoryModelRules: Readonly<Record<string, ObjectRules>> = { Territory2Model: model };
