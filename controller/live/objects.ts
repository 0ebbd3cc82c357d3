// Which object a record is of, by how its id begins. Facts: Salesforce's key prefixes of standard objects.

const OBJECTS: Readonly<Record<string, string>> = {
  '00Q': 'Lead',
  '003': 'Contact',
  '001': 'Account',
  '006': 'Opportunity',
  '500': 'Case',
};

/** Nothing of an object that no loop looks at. */
export function objectOf(id: unknown): string | undefined {
  return typeof id === 'string' ? OBJECTS[id.slice(0, 3)] : undefined;
}
