import type { BuilderEvent } from "./events.js";
import type { Drawing } from "../../views/network/columns.js";
import type { NetworkPicture } from "../../views/network/picture.js";
import type { NetworkState } from "../../views/shared/network_bytes.js";
import type { NetworkLinks, PixelImage } from "../shared/run_events.js";
import type { Edge } from "./lanes.js";
import type { LayerNode } from "./network_drawing.js";

/** The outputs of the network for an image. See core/network_state.py. */
export type Look = NetworkState & {
  weights: NetworkLinks[];
  /** The ids of the layers with weights of a trained network. */
  trained: string[];
  /** The numbers of the maps in a layer's column, the strongest first. */
  maps: Record<string, number[]>;
};

/** How a layer is drawn; see core/analysis/network_columns.py. */
export interface LayerColumn {
  kind: "dots" | "sheets" | "strip" | "card";
  /** The number of units, maps or values; 0 while it is unknown. */
  count: number;
  drawn: number;
  /** The height and width of the window that each number is computed from; empty for none. */
  window: number[];
}

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
  /** The phrase, with the name where the name says more than the kind of the layer. */
  title: string;
  group: string;
  sentence: string;
  drawing: string;
  /** "hidden layer", "output layer", or "" for any other layer. */
  role: string;
  /** The name of the block that it belongs to; "" for none. */
  block: string;
  inputs: string[];
  takes: string;
  shape: string;
  /** The shape as numbers; empty while it is not known. */
  dims: (number | null)[];
  column: LayerColumn;
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
  /** The sentence in two lines; "" for none. */
  short?: string;
  block?: boolean;
}

/** The data of a picture after a layer. */
export interface Preview {
  pictures: string[];
  words: string;
  /** Whether the words are the network's answer. */
  isAnswer?: boolean;
  /** Whether the data is older than the last change of the network. Then Python will send new data. */
  isStale?: boolean;
}

/** What Keras has answered since Python has drawn the builder; see the function keras_answer in builder.py. */
export type KerasAnswer = Pick<Data, "network" | "blocks" | "data">;

/** What Python passes; see the function builder in builder.py. */
export interface Data {
  blocks: Layer[];
  /** Differs for different networks. */
  network: string;
  palette: PaletteEntry[];
  sizes: Record<string, string>;
  picture: string;
  pictureShape: number[];
  /** The outputs for an image; null if the visitor hides the outputs. */
  data: { note: string; after: Record<string, Preview>; look: Look | null; isTrained: boolean; isTraining?: boolean; label: string } | null;
  /** The image that is drawn until the network has answered. */
  image: PixelImage | null;
  /** The names of the classes. */
  classes: string[];
  selected: string | null;
  /** The layer that was added last, until a person selects a layer. */
  added: string | null;
  insert_label: string;
  locked: string;
  done: number;
  /** The path of the event stream of the run that trains the network; "" for none. */
  url: string;
}

/** One row of the drawing, from top to bottom. */
export type Row =
  | { kind: "picture"; ids: string[]; block?: undefined }
  | { kind: "head"; ids: string[]; block: string; first: string; count: number }
  | { kind: "folded"; ids: string[]; block: string; layers: Layer[] }
  | { kind: "layer"; ids: string[]; block: string; layer: Layer };

/** A row as it was drawn, with the content of each part as text. */
export interface DrawnRow {
  parts: Record<string, string>;
  element: HTMLElement;
}

/** The state of the component in one element. */
export interface View {
  parent: ShadowRoot;
  root: HTMLElement;
  /** The data to draw: the data from Python, updated by the run that trains the network. */
  data: Data;
  told: Data;
  live: NetworkState | null;
  /** The path of the subscribed event stream, and the function that ends the subscription. */
  followed?: string | null;
  unsubscribe?: (() => void) | null;
  rows: Row[];
  drawnRows: Map<string, DrawnRow>;
  /** The last preview of each layer. */
  previews: Record<string, Preview>;
  /** Where each layer stands. */
  drawing: Drawing | null;
  inView: { scrollLeft: number; clientWidth: number }; // the scroll position of the network at the last drawing
  /** The links between layers. A plain link leads to the next column. */
  ways: Edge[];
  nodes: LayerNode[];
  /** The last painting as text, so that an equal painting is skipped. */
  painted: string;
  /** The map that a person brought to the front, by the layer's id. */
  fronts: Map<string, number>;
  /** The pixel of a layer's maps whose window is shown. */
  pixels: Map<string, { row: number; column: number }>;
  /** The last outputs of the network for an image, and the sizes of its layers at that time. */
  look: Look | null;
  lookSizes: Map<string, string>;
  picture: NetworkPicture;
  /** The height of each layer's problems in pixels, by the layer's id. */
  problemHeights: Map<string, number>;
  /** Whether the links show the weights, or their values for this image. */
  mode: "weights" | "image";
  /** The id of the layer before which the next new layer is added; null if no position was chosen. */
  insertBefore: string | null;
  /** The names of the layers before a layer was added or removed. */
  formerNames: Map<string, string>;
  /** The controller that aborts the picture's way through the network; null while no picture moves. */
  flow: AbortController | null;
  /** Names of the blocks that are folded. */
  folded: string[];
  /** Ids of the layers that are marked. */
  range: string[];
  /** The id of the layer where marking starts. */
  anchor: string | null;
  /** The id of the layer that is being joined with another layer. */
  joining: string | null;
  /** The id of the row where the Tab key stops: the row that had the focus last. */
  stop: string | null;
  /** The selected layer that was brought into view, with the number of its problems. */
  shown: string;
  /** The id of the layer that gets the focus at the next drawing. */
  focusNext: string | null;
  /** Whether a pointer is down. Then nothing is drawn, since a click would be lost. */
  isPressed: boolean;
  isWaiting: boolean;
  /** Whether the last press was a drag, so that the click after the drag is ignored. */
  wasDragged: boolean;
  paletteSize: string;
  paletteDrawn: string;
  wiresDrawn: string;
  wiring: number;
  /** The observer of the size of the network's place. */
  sizes: ResizeObserver;
  onPageKey: (event: KeyboardEvent) => void;
  /** The timers of the map: for its drawing, and for the mark of the part in view. */
  drawingMap: number;
  mapping: number;
  onScroll: () => void;
  redraw(): void;
  /** Paint the network alone: no layer has changed. */
  repaint(): void;
  /** Send a command to Python, unless the network is locked. */
  send(event: BuilderEvent): void;
}
