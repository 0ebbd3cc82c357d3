// What drift --adopt took over, for people and for programs: the branch, the changes, and what could not be taken over.
import { type Checked, refText } from '../../resources/core.ts';
import type { Drift } from '../../plans/plan.ts';
import { counted } from '../../plans/show.ts';
import type { AdoptReport } from '../../controller/adopt.ts';
import { EXIT, refusedBy } from './ending.ts';
import type { Session } from './session.ts';
import { placeIn, problemText, publicProblem } from './terminal.ts';

/** `{branch?, commit?, changes, adopted, files, problems}`; exit 2 where drift is left. */
export function adopted({ terminal, root, host }: Session, found: readonly Drift[], made: Checked<AdoptReport>): number {
  if (!made.ok && found.length > 0) throw refusedBy(made.problems, root);
  if (!made.ok) {
    if (terminal.json) terminal.value({ changes: 0, adopted: [], files: [], problems: [] });
    else terminal.print('There is nothing to take over.');
    return EXIT.done;
  }
  const { refused, notices, ...taken } = made.value;
  if (terminal.json) {
    terminal.value({ ...taken, problems: refused.map(publicProblem), notices: notices.map(publicProblem) });
  } else {
    terminal.print(takenText(taken));
    const place = placeIn(root, host.cwd);
    for (const problem of [...notices, ...refused]) terminal.error(problemText(problem, terminal.colors, place));
  }
  return refused.length > 0 ? EXIT.differs : EXIT.done;
}

function takenText({ branch, url, pushed, changes, adopted: taken }: Omit<AdoptReport, 'refused' | 'notices'>): string {
  return [
    ...taken.map(({ ref, says }) => `  ${refText(ref)} ${says}`),
    `${counted(changes, 'change')} taken over on the branch ${branch}. The working tree and the current branch are as they were.`,
    ...(url === undefined
      ? [
          `Look at it: git show ${pushed ? 'origin/' : ''}${branch}`,
          `Merge it by a pull request, or with: git merge ${pushed ? 'origin/' : ''}${branch}`,
        ]
      : [`Look at it, and merge it: ${url}`]),
  ].join('\n');
}
