// Quotas: always for a whole month or quarter, by amount or by quantity.
import { refuseRow } from '../../refusal.ts';
import type { ObjectRules } from '../work.ts';
import { requireLivingModel } from './models.ts';

const quota: ObjectRules = {
  before(work, { row, old }) {
    const amount = row['QuotaAmount'] !== null;
    if (amount === (row['QuotaQuantity'] !== null)) {
      refuseRow('FIELD_INTEGRITY_EXCEPTION', 'a quota has either QuotaAmount or QuotaQuantity', ['QuotaAmount', 'QuotaQuantity']);
    }
    row['IsAmount'] = amount ? 1 : 0;
    row['IsQuantity'] = amount ? 0 : 1;
    if (old) return;
    row['StartDate'] = `${String(row['StartDate']).slice(0, 7)}-01`;
    row['PeriodId'] =
      (work.org.store.one('SELECT "Id" FROM "Period" WHERE "Type" = \'Month\' AND "StartDate" = ?', row['StartDate'])?.['Id'] as
        | string
        | undefined) ?? null;
    const territory = row['Territory2Id'];
    if (typeof territory === 'string') requireLivingModel(work, work.rows.read('Territory2', territory)?.['Territory2ModelId']);
  },
};

export const forecastingRules: Readonly<Record<string, ObjectRules>> = { ForecastingQuota: quota };
