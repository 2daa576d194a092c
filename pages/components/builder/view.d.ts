/** A problem of a layer, with the labels of its repairs. */
export interface Problem {
  code: string;
  blocks: boolean;
  happened: string;
  rest: string;
  why: string;
  repairs: { id: string; label: string }[];
}

/** A layer of the network; see the function blocks in pages/builder/view_model.py. */
export interface Layer {
  id: string;
  name: string;
  called: string;
  phrase: string;
  group: string;
  sentence: string;
  drawing: string;
  /** "hidden layer", "output layer", or "" for one that is neither. */
  role: string;
  /** The name of the block that it belongs to; "" for none. */
  block: string;
  inputs: string[];
  takes: string;
  shape: string;
  /** The shape as numbers; empty while it is not known. */
  dims: (number | null)[];
  parameters: number | null;
  nonTrainable: number;
  share: number;
  operations: number | null;
  problems: Problem[];
}

/** A layer, or a block of layers, that can be added. */
export interface PaletteEntry {
  name: string;
  group: string;
  sentence: string;
  drawing: string;
  size: string;
  block?: boolean;
}

/** What one picture becomes after a layer. */
export interface Preview {
  pictures: string[];
  words: string;
  /** Whether the words say what the network answers. */
  isAnswer?: boolean;
  /** Whether it shows the network before the last change, until Python sends the new one. */
  isStale?: boolean;
}

/** What Python passes; see the function builder in builder.py. */
export interface Data {
  blocks: Layer[];
  palette: PaletteEntry[];
  sizes: Record<string, string>;
  picture: string;
  pictureShape: number[];
  data: { note: string; after: Record<string, Preview> } | null;
  selected: string | null;
  insert_label: string;
  locked: string;
  done: number;
}

/** What a person did; `do` names it. The other fields are those of core.experiment.builder_commands. */
export interface Command {
  do: string;
  [field: string]: unknown;
}

/** One row of the drawing, from top to bottom. */
export type Row =
  | { kind: "picture"; ids: string[]; block?: undefined }
  | { kind: "head"; ids: string[]; block: string; first: string; count: number }
  | { kind: "folded"; ids: string[]; block: string; layers: Layer[] }
  | { kind: "layer"; ids: string[]; block: string; layer: Layer };

/** A row as it was drawn: what each of its parts showed, as text. */
export interface DrawnRow {
  parts: Record<string, string>;
  element: HTMLElement;
}

/** The state of the component in one element. */
export interface View {
  parent: ShadowRoot;
  root: HTMLElement;
  data: Data;
  rows: Row[];
  drawnRows: Map<string, DrawnRow>;
  /** The last preview of each layer. */
  previews: Record<string, Preview>;
  /** How many numbers each layer gave when that was last known. */
  numbers: Map<string, number>;
  /** What layers were called before a layer came or went. */
  formerNames: Map<string, string>;
  /** The picture's way through the network, while it goes; ends when it is aborted. */
  flow: AbortController | null;
  /** Names of the blocks that are folded. */
  folded: string[];
  /** Ids of the layers that are marked. */
  range: string[];
  /** The id of the layer where marking starts. */
  anchor: string | null;
  /** The id of the layer that is being joined with another one. */
  joining: string | null;
  /** The id of the row where the Tab key stops: the one that had the focus last. */
  stop: string | null;
  /** The selected layer that was brought into view, with the number of its problems. */
  shown: string;
  /** The id of the layer that gets the focus at the next drawing. */
  focusNext: string | null;
  /** Whether a pointer is down: then nothing is drawn, since a click would be lost. */
  isPressed: boolean;
  isWaiting: boolean;
  /** Whether the last press was a drag: the click that follows it counts for nothing. */
  wasDragged: boolean;
  paletteSize: string;
  paletteDrawn: string;
  wiresDrawn: string;
  wiring: number;
  /** Looks at the size of each row: what changes it later, such as a picture that arrives, moves the wires. */
  sizes: ResizeObserver;
  onPageKey: (event: KeyboardEvent) => void;
  /** The timers of the map: of its drawing, and of the mark of what is in view. */
  drawingMap: number;
  mapping: number;
  onScroll: () => void;
  redraw(): void;
  /** Send a command to Python, unless the network is locked. */
  send(command: Command): void;
}
