// Rows in columns, as wide as what stands in them: words to the left, numbers to the right.

/** A column: its heading, and `>` where it holds numbers. */
export type Heading = readonly [name: string, side: '<' | '>'];

/** Lines with two blanks in front; the first is the heading. */
export function inColumns(headings: readonly Heading[], rows: readonly (readonly string[])[]): readonly string[] {
  const lines = [headings.map(([name]) => name), ...rows];
  const widths = headings.map((_, at) => Math.max(...lines.map((line) => (line[at] ?? '').length)));
  return lines.map((line) => `  ${headings.map(([, side], at) => padded(line[at] ?? '', widths[at] ?? 0, side)).join('  ')}`.trimEnd());
}

function padded(text: string, width: number, side: '<' | '>'): string {
  return side === '<' ? text.padEnd(width) : text.padStart(width);
}
