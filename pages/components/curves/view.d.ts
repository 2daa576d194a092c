import type { Drawer } from "../shared/drawer.js";
import type { AlarmEvent, RunEvent } from "../shared/run_events.js";
import type { Line } from "./lines.js";
import type { Reading } from "./points.js";

/** What Python passes; see the function curves in curves.py. */
export interface CurvesData {
  url: string;
  /** The stream with all events at once, for visitors who prefer less motion; "" for none. */
  still_url: string;
  epochs: number;
  guess: Record<string, number | null>;
  ghost: { events: RunEvent[] } | null;
  ghost_label: string;
  /** The number of the colour of that run, from 1. */
  ghost_colour: number;
  metric: string;
  ranges: Record<string, [number, number] | null>;
  height: number | null;
  replay: boolean;
}

/** One chart of Plotly, with its caption, and the sentence below. */
export interface Chart {
  name: string;
  /** Whether it is one of the three further charts that a person unfolds. */
  isMore: boolean;
  isBuilt: boolean;
  lines: Record<string, Line>;
  /** The last decorations that were drawn, as JSON. */
  decorated: string;
  /** Plotly adds `layout` and `on` to the element. */
  element: any;
  /** The canvas above the element, with the points that Plotly has not drawn yet. */
  canvas: HTMLCanvasElement;
  /** The element above both, with names and values at the ends of the lines, and the strip of chance. */
  ends: HTMLElement;
  /** The content of `ends` as JSON, and the time of its drawing, in milliseconds of performance.now(). */
  endsText: string;
  endsAt: number;
  /** The values of the run for comparison, at the ends of its epochs. */
  ghostEnds: number[];
  /** The limits of the y axis without a zoom; null to follow the data. */
  limits: [number, number] | null;
  caption: HTMLElement;
  sentence: HTMLElement;
}

/** The state of the component in one element. */
export interface CurvesView {
  root: HTMLElement;
  charts: Chart[];
  names: string[];
  data: CurvesData;
  reading: Reading;
  /** The end of the updates that are queued: Plotly draws asynchronously. */
  updates: Promise<void>;
  drawn?: CurvesData;
  state: string | null;
  word: string;
  over: boolean;
  phase: string | null;
  queuePosition: number | null;
  connection: { open: boolean; lost: boolean };
  alarm: AlarmEvent | null;
  saved: number;
  started: boolean;
  closed: boolean;
  /** The time of the last event, in milliseconds of performance.now(); null if unknown. */
  heardAt: number | null;
  /** The time when Plotly last began to draw, and the duration of the drawing, in milliseconds. */
  drawnAt: number;
  drawingTook: number;
  colours: ThemeColours;
  drawer: Drawer;
  /** Whether Plotly is drawing. */
  isDrawing: boolean;
  /** The timer until Plotly draws the points of the canvas. */
  refreshing?: ReturnType<typeof setTimeout>;
  /** Whether the next drawing must show or hide traces. */
  mustShow: boolean;
  /** The sentence of each of the first two charts, with the reading and the epoch of the sentence. */
  sentences: { reading: Reading; epochsDone: number; text: string }[];
  resizing: ResizeObserver;
  ticking: ReturnType<typeof setInterval>;
  unsubscribe?: () => void;
}

/** The theme's colours and letter size in the element of the charts. */
export interface ThemeColours {
  text: string;
  quiet: string;
  grid: string;
  rule: string;
  card: string;
  training: string;
  trainingText: string;
  /** The colour of the line of batches. */
  pale: string;
  validation: string;
  validationText: string;
  wrong: string;
  /** The colour of the area between training and validation. */
  /** The colour of the run for comparison. */
  run: string;
  family: string;
  size: number;
}
