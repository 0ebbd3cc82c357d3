// init: the starter organisation in a folder of one's own, with the editor's schema and a CI workflow.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { EXIT, Refusal } from '../ending.ts';
import type { Cli } from '../program.ts';
import { scaffold } from '../scaffold.ts';

export function initCommand(program: Command, cli: Cli): void {
  program
    .command('init')
    .summary('start a configuration of your own')
    .description(
      'Writes the starter organisation, a JSON Schema for the editor and a CI workflow. Files that are there already are left alone; if one is, nothing is written.',
    )
    .argument('[dir]', 'the folder, made if it is not there', '.')
    .addHelpText('after', '\nExample:\n  $ loopctl init acme-revenue && cd acme-revenue && git init && loopctl validate')
    .action(
      cli.bare<object>(async (terminal, _options, dir) => {
        const { host } = cli;
        const folder = resolve(host.cwd, String(dir));
        const files = new Map([...starterFiles(host.starter), ...scaffold()]);
        const taken = [...files.keys()].filter((path) => existsSync(join(folder, path)));
        if (taken.length > 0) {
          throw new Refusal(
            'files-there',
            `${taken.length} of the files are there already (${taken.slice(0, 3).join(', ')}${taken.length > 3 ? ', …' : ''}); nothing was written. Name another folder: loopctl init DIR`,
          );
        }
        for (const [path, text] of files) {
          mkdirSync(dirname(join(folder, path)), { recursive: true });
          writeFileSync(join(folder, path), text);
        }
        const shown = relative(host.cwd, folder) || '.';
        if (terminal.json) terminal.value({ folder, files: [...files.keys()] });
        else
          terminal.print(
            `${files.size} files in ${shown}. Next:\n${shown === '.' ? '' : `  cd ${shown}\n`}  git init && git add -A && git commit -m "The starter"\n  loopctl validate\n  loopctl plan`,
          );
        return EXIT.done;
      }),
    );
}

function starterFiles(folder: string): readonly (readonly [path: string, text: string])[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => [relative(folder, path).replaceAll('\\', '/'), readFileSync(path, 'utf8')]);
}
