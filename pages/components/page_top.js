const lastPage = { title: "" };

/**
 * Begins each page at its top; Streamlit would keep the place where the page before was left.
 * @param {object} component what Streamlit passes: data.title, the page on the screen
 */
export default function pageTop({ data }) {
  if (lastPage.title && lastPage.title !== data.title) {
    document.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0, behavior: "instant" });
  }
  lastPage.title = data.title;
}
