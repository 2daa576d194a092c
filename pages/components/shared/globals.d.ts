interface Window {
  /** The library that draws charts; curves.js loads it. */
  Plotly: any;
}
