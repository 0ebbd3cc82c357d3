// Whose account a lead belongs to, while the loops act on an embedded org: found by its domain, named by a person, searched for many at once.
import { expect, test } from 'vitest';
import type { DecisionRecord } from '../../../ports/decisions.ts';
import { answerReview } from '../../../controller/reviews.ts';
import { replay } from '../../../controller/loops/replay.ts';
import type { ReviewQuestion } from '../../../loops/decide.ts';
import type { ReviewRow } from '../../../ports/reviews.ts';
import { type Live, live } from './running.ts';

const LEAD = { LastName: 'Quill', Company: 'Bayside', Email: 'q@bayside-foods.com', Country: 'US', State: 'CA', City: 'San Francisco' };

const routes = async (one: Live, id: string): Promise<readonly DecisionRecord[]> =>
  (await one.decisions(id)).filter(({ loop }) => loop === 'route');
const ownerOf = async (one: Live, id: string) => (await one.lead(id))['OwnerId'];
const reviewOf = async (one: Live) => (await one.store.reviews.list('acme-revenue', 'sandbox', { status: 'open', limit: 10 }))[0];

/** Somebody who sits in no seat. */
const KEEPER = 'keeper@acme.example';

function questionOf(review: ReviewRow | undefined): ReviewQuestion {
  if (review === undefined) throw new Error('nobody is asked anything');
  return review.question as ReviewQuestion;
}

test("a lead from a customer's domain goes to the owner of the account, whom no seat names; nothing is written on the account", async () => {
  const one = await live({ events: 'poll: 1s' });
  const keeper = await one.org.addUser(KEEPER);
  const account = await one.org.create('Account', {
    Name: 'Bayside Foods Inc',
    Website: 'https://www.bayside-foods.com',
    Type: 'Customer',
    OwnerId: keeper,
  });
  const before = await one.org.query(`SELECT SystemModstamp FROM Account WHERE Id = '${account}'`);
  const id = await one.org.create('Lead', LEAD);
  await one.becomes(async () => (await ownerOf(one, id)) === keeper);
  const [decision] = await routes(one, id);
  expect(decision).toMatchObject({
    rule_matched: 'existing_customer_domain',
    action: 'assign_to_account_owner',
    owner: { username: KEEPER },
    ownerId: keeper,
    via: 'account_owner',
    matched_account: { id: account, name: 'Bayside Foods Inc' },
    inputs: { 'matched_account.is_customer': true, matched_account: 'Bayside Foods Inc' },
    sources: { matched_account: { source: 'org' } },
    method: 'deterministic',
    confidence: 1,
  });
  expect(decision?.['reasoning']).toMatch(/matched Bayside Foods Inc by domain bayside-foods\.com, 0\.9\d+/);
  expect(decision?.['trace']).toContainEqual(expect.objectContaining({ rule: 'MatchPolicy', result: 'match' }));
  expect(await one.org.query(`SELECT SystemModstamp FROM Account WHERE Id = '${account}'`)).toEqual(before);
  const [stored] = (await one.store.decisions.ofSubject('acme-revenue', 'sandbox', id)).filter(
    ({ decision: { loop } }) => loop === 'route',
  );
  if (stored === undefined) throw new Error('no decision');
  expect((await replay(one.store, [await one.scope()], stored)).kind).toBe('same');
});

test('the owner of the account has left: the cascade of its territory, where the org has it, gives somebody', async () => {
  const one = await live({ events: 'poll: 1s' });
  const keeper = await one.org.addUser(KEEPER);
  const account = await one.org.create('Account', {
    Name: 'Bayside Foods',
    Website: 'bayside-foods.com',
    Type: 'Customer',
    OwnerId: keeper,
  });
  const [dach] = await one.org.query("SELECT Id FROM Territory2 WHERE DeveloperName = 'emea_dach'");
  await one.org.create('ObjectTerritory2Association', {
    ObjectId: account,
    Territory2Id: dach?.['Id'],
    AssociationCause: 'Territory2Manual',
  });
  await one.org.update('User', keeper, { IsActive: false });
  const id = await one.org.create('Lead', LEAD);
  await one.becomes(async () => (await one.lead(id))['OwnerId'] !== undefined && (await routes(one, id)).length === 1);
  expect((await routes(one, id))[0]).toMatchObject({ owner: { seat: 'ae-dach-1' }, territory: 'emea/dach', step: 'primary' });
});

test('a name alone is for a person: the lead is routed meanwhile, and goes to the customer’s owner when somebody says it is theirs', async () => {
  const one = await live({ events: 'poll: 1s' });
  const keeper = await one.org.addUser(KEEPER);
  const account = await one.org.create('Account', { Name: 'Bayside', Type: 'Customer', OwnerId: keeper });
  const id = await one.org.create('Lead', { ...LEAD, Email: 'quill@gmail.com' });
  await one.becomes(async () => (await routes(one, id)).length === 1);
  const [first] = await routes(one, id);
  expect(first).toMatchObject({ rule_matched: 'geography_territory' });
  expect(first).not.toHaveProperty('matched_account');
  await one.becomes(async () => (await ownerOf(one, id)) === first?.['ownerId']);
  const review = await reviewOf(one);
  expect(review).toMatchObject({ loop: 'route', topic: 'account', record: id, decision: first?.id });
  expect(questionOf(review).options.map(({ id: option }) => option)).toEqual([account, 'none']);
  expect(questionOf(review).proposal).toMatchObject({ option: account });
  const asked = { project: 'acme-revenue', environment: 'sandbox', id: review?.id ?? '', reason: 'I know them' };
  expect(await answerReview(one.deps, one.store, { ...asked, verdict: 'approve' })).toMatchObject({ ok: true });
  one.live.nudge();
  await one.becomes(async () => (await ownerOf(one, id)) === keeper);
  const [, second] = await routes(one, id);
  expect(second).toMatchObject({
    method: 'human',
    confidence: 1,
    supersedes: first?.id,
    rule_matched: 'existing_customer_domain',
    matched_account: { id: account },
  });
  expect(second?.['reasoning']).toContain('I know them');
  expect(await reviewOf(one)).toBeUndefined();
});

test('an answer that names nothing is asked again; a domain in place of an option is searched for; none of them stays none', async () => {
  const one = await live({ events: 'poll: 1s' });
  const keeper = await one.org.addUser(KEEPER);
  await one.org.create('Account', { Name: 'Bayside', OwnerId: keeper });
  const meant = await one.org.create('Account', {
    Name: 'Quite Another Name',
    Website: 'another-name.com',
    Type: 'Customer',
    OwnerId: keeper,
  });
  const id = await one.org.create('Lead', { ...LEAD, Email: 'quill@gmail.com' });
  await one.becomes(async () => (await routes(one, id)).length === 1);
  const says = async (more: { readonly verdict: 'edit' | 'reject'; readonly value?: string }) => {
    const review = await reviewOf(one);
    const asked = { project: 'acme-revenue', environment: 'sandbox', id: review?.id ?? '', reason: 'asked them' };
    expect(await answerReview(one.deps, one.store, { ...asked, ...more })).toMatchObject({ ok: true });
    const before = (await routes(one, id)).length;
    one.live.nudge();
    await one.becomes(async () => (await routes(one, id)).length === before + 1);
    return (await routes(one, id)).at(-1);
  };
  const unusable = await says({ verdict: 'edit', value: '001000000000001AAA' });
  expect(unusable).toMatchObject({ method: 'deterministic', rule_matched: 'geography_territory' });
  expect(unusable?.['reasoning']).toContain('asked again');
  expect(await says({ verdict: 'edit', value: 'another-name.com' })).toMatchObject({
    method: 'human',
    rule_matched: 'existing_customer_domain',
    matched_account: { id: meant },
  });
  expect(await reviewOf(one)).toBeUndefined();

  const other = await one.org.create('Lead', { ...LEAD, LastName: 'Other', Email: 'other@gmail.com' });
  await one.becomes(async () => (await routes(one, other)).length === 1);
  const review = await reviewOf(one);
  const asked = { project: 'acme-revenue', environment: 'sandbox', id: review?.id ?? '', reason: 'another company' };
  expect(await answerReview(one.deps, one.store, { ...asked, verdict: 'reject' })).toMatchObject({ ok: true });
  one.live.nudge();
  await one.becomes(async () => (await routes(one, other)).length === 2);
  expect((await routes(one, other))[1]).toMatchObject({ method: 'human', rule_matched: 'geography_territory' });
  expect(await reviewOf(one)).toBeUndefined();
});

test('rules that do not ask for the account do not have it searched for', async () => {
  const one = await live({
    events: 'poll: 1s',
    edit: (product) =>
      product.edit('route/rules.yaml', 'when: matched_account.is_customer', 'enabled: false\n      when: matched_account.is_customer'),
  });
  await one.org.create('Account', { Name: 'Bayside Foods', Website: 'bayside-foods.com', Type: 'Customer' });
  await one.org.control('DELETE', 'calls');
  const id = await one.org.create('Lead', LEAD);
  await one.becomes(async () => (await routes(one, id)).length === 1);
  expect((await routes(one, id))[0]).toMatchObject({ rule_matched: 'geography_territory' });
  const { calls } = (await one.org.control('GET', 'calls')) as { readonly calls: readonly { readonly path: string }[] };
  expect(calls.filter(({ path }) => decodeURIComponent(path).includes('FROM Account'))).toEqual([]);
});

test('200 leads at once: each finds its own account, in calls that they share', async () => {
  const one = await live({ events: 'poll: 1s' });
  const keeper = await one.org.addUser(KEEPER);
  const company = (at: number) => `Maker ${String.fromCodePoint(65 + (at % 26), 65 + Math.floor(at / 26))} Works`;
  await one.org.createAll(
    'Account',
    Array.from({ length: 100 }, (_, at) => ({ Name: company(at), Website: `maker${at}.com`, Type: 'Customer', OwnerId: keeper })),
  );
  await one.org.control('DELETE', 'calls');
  const ids = await one.org.createAll(
    'Lead',
    Array.from({ length: 200 }, (_, at) => ({ ...LEAD, LastName: `L${at}`, Company: company(at), Email: `a@maker${at}.com` })),
  );
  const owned = async () => Number((await one.org.query(`SELECT COUNT(Id) n FROM Lead WHERE OwnerId = '${keeper}'`))[0]?.['n']);
  await one.becomes(async () => (await owned()) === 100);
  await one.becomes(async () => (await routes(one, ids[199] ?? '')).length === 1);
  expect((await routes(one, ids[199] ?? ''))[0]).toMatchObject({ rule_matched: 'geography_territory' });
  const { calls } = (await one.org.control('GET', 'calls')) as { readonly calls: readonly { readonly path: string }[] };
  const searches = calls.filter(({ path }) =>
    /FROM (Account|Contact|ObjectTerritory2Association)/.test(decodeURIComponent(path.replaceAll('+', ' '))),
  );
  expect(searches.length).toBeGreaterThan(0);
  expect(searches.length).toBeLessThanOrEqual(60);
}, 120_000);
