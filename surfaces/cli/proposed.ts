// What became of a proposal, for people and for programs.
import type { Proposed } from '../../controller/propose/propose.ts';
import { publicProblem } from './terminal.ts';

export function publicProposal({ outcome, branch, commit, pushed, url, notices }: Proposed) {
  return { outcome, branch, commit, pushed, url: url ?? null, notices: notices.map(publicProblem) };
}

export function proposedText({ outcome, branch, pushed, url, notices }: Proposed): string {
  const there = pushed ? `origin/${branch}` : branch;
  return [
    saidOf(outcome, branch),
    ...(outcome === 'nothing' ? [] : [url === undefined ? `Look at it: git show ${there}` : `Look at it, and merge it: ${url}`]),
    ...notices.map(({ message, hint }) => (hint === undefined ? message : `${message} ${hint}`)),
  ].join('\n');
}

function saidOf(outcome: Proposed['outcome'], branch: string): string {
  switch (outcome) {
    case 'made':
      return `Proposed on the branch ${branch}. The working tree and the current branch are as they were.`;
    case 'updated':
      return `The proposal on the branch ${branch} was brought up to date.`;
    case 'unchanged':
      return `The branch ${branch} proposes just this already.`;
    case 'nothing':
      return 'The configuration says this already: nothing is proposed.';
    case 'declined':
      return `Just this was proposed on ${branch}, and closed.`;
    default:
      return outcome satisfies never;
  }
}
