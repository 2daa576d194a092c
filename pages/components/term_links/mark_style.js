// The style of marks, for the page and for every component: a style sheet of the page does not reach into components.
export const MARK_STYLE = `
[data-has-terms] { position: relative; }
.glossary-term {
  position: absolute !important; /* so: a page's own style of buttons would make it larger than its word */
  z-index: 1; /* the mark of a label stands before the label */
  box-sizing: border-box !important;
  min-width: 0 !important;
  min-height: 0 !important;
  margin: 0 !important;
  padding: 0 !important;
  border: 0 !important;
  border-radius: 3px;
  background: none !important;
  box-shadow: none !important;
  cursor: help;
}
.glossary-term::after {
  content: "";
  position: absolute;
  inset: auto 0 1px;
  border-bottom: 2px dotted light-dark(#5b6672, #a3aebb);
}
.glossary-term:hover { background: light-dark(rgb(11 92 173 / 12%), rgb(127 184 240 / 20%)) !important; }
.glossary-term:hover::after,
.glossary-term[aria-expanded="true"]::after { border-bottom: 2px solid light-dark(#0b5cad, #7fb8f0); }
.glossary-term:focus-visible { outline: 3px solid light-dark(#0b5cad, #7fb8f0); outline-offset: 0; }
@media print { .glossary-term { display: none; } }
`;
