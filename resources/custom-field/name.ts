import type { NameRule } from '../kind.ts';

export const FIELD_NAME: NameRule = {
  pattern: /^[A-Za-z][A-Za-z0-9_]*\.[A-Za-z](?:_?[A-Za-z0-9])*__c$/,
  text: 'the object and the API name, as Salesforce has them: Lead.Score__c',
};
