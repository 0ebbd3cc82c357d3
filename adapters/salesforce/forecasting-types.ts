// Quotas of forecasting: a row a month, a user, a territory. https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_forecastingquota.htm
import { linkTo } from '../../resources/core.ts';
import { firstPart, text, value } from './columns.ts';
import { whereIn } from './soql.ts';
import type { TypeRow } from './types.ts';

export const forecastingTypes: Readonly<Record<string, TypeRow>> = {
  ForecastingType: {
    facts: { createOnly: [], updateable: false, external: true },
    ask: (keys) => whereIn('SELECT Id, DeveloperName FROM ForecastingType WHERE', 'DeveloperName', keys),
    live: (row) => ({ key: text(row, 'DeveloperName'), fields: {} }),
  },
  ForecastingQuota: {
    facts: { createOnly: ['QuotaOwnerId', 'ForecastingTypeId', 'Territory2Id', 'StartDate'], updateable: true },
    ask: (keys) =>
      whereIn(
        'SELECT Id, QuotaAmount, StartDate, QuotaOwner.Username, ForecastingType.DeveloperName, Territory2.DeveloperName, Territory2.Territory2Model.DeveloperName, LastModifiedDate, LastModifiedBy.Username FROM ForecastingQuota WHERE',
        'Territory2.Territory2Model.DeveloperName',
        keys.map(firstPart),
      ),
    live: (row) => {
      const territory = `${text(row, 'Territory2', 'Territory2Model', 'DeveloperName')}/${text(row, 'Territory2', 'DeveloperName')}`;
      const username = text(row, 'QuotaOwner', 'Username').toLowerCase();
      const type = text(row, 'ForecastingType', 'DeveloperName');
      const start = text(row, 'StartDate');
      return {
        key: `${territory}/${username}/${type}/${start}`,
        fields: {
          QuotaOwnerId: linkTo('User', username),
          ForecastingTypeId: linkTo('ForecastingType', type),
          Territory2Id: linkTo('Territory2', territory),
          StartDate: start,
          QuotaAmount: value(row, 'QuotaAmount'),
        },
      };
    },
  },
};
