// Symmetric positive definite systems, small and dense: A = L·Lᵀ (Golub and Van Loan, "Matrix Computations", 4.2). Sums go in one order, so that
// two runs and two machines agree.

/** A square matrix, row by row. */
export type Matrix = readonly Float64Array[];

/** x in A·x = b; nothing where A is not positive definite. */
export function solve(matrix: Matrix, b: Float64Array): Float64Array | undefined {
  const lower = lowerOf(matrix);
  return lower === undefined ? undefined : backward(lower, forward(lower, b));
}

function lowerOf(matrix: Matrix): Matrix | undefined {
  const lower = matrix.map(() => new Float64Array(matrix.length));
  for (const [row, of] of matrix.entries()) {
    const here = line(lower, row);
    for (let column = 0; column <= row; column += 1) {
      const other = line(lower, column);
      let sum = value(of, column);
      for (let at = 0; at < column; at += 1) sum -= value(here, at) * value(other, at);
      if (column < row) here[column] = sum / value(other, column);
      else if (sum > 0) here[row] = Math.sqrt(sum);
      else return undefined;
    }
  }
  return lower;
}

function forward(lower: Matrix, b: Float64Array): Float64Array {
  const x = new Float64Array(b.length);
  for (const [row, of] of lower.entries()) {
    let sum = value(b, row);
    for (let at = 0; at < row; at += 1) sum -= value(of, at) * value(x, at);
    x[row] = sum / value(of, row);
  }
  return x;
}

function backward(lower: Matrix, b: Float64Array): Float64Array {
  const x = new Float64Array(b.length);
  for (let row = b.length - 1; row >= 0; row -= 1) {
    let sum = value(b, row);
    for (let at = row + 1; at < b.length; at += 1) sum -= value(line(lower, at), row) * value(x, at);
    x[row] = sum / value(line(lower, row), row);
  }
  return x;
}

function line(matrix: Matrix, row: number): Float64Array {
  return matrix[row] as Float64Array;
}

function value(of: Float64Array, at: number): number {
  return of[at] as number;
}
