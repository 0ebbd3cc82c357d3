// A table as use cases take it: rows one after another, so that a file of any length is read without being held.

/** By column; `null`: an empty cell. */
export type Cells = Readonly<Record<string, string | null>>;

export interface Table {
  /** What the file is called, for problems. */
  readonly name: string;
  /** From its first line, each once. */
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<TableRow>;
}

/** What a line holds, or why it can not be read. A row of several lines begins at `line`. */
export type TableRow = { readonly line: number; readonly values: Cells } | { readonly line: number; readonly fault: string };
