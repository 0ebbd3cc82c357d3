// What stands around a configuration: the editor's schema, what git leaves out, the checks of a pull request.
import { jsonSchema } from '../../resources/json-schema.ts';

/** Path and text of each file. */
export function scaffold(): readonly (readonly [path: string, text: string])[] {
  return [
    [
      '.gitignore',
      '# The data folder: state, logs, the embedded org. Never in git.\n.loopctl/\nnode_modules/\n# Secrets, and plans that were saved.\n.env\n*.plan.json\n',
    ],
    ['.vscode/loopctl.schema.json', `${JSON.stringify(jsonSchema(), null, 1)}\n`],
    ['.vscode/settings.json', `${JSON.stringify({ 'yaml.schemas': { './.vscode/loopctl.schema.json': '*.yaml' } }, null, 2)}\n`],
    ['.github/workflows/loopctl.yml', WORKFLOW],
  ];
}

const WORKFLOW = `# What a pull request would do, before anybody merges it. The org is not contacted and no secret is needed.
name: loopctl
on: [pull_request]
permissions: {contents: read}
jobs:
  plan:
    runs-on: ubuntu-latest
    env:
      # Where the package lies that "npm pack" made of loopctl: a path in this repository or an address. A variable of the repository.
      LOOPCTL_PACKAGE: \${{ vars.LOOPCTL_PACKAGE }}
    steps:
      - uses: actions/checkout@v5
        with: {fetch-depth: 0}
      - uses: actions/setup-node@v5
        with: {node-version: 24}
      - run: npm install --no-save --ignore-scripts "$LOOPCTL_PACKAGE"
      - run: node_modules/.bin/loopctl validate --strict
      - run: node_modules/.bin/loopctl fmt --check
      - name: plan
        run: |
          code=0
          node_modules/.bin/loopctl plan --against "origin/$GITHUB_BASE_REF" --format markdown >> "$GITHUB_STEP_SUMMARY" || code=$?
          test "$code" -eq 0 -o "$code" -eq 2    # 2: there are changes
      - name: simulate                           # who of these leads would score otherwise, or be somebody else's
        if: hashFiles('samples/leads.csv') != ''
        run: |
          code=0
          node_modules/.bin/loopctl simulate --file samples/leads.csv --against "origin/$GITHUB_BASE_REF" --format markdown >> "$GITHUB_STEP_SUMMARY" || code=$?
          test "$code" -eq 0 -o "$code" -eq 2
`;
