// A query as it was written, before anything is known about objects and fields.

export interface Path {
  readonly kind: 'path';
  readonly parts: readonly string[];
  readonly at: number;
}

export interface Call {
  readonly kind: 'call';
  readonly name: string;
  /** Nothing for `COUNT()`. */
  readonly argument: Expression | null;
  readonly at: number;
}

export type Expression = Path | Call;

export type Literal =
  | { readonly kind: 'string'; readonly value: string; readonly pattern: string; readonly at: number }
  | { readonly kind: 'number'; readonly value: number; readonly at: number }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly at: number }
  | { readonly kind: 'null'; readonly at: number }
  | { readonly kind: 'date'; readonly value: string; readonly at: number }
  | { readonly kind: 'datetime'; readonly value: string; readonly at: number }
  | { readonly kind: 'period'; readonly name: string; readonly count: number | null; readonly at: number };

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'LIKE' | 'IN' | 'NOT IN' | 'INCLUDES' | 'EXCLUDES';

export interface Comparison {
  readonly kind: 'compare';
  readonly left: Expression;
  readonly operator: Operator;
  readonly right: Literal | readonly Literal[] | Query;
  readonly at: number;
}

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Condition[] }
  | { readonly kind: 'not'; readonly term: Condition }
  | Comparison;

export type Selection =
  | { readonly kind: 'field'; readonly expression: Expression; readonly alias: string | null; readonly at: number }
  | { readonly kind: 'fields'; readonly which: 'ALL' | 'STANDARD' | 'CUSTOM'; readonly at: number }
  | { readonly kind: 'children'; readonly query: Query; readonly at: number };

export interface Ordering {
  readonly expression: Expression;
  readonly descending: boolean;
  readonly nullsLast: boolean;
}

export interface Query {
  readonly source: string;
  readonly selections: readonly Selection[];
  readonly from: string;
  readonly alias: string | null;
  readonly fromAt: number;
  readonly where: Condition | null;
  readonly groupBy: readonly Expression[];
  readonly having: Condition | null;
  readonly orderBy: readonly Ordering[];
  readonly limit: number | null;
  readonly offset: number | null;
}
