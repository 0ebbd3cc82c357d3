// What the doctor says of agents: whether a key is set for this environment, and what happens without.
import { expect, test } from 'vitest';
import { agentFinding } from '../../../controller/doctor.ts';
import { promptsOf } from '../../../controller/agents/prompts.ts';
import { Project } from '../../../resources/project/schema.ts';
import { readOrganisation } from '../../../resources/organisation.ts';
import { type Edit, files, problems } from '../../resources/fixture.ts';

const prompt = (spec: string): Edit => ({
  path: 'route/more.yaml',
  to: `apiVersion: loopctl/v1\nkind: Prompt\nmetadata: {name: which-one}\nspec:\n  text: Which one?\n${spec}\n`,
});
const loaded = (...edits: readonly Edit[]) => ({ ...readOrganisation(files(...edits)), commit: null, dirty: false });
const environments = readOrganisation(files()).organisation.all(Project)[0]?.spec.environments ?? [];
const plain = { ...environments[0]!, env_prefix: undefined };

test('no key: which prompts go to people; a key of another environment is none', () => {
  const found = agentFinding({ ANTHROPIC_API_KEY: 'k' }, { ...plain, env_prefix: 'PROD_' }, loaded(prompt('  model: some-model')));
  expect(found).toMatchObject({ name: 'PROD_ANTHROPIC_API_KEY', state: 'missing', detail: expect.stringContaining('which-one') as string });
  expect(agentFinding({ ANTHROPIC_API_KEY: ' ' }, plain, loaded(prompt('  model: none'))).detail).not.toContain('which-one');
});

test('a key: who is answered, never what it is', () => {
  const found = agentFinding({ ANTHROPIC_API_KEY: 'sk-secret' }, plain, loaded(prompt('  model: some-model')));
  expect(found).toMatchObject({ state: 'ok', detail: expect.stringContaining('which-one') as string });
  expect(JSON.stringify(found)).not.toContain('sk-secret');
});

test('a prompt that an older version stored has the defaults of what was added since', () => {
  const stored = { model: 'm', tools: [], max_tokens: 1024, limits: { timeout: '20s', calls_day: 500 }, text: 'Which one?' };
  const prompts = promptsOf({ 'Prompt/old': stored, 'Pool/old': stored, 'Prompt/broken': { model: 7 } });
  expect([...prompts.keys()]).toEqual(['old']);
  expect(prompts.get('old')).toMatchObject({ version: '1', cache: '7d', pause: '1m', limits: { timeout: '20s', searches: 5 } });
});

test.each([
  ['  model: m\n  tools: [web_serch]', 'unknown-tool'],
  ['  model: m\n  fallback_model: m', 'no-fallback'],
  ['  model: none\n  fallback_model: m', 'no-fallback'],
])('what would quietly do nothing is a warning: %s', (spec, code) => {
  expect(problems(prompt(spec)).map((problem) => problem.code)).toEqual([code]);
});

test('a placeholder in the text is a warning: nothing is put in its place', () => {
  const [found] = problems({ ...prompt('  model: m'), to: prompt('  model: m').to.replace('Which one?', 'Which is {{lead.company}}?') });
  expect(found).toMatchObject({ code: 'placeholder', severity: 'warning', message: expect.stringContaining('{{lead.company}}') as string });
});
