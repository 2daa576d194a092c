// Written by `python -m pages.builder.event_types` from the classes in Python.

/** A command to add a layer or a ready block, before or right after a layer. A `before` of None means the end. */
export interface Add {
  do: "add";
  name: string;
  before?: string | null;
  after?: string | null;
}

/** A command to move a layer before another layer, or to the end. */
export interface Move {
  do: "move";
  layer: string;
  before?: string | null;
}

/** A command to move a layer up (-1) or down (1). */
export interface Shift {
  do: "shift";
  layer: string;
  places: -1 | 1;
}

/** A command to copy a layer. The copies are inserted right after the layer. */
export interface Duplicate {
  do: "duplicate";
  layer: string;
  times?: number;
}

/** A command to remove a layer. */
export interface Remove {
  do: "remove";
  layer: string;
}

/** A command to start a branch with a new layer, which takes the output of another layer or the input image. */
export interface Branch {
  do: "branch";
  layer: string;
  name: string;
}

/** A command to add a layer that merges several layers.

    The new layer is inserted after the last of the merged layers, and the following layers take its output. */
export interface Merge {
  do: "merge";
  layer: string;
  with: string | string[];
  name?: string;
}

/** A command to give a layer a further input, the output of `source`.

    If the layer can take no more inputs, a new layer merges this input with the layer's last input. */
export interface Join {
  do: "join";
  layer: string;
  from: string;
}

/** A command to group layers into a block of this name. An empty name removes the layers from their blocks. */
export interface Fold {
  do: "fold";
  layers: string[];
  name: string;
}

/** Show the settings of a layer or of the network's input. The same event a second time, or None, hides the settings. */
export interface Select {
  do: "select";
  layer: string | null;
}

/** Carry out a repair of a problem that the page shows at a layer. */
export interface Repair {
  do: "repair";
  layer: string;
  repair: string;
}

/** Show the next or the previous image of the data. */
export interface Picture {
  do: "picture";
  places: -1 | 1;
}

/** Undo the last change. */
export interface Undo {
  do: "undo";
}

/** Redo the change that was undone last. */
export interface Redo {
  do: "redo";
}

export type BuilderEvent = Add | Move | Shift | Duplicate | Remove | Branch | Merge | Join | Fold | Select | Repair | Picture | Undo | Redo;
