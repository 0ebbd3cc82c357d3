// A scan can find the accounts of its list, has an agent that may search, and a threshold that can be reached.
import { FieldMap } from '../field-map/schema.ts';
import { Prompt } from '../prompt/schema.ts';
import type { Report } from '../report.ts';
import type { Organisation, Resource } from '../resource.ts';
import { TargetAccountList } from '../target-account-list/schema.ts';
import type { SignalScanSpec } from './schema.ts';

type Scan = Resource<SignalScanSpec>;

export function checkScans(scans: readonly Scan[], organisation: Organisation, report: Report): void {
  const lists = new Map<string, Scan>();
  for (const scan of scans) {
    const other = lists.get(scan.spec.list);
    if (other === undefined) lists.set(scan.spec.list, scan);
    else
      report.error(scan, {
        path: ['spec', 'list'],
        code: 'same-list',
        message: `list: ${other.ref.name} looks at the accounts of ${scan.spec.list} too`,
        hint: 'Put the types of both into one scan.',
      });
    checkAccounts(scan, organisation, report);
    checkList(scan, organisation, report);
    checkPrompt(scan, organisation, report);
    checkThreshold(scan, report);
  }
}

function checkAccounts(scan: Scan, organisation: Organisation, report: Report): void {
  const maps = organisation.all(FieldMap).filter(({ spec }) => spec.object === 'Account');
  if (!organisation.complete(FieldMap.name) || maps.some(({ spec }) => ['company', 'website'].every((name) => name in spec.fields))) return;
  report.error(scan, {
    path: ['spec', 'list'],
    code: 'unknown-path',
    message: 'list: in which fields an account has its name and its website is not known',
    hint: 'Declare a FieldMap of Account with company and website.',
  });
}

function checkList(scan: Scan, organisation: Organisation, report: Report): void {
  const list = organisation.get(TargetAccountList, scan.spec.list);
  if (list?.spec.territories === undefined) return;
  report.error(scan, {
    path: ['spec', 'list'],
    code: 'unsupported',
    message: `list: ${scan.spec.list} is limited to territories, which a scan does not look at`,
    hint: 'Name the accounts, or say which with `when`.',
  });
}

function checkPrompt(scan: Scan, organisation: Organisation, report: Report): void {
  const prompt = organisation.get(Prompt, scan.spec.prompt);
  if (prompt === undefined || prompt.spec.model === 'none' || prompt.spec.tools.includes('web_search')) return;
  report.warning(scan, {
    path: ['spec', 'prompt'],
    code: 'no-web-search',
    message: `prompt: ${scan.spec.prompt} may not search the web, so it can tell nothing new`,
    hint: 'Write "tools: [web_search]" in the prompt.',
  });
}

function checkThreshold(scan: Scan, report: Report): void {
  const { types, stacking, threshold } = scan.spec;
  const bases = Object.values(types).map(({ base }) => base);
  if (bases.length === 0) {
    report.error(scan, { path: ['spec', 'types'], code: 'empty', message: 'types: none is declared, so nothing counts' });
    return;
  }
  const bonus = Math.min(stacking.bonus_cap, stacking.bonus_per_type * (bases.length - 1));
  const most = Math.min(100, Math.max(...bases) * (1 + bonus));
  if (threshold <= most + 1e-9) return;
  report.error(scan, {
    path: ['spec', 'threshold'],
    code: 'out-of-range',
    message: `threshold: ${threshold} can never be reached, since the types give at most ${Math.floor(most)}`,
  });
}
