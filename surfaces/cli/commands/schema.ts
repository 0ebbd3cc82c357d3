// schema: JSON Schema of the language, for editors.
import type { Command } from 'commander';
import { kinds } from '../../../resources/index.ts';
import { jsonSchema } from '../../../resources/json-schema.ts';
import { suggestion } from '../../../resources/suggest.ts';
import { EXIT, Refusal } from '../ending.ts';
import type { Cli } from '../program.ts';

export function schemaCommand(program: Command, cli: Cli): void {
  program
    .command('schema')
    .summary('JSON Schema for editors')
    .description('Prints the JSON Schema of all kinds, or of one. Editors with yaml-language-server complete and check with it.')
    .argument('[kind]', 'one kind, like Territory')
    .addHelpText('after', '\nExample:\n  $ loopctl schema > .vscode/loopctl.schema.json')
    .action(
      cli.bare<object>(async (terminal, _options, given) => {
        const kind = given as string | undefined;
        const names = kinds.map(({ name }) => name);
        if (kind !== undefined && !names.includes(kind)) {
          const { hint } = suggestion(kind, names);
          throw new Refusal('unknown-kind', `There is no kind "${kind}".${hint === undefined ? '' : ` ${hint}`}`);
        }
        const schema = jsonSchema(kind);
        if (terminal.json) terminal.value(schema);
        else terminal.print(JSON.stringify(schema, null, 2));
        return EXIT.done;
      }),
    );
}
