/** What a page and the worker of its free cells say to each other: plain data only. */

export interface CellText {
  /** "routers": what the author calls the cell. */
  id: string;
  source: string;
  /** It came with an address and nobody has pressed its button: others may not run it. */
  held?: boolean;
}

/** Page → worker: all cells of the page as they are, and the one whose button was pressed. */
export type FreeRequest =
  | { kind: 'run'; press: string; cells: CellText[] }
  | { kind: 'alive'; id: number };

/** Worker → page. */
export type FreeReply =
  /** The library is loaded and the world given away. */
  | { kind: 'ready' }
  | { kind: 'running'; cell: string }
  | { kind: 'shown'; cell: string; results: Shown[]; words: string }
  | { kind: 'failed'; cell: string; words: string }
  /** What computes is no more what it was: the worker has to go. */
  | { kind: 'broken' }
  /** All that had to run has run. */
  | { kind: 'rested' }
  | { kind: 'alive'; id: number };

/** A value as it is drawn. */
export type Shown =
  | { kind: 'words'; name?: string; text: string }
  | {
      kind: 'tensor';
      name?: string;
      shape: number[];
      dtype: string;
      /** Of what is shown: the last axis is columns, those before it rows. */
      rows: number;
      columns: number;
      values: number[];
      /** Of all its numbers, the finite ones; NaN where there are none. */
      least: number;
      most: number;
    }
  | { kind: 'record'; name?: string; text: string; entries: Shown[]; more: number }
  | { kind: 'chart'; name?: string; chart: Chart };

export type Scalar = number | string | boolean | null;
export type Row = Scalar | Scalar[] | { [field: string]: Scalar };
export type Option = Scalar | Scalar[] | { [name: string]: Scalar | Scalar[] };
export type Options = { [name: string]: Option };

/** A call of Observable Plot without anything that runs. */
export interface Chart {
  options: Options;
  marks: { mark: string; rows?: Row[]; options: Options }[];
}

/** Most of everything that one cell may show. */
export const most = {
  results: 20,
  text: 600,
  entries: 24,
  depth: 3,
  rows: 64,
  columns: 128,
  marks: 12,
  chartRows: 5000,
  fields: 12,
};

/** Marks of Observable Plot that a page can draw. */
export const marks = [
  'areaY',
  'barX',
  'barY',
  'cell',
  'dot',
  'frame',
  'line',
  'lineX',
  'lineY',
  'rect',
  'ruleX',
  'ruleY',
  'text',
  'tickX',
  'tickY',
] as const;

/** What a mark may be given: places, colours, sizes. */
export const markOptions = new Set(
  'x y x1 x2 y1 y2 z fx fy r fill stroke text opacity fillOpacity strokeOpacity strokeWidth strokeDasharray curve symbol fontSize dx dy textAnchor lineAnchor frameAnchor inset clip'.split(
    ' ',
  ),
);

/** What a chart may be given, and its scales. */
export const chartOptions = new Set(
  'height grid inset aspectRatio marginTop marginRight marginBottom marginLeft x y r fx fy color opacity'.split(
    ' ',
  ),
);
export const scaleOptions = new Set(
  'type domain range label ticks grid nice zero reverse percent padding inset clamp base exponent axis'.split(
    ' ',
  ),
);
