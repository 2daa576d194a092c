/** For each number along one axis, its inputs along that axis: [position in the input, position in the weights]. */
export type Windows = [number, number][][];

/** The data from Python for a moment. See the function _side in weighted_sums.py. Its arrays are float32 in base 64. */
export interface SideData {
  name: string;
  inputs: string;
  weights: string;
  before: string;
  outputs: string;
  shape: [number, number, number];
  weightShape: [number, number, number];
  kind: "sum" | "largest" | "mean";
  rows: Windows;
  columns: Windows;
  bias: number;
  hasBias: boolean;
  activation: string;
  channels: string[];
  note: string;
}

/** What Python passes; see the function draw in weighted_sums.py. */
export interface Data {
  sides: SideData[];
  layer: string;
  takes: string;
  gives: string;
  common: boolean;
  content: string;
  isNoted: boolean; // whether a deck is open, which may ask for a number to be chosen
}

/** An input of an output number, with its weight. */
export interface Term {
  row: number;
  column: number;
  channel: number;
  input: number;
  weight: number;
  product: number;
}

/** A plane of numbers on a canvas. */
export interface Plane {
  canvas: HTMLCanvasElement;
  rows: number;
  columns: number;
  /** Device pixels of one number. */
  cell: number;
  colourAt(row: number, column: number): string;
}

/** The limits of the values for the scales of grey and of signed colours. */
export interface Limits {
  low: number;
  high: number;
  least: number;
  most: number;
  bound: number;
}

/** A layer at a moment. */
export interface Side extends Omit<SideData, "inputs" | "weights" | "before" | "outputs">, Limits {
  box: HTMLElement;
  takes: string;
  gives: string;
  inputs: Float32Array;
  weights: Float32Array | null;
  before: Float32Array;
  outputs: Float32Array;
  height: number;
  width: number;
  terms: Term[];
  inputPlane: Plane;
  outputPlane: Plane;
}

/** The state of the component in one element. */
export interface View {
  root: HTMLElement;
  content: string;
  layer: string;
  common: boolean;
  sides: Side[];
  position: [number, number];
}
