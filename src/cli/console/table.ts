/** A column of a table. */
export interface Column<Row> {
  readonly title: string;
  /** Figures stand at the right. */
  readonly align: 'left' | 'right';
  /** Columns with the lowest rank go first where there is no room for all. */
  readonly rank: number;
  /** Letters at most; the middle of a longer text is left out. Undefined: whatever it takes. */
  readonly most?: number;
  text(row: Row): string;
}

/** How a cell is painted, once it has its width; by default not at all. */
export type Paint<Row> = (text: string, column: Column<Row>, row: Row) => string;

const GAP = '  ';

/** The lines of a table that is no wider than it may be, the titles first. */
export function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
  paint: Paint<Row> = text => text,
): string[] {
  const shown = fitting(
    columns.map(column => measured(column, rows)),
    width,
  );
  const title = shown.map(({ column, size }) => aligned(column.title, column.align, size)).join(GAP);
  const lines = rows.map((row, i) =>
    shown
      .map(({ column, size, texts }) => paint(aligned(texts[i]!, column.align, size), column, row))
      .join(GAP),
  );
  return [title, ...lines].map(line => line.trimEnd());
}

/** A text of at most so many letters; what is too long loses its middle, since names differ at their ends. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  if (most < 5) return text.slice(0, Math.max(0, most));
  const front = Math.floor((most - 2) / 2);
  return `${text.slice(0, front)}..${text.slice(text.length - (most - 2 - front))}`;
}

interface Measured<Row> {
  readonly column: Column<Row>;
  readonly texts: readonly string[];
  readonly size: number;
}

function measured<Row>(column: Column<Row>, rows: readonly Row[]): Measured<Row> {
  const most = column.most ?? Number.POSITIVE_INFINITY;
  const texts = rows.map(row => shortened(column.text(row), most));
  return { column, texts, size: Math.max(column.title.length, ...texts.map(text => text.length)) };
}

function fitting<Row>(all: readonly Measured<Row>[], width: number): readonly Measured<Row>[] {
  let shown = all;
  while (shown.length > 1 && widthOf(shown) > width) {
    const least = Math.min(...shown.map(({ column }) => column.rank));
    shown = shown.filter(({ column }) => column.rank !== least);
  }
  return shown;
}

function widthOf<Row>(shown: readonly Measured<Row>[]): number {
  return shown.reduce((sum, { size }) => sum + size, GAP.length * (shown.length - 1));
}

function aligned(text: string, align: Column<never>['align'], size: number): string {
  return align === 'right' ? text.padStart(size) : text.padEnd(size);
}
