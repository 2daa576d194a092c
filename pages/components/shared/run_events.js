// Written from core/run_events.py by `python -m tests.write_run_events`: change that module.

export const DRAWN = ["batch", "sample", "epoch"];
export const HEAVY = ["look", "watched", "health", "network"];
export const UNDONE = ["batch", "sample", "epoch", "look", "health", "network", "alarm"];

/** @typedef {{ at?: number, kind: "phase", phase: "loading" | "compiling" | "training" | "validating" | "evaluating" | "waking" | "waiting", words?: string }} PhaseEvent */
/** @typedef {{ at?: number, step: number, epoch: number, kind: "resumed" }} ResumedEvent */
/** @typedef {{ at?: number, left?: number, left_estimated?: boolean, left_at_most?: boolean, kind: "start", steps: number, epochs: number, seconds: number }} StartEvent */
/** @typedef {{ at?: number, pictures: string[], labels: number[], indexes: number[], kind: "watched" }} WatchedEvent */
/** @typedef {{ at?: number, step: number, epoch: number, loss?: number | null, accuracy?: number | null, val_loss?: number | null, val_accuracy?: number | null, left?: number, left_estimated?: boolean, left_at_most?: boolean, kind: "batch", seconds: number, batch_loss?: number | null, batches?: number, images_per_second?: number, learning_rate?: number | null, gradient_norm?: number | null, pace?: number }} BatchEvent */
/** @typedef {{ at?: number, step: number, epoch: number, loss?: number | null, accuracy?: number | null, val_loss?: number | null, val_accuracy?: number | null, kind: "sample", images: number }} SampleEvent */
/** @typedef {{ at?: number, step: number, epoch: number, images: number, whole: boolean, cells: any[][], probabilities: number[][], kind: "look" }} ConfusionEvent */
/** @typedef {{ height: number, width: number, channels: number, pixels: string }} PixelImage */
/** @typedef {{ id: string, values: string, maps: string[], height: number, width: number }} NetworkColumn */
/** @typedef {{ source: string, target: string, each: number, ends: string }} NetworkLinks */
/** @typedef {{ at?: number, step: number, epoch: number, image: PixelImage, label: number, is_learned: boolean, columns: NetworkColumn[], links: NetworkLinks[], answers: number[], kind: "network" }} NetworkEvent */
/** @typedef {{ id: string, units: number, gradient: number | null, weights: number | null, dead: number | null, flat: number | null }} LayerHealth */
/** @typedef {{ at?: number, step: number, epoch: number, images: number, penalty?: number | null, layers: LayerHealth[], kind: "health" }} HealthEvent */
/** @typedef {{ id: string, gradient: number, change: number, weights: number }} LayerStep */
/** @typedef {{ at?: number, step: number, epoch: number, before: number, after: number, batch_size: number, layers: LayerStep[], pictures: string[], labels: number[], right_before: number[], right_after: number[], kind: "stepped" }} SingleStepEvent */
/** @typedef {{ at?: number, step: number, epoch: number, loss?: number | null, accuracy?: number | null, val_loss?: number | null, val_accuracy?: number | null, left?: number, left_estimated?: boolean, left_at_most?: boolean, kind: "epoch", seconds: number, learning_rate?: number | null }} EpochEvent */
/** @typedef {{ at?: number, step: number, epoch: number, kind: "saved", files: string[], worker?: string }} SavedEvent */
/** @typedef {{ at?: number, step: number, epoch: number, kind: "unwatched", error: string }} UnwatchedEvent */
/** @typedef {{ needed: number, free: number, error: string }} DiskFullReason */
/** @typedef {{ at?: number, step: number, epoch: number, kind: "paused", seconds: number, no_room: DiskFullReason | null }} PausedEvent */
/** @typedef {{ at?: number, step: number, epoch: number, kind: "continued", seconds: number }} ContinuedEvent */
/** @typedef {{ at?: number, step: number, epoch: number, kind: "refused", asked: string, error: string }} RefusedEvent */
/** @typedef {{ at?: number, left?: number, left_estimated?: boolean, left_at_most?: boolean, kind: "fitted", how: "whole" | "stop" | "stop-best" | "not-finite" | "release", epochs: number, seconds: number, finite_step: number }} FittedEvent */
/** @typedef {{ at?: number, step: number, epoch: number, kind: "steered", what: string, by: "owner" | "lecturer" | "server", asked?: string }} CommandEvent */
/** @typedef {{ at?: number, step: number, epoch: number, kind: "alarm", code: string, title: string }} AlarmEvent */
/** @typedef {{ kind: "state", state: string, word: string, over: boolean, message: string, place?: number, starts_in?: number | null }} StateEvent */
/** @typedef {{ kind: "history", events: RunEvent[] }} HistoryEvent */
/** @typedef {PhaseEvent | ResumedEvent | StartEvent | WatchedEvent | BatchEvent | SampleEvent | ConfusionEvent | NetworkEvent | HealthEvent | SingleStepEvent | EpochEvent | SavedEvent | UnwatchedEvent | PausedEvent | ContinuedEvent | RefusedEvent | FittedEvent | CommandEvent | AlarmEvent | StateEvent} RunEvent */
