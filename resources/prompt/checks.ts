// What would quietly do nothing in a prompt: a tool that nobody has, a placeholder that nobody fills, a fallback that is the same again.
import type { Report } from '../report.ts';
import type { Organisation, Resource } from '../resource.ts';
import { suggestion } from '../suggest.ts';
import type { PromptSpec } from './schema.ts';

const TOOLS = ['web_search'];

export function checkPrompts(prompts: readonly Resource<PromptSpec>[], _: Organisation, report: Report): void {
  for (const prompt of prompts) {
    const { tools, text, model, fallback_model } = prompt.spec;
    for (const [at, tool] of tools.entries()) {
      if (TOOLS.includes(tool)) continue;
      report.warning(prompt, {
        path: ['spec', 'tools', at],
        code: 'unknown-tool',
        message: `tools: there is no ${tool}, so the agent goes without`,
        ...suggestion(tool, TOOLS),
      });
    }
    const placeholder = /\{\{[^{}]*\}\}|\$\{[^{}]*\}/.exec(text)?.[0];
    if (placeholder !== undefined) {
      report.warning(prompt, {
        path: ['spec', 'text'],
        code: 'placeholder',
        message: `text: nothing is put in the place of ${placeholder}`,
        hint: 'What the question is about is given apart, as data: a text of a record never becomes an instruction.',
      });
    }
    if (fallback_model !== undefined && (fallback_model === model || model === 'none')) {
      report.warning(prompt, {
        path: ['spec', 'fallback_model'],
        code: 'no-fallback',
        message: model === 'none' ? 'fallback_model: with model: none nobody is asked' : `fallback_model: ${model} is asked already`,
      });
    }
  }
}
