// A table as a provider: what spreadsheets write, what is wrong in it, and that a change of the file counts at once.
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { csvTable } from '../../adapters/enrichment-csv/csv.ts';
import { registrableDomain } from '../../engines/matching/domains.ts';
import { normalName } from '../../engines/matching/names.ts';
import type { Query } from '../../resources/enrichment-policy/found.ts';

const keys = { domain: registrableDomain, name: (text: string) => normalName(text) };
const by = (domain: string): Query => ({ about: 'company', domain });

function table(text: string | Buffer, columns: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'loopctl-table-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'companies.csv');
  writeFileSync(path, text);
  const told: string[] = [];
  const provider = csvTable({ name: 'q/companies.csv', locate: async () => path, columns, keys, tell: (message) => told.push(message) });
  const ask = (query: Query) => provider.lookup(query, AbortSignal.timeout(5_000));
  return { path, told, ask, revision: () => provider.revision?.() };
}

describe('a table', () => {
  test('with a byte order mark, quotes, line breaks in cells and lines that end as on Windows', async () => {
    const { ask, told } = table(
      '\uFEFFdomain,company,industry,employee_count,technologies,note\r\nwww.acme.com,"Acme, ""The"" Inc.",Tools,"1,200",k8s; salesforce ;,"two\nlines"\r\nother.com,Other,,n/a,,\r\n',
    );
    expect(await ask(by('acme.com'))).toEqual({
      kind: 'found',
      candidates: [
        {
          id: expect.stringMatching(/^[0-9a-f]{12}$/),
          label: 'Acme, "The" Inc., www.acme.com',
          name: 'Acme, "The" Inc.',
          domains: ['www.acme.com'],
          values: {
            domain: 'www.acme.com',
            company: 'Acme, "The" Inc.',
            industry: 'Tools',
            employee_count: 1200,
            technologies: ['k8s', 'salesforce'],
            note: 'two\nlines',
          },
        },
      ],
    });
    // A cell that is empty, and a number that is none, are not known.
    expect(await ask(by('other.com'))).toMatchObject({ candidates: [{ values: { domain: 'other.com', company: 'Other' } }] });
    expect(await ask(by('nobody.com'))).toEqual({ kind: 'none' });
    expect(told).toEqual([]);
  });

  test('finds by name without its legal form, by mail address and by profile', async () => {
    const { ask } = table('company,email,linkedin,industry\nAcme GmbH,Ann@Acme.com,https://www.linkedin.com/company/Acme/,Tools\n');
    const found = { kind: 'found', candidates: [expect.objectContaining({ name: 'Acme GmbH' })] };
    expect(await ask({ about: 'company', company: 'ACME', country: 'DE' })).toEqual(found);
    expect(await ask({ about: 'person', email: 'ann@acme.com' })).toEqual(found);
    expect(await ask({ about: 'company', linkedin: 'linkedin.com/company/acme' })).toEqual(found);
  });

  test('may call its columns otherwise, and keeps codes that look like numbers', async () => {
    const { ask } = table('Website,Firma,Branche,PLZ\nacme.de,Acme,Werkzeug,01067\n', {
      domain: 'Website',
      company: 'Firma',
      industry: 'Branche',
      billing_postal: 'PLZ',
    });
    expect(await ask(by('acme.de'))).toMatchObject({ candidates: [{ values: { industry: 'Werkzeug', billing_postal: '01067' } }] });
  });

  test('has each company once; two that differ are two, and nobody chooses here', async () => {
    const { ask } = table('domain,industry\nacme.com,Tools\nacme.com,Tools\nshop.acme.com,Shops\n');
    const found = await ask(by('acme.com'));
    expect(found.kind === 'found' && found.candidates.map(({ values }) => values['industry'])).toEqual(['Tools', 'Shops']);
  });

  test('tells of rows that are wrong, by their lines, and reads the others', async () => {
    const { ask, told } = table('domain,industry\nacme.com\n,Tools\nother.com,Shops,extra\ngood.com,Fine\n');
    expect(await ask(by('good.com'))).toMatchObject({ kind: 'found' });
    expect(told).toEqual([
      'q/companies.csv: 3 rows are left out: line 2 has 1 cells, and the first line names 2 columns; line 3 says of nobody: it has no domain, company, email or linkedin; line 4 has 3 cells, and the first line names 2 columns',
    ]);
    await ask(by('good.com'));
    expect(told).toHaveLength(1);
  });

  test.each([
    ['', 'is empty'],
    ['industry\nTools\n', 'has no column domain, company, email or linkedin'],
    ['domain,industry,domain\na.com,b,c\n', 'names the column "domain" twice'],
    ['domain,industry\n"a.com,Tools\nb.com,Shops\n', 'Quote'],
  ])('that can not be read says nothing of anybody: %j', async (text, message) => {
    const { ask, told } = table(text);
    const found = await ask(by('b.com'));
    expect(found).toEqual({ kind: 'unavailable', error: expect.stringContaining(message) });
    expect(told).toHaveLength(1);
  });

  test('without a column that was named', async () => {
    const { ask } = table('domain\na.com\n', { industry: 'Branche' });
    expect(await ask(by('a.com'))).toEqual({ kind: 'unavailable', error: expect.stringContaining('has no column "Branche"') });
  });

  test('is read again when it has changed, and has another revision then', async () => {
    const { ask, path, revision } = table('domain,industry\nacme.com,Tools\n');
    const before = await revision();
    expect(await ask(by('acme.com'))).toMatchObject({ candidates: [{ values: { industry: 'Tools' } }] });
    expect(await revision()).toBe(before);
    writeFileSync(path, 'domain,industry\nacme.com,Other\n');
    utimesSync(path, new Date(), new Date(Date.now() + 5_000));
    expect(await revision()).not.toBe(before);
    expect(await ask(by('acme.com'))).toMatchObject({ candidates: [{ values: { industry: 'Other' } }] });
    rmSync(path);
    expect(await ask(by('acme.com'))).toEqual({ kind: 'unavailable', error: 'there is no file q/companies.csv' });
  });

  test('that is large is read once for all who ask at a time', async () => {
    const rows = Array.from({ length: 50_000 }, (_, at) => `c${at}.com,Company ${at},${at}`);
    const { ask } = table(`domain,company,employee_count\n${rows.join('\n')}\n`);
    const found = await Promise.all([by('c0.com'), by('c49999.com'), by('none.com')].map(ask));
    expect(found.map(({ kind }) => kind)).toEqual(['found', 'found', 'none']);
  });
});
