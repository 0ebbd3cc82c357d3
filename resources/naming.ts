// Names: what each sort of name looks like, and what the CRM makes of it.
import type { NameRule } from './kind.ts';
import type { Report } from './report.ts';
import type { Resource } from './resource.ts';

export const KEBAB: NameRule = { pattern: /^[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*$/, text: 'letters and digits, joined by - or _' };
export const PATH: NameRule = {
  pattern: /^[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*(?:\/[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*)*$/,
  text: 'a path of letters and digits, joined by - inside a step and by / between steps: ams/west/norcal',
};
/** What Salesforce takes as a DeveloperName. */
export const DEVELOPER_NAME: NameRule = {
  pattern: /^[A-Za-z](?:_?[A-Za-z0-9])*$/,
  text: 'letters, digits and single underscores, beginning with a letter, as Salesforce wants it: FY27',
};

/** The DeveloperName of a name: every run of other characters becomes one underscore. */
export function developerName(name: string): string {
  return name.replace(/[^A-Za-z0-9_]+/g, '_');
}

/** No two resources become one record, and each name is one that Salesforce takes. */
export function checkDeveloperNames(resources: readonly Resource[], longest: number, report: Report): void {
  const path = ['metadata', 'name'];
  const first = new Map<string, Resource>();
  for (const resource of resources) {
    const { name } = resource.ref;
    const made = developerName(name);
    const other = first.get(made.toLowerCase());
    if (other === undefined) first.set(made.toLowerCase(), resource);
    else
      report.error(resource, {
        path,
        code: 'same-developer-name',
        message: `${name} and ${other.ref.name} would both be ${made} in Salesforce`,
        hint: 'Rename one of them.',
      });
    if (/^\d/.test(made)) {
      report.error(resource, {
        path,
        code: 'bad-developer-name',
        message: `${name} begins with a digit, and a DeveloperName may not`,
        hint: `Put a word in front: t-${name}.`,
      });
    }
    if (made.length > longest) {
      report.error(resource, {
        path,
        code: 'bad-developer-name',
        message: `${name} is ${made.length} characters long; Salesforce takes ${longest}`,
        hint: 'Shorten the name; the label may be longer.',
      });
    }
  }
}
