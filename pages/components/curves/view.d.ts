import type { AlarmEvent, RunEvent } from "../shared/run_events.js";
import type { Line, Point } from "./lines.js";
import type { Reading } from "./points.js";

/** What Python passes; see the function curves in curves.py. */
export interface CurvesData {
  url: string;
  epochs: number;
  guess: Record<string, number | null>;
  ghost: { events: RunEvent[] } | null;
  ghost_label: string;
  metric: string;
  ranges: Record<string, [number, number] | null>;
  height: number | null;
  replay: boolean;
}

/** One chart of Plotly, with its caption, and the sentence below. */
export interface Chart {
  name: string;
  /** Whether it is one of the three that a person asks for. */
  isMore: boolean;
  isBuilt: boolean;
  lines: Record<string, Line>;
  /** The last decorations that were drawn, as JSON. */
  decorated: string;
  /** Plotly adds `layout` and `on` to the element. */
  element: any;
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
  /** Points that are not drawn yet. */
  pending: Point[];
  /** The end of the updates that are queued: Plotly draws asynchronously. */
  updates: Promise<void>;
  drawn?: CurvesData;
  state: string | null;
  word: string;
  over: boolean;
  phase: string | null;
  queuePosition: number | null;
  startsIn?: number;
  connection: { open: boolean; lost: boolean };
  alarm: AlarmEvent | null;
  saved: number;
  started: boolean;
  closed: boolean;
  /** When the last event came, in milliseconds of performance.now(); null where that is not known. */
  heardAt: number | null;
  drawnAt: number; // milliseconds
  drawingTook: number; // milliseconds, the last time
  colours: ThemeColours;
  scheduled: boolean;
  /** Whether traces have to be shown or hidden at the next drawing. */
  mustShow: boolean;
  /** For each of the first charts, its sentence, and of which reading and epoch it is. */
  sentences: { reading: Reading; epochsDone: number; text: string }[];
  resizing: ResizeObserver;
  ticking: ReturnType<typeof setInterval>;
  unsubscribe?: () => void;
}

/** The theme's colours and letters where the charts stand. */
export interface ThemeColours {
  text: string;
  quiet: string;
  grid: string;
  background: string;
  ghost: { training: string; validation: string };
  family: string;
  size: number;
}
