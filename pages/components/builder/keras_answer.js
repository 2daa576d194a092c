/** @import { Component } from "../shared/component" */
/** @import { KerasAnswer } from "./view" */
import { tellBuilder } from "./latest_answer.js";

/**
 * Tell the builder what Keras has answered since Python has drawn the builder.
 * @param {Component<KerasAnswer>} component the values from Streamlit
 */
export default function kerasAnswer({ data }) {
  tellBuilder(data);
}
