const lastPage = { title: "" };

/**
 * Begins each page at its top; Streamlit would keep the place where the page before was left. Says to the whole document
 * whether the theme is dark: what pops up hangs beside the app, where Streamlit does not say it.
 * @param {object} component what Streamlit passes: data.title, the page on the screen
 */
export default function pageTop({ data }) {
  if (lastPage.title && lastPage.title !== data.title) {
    document.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0, behavior: "instant" });
  }
  lastPage.title = data.title;
  const app = document.querySelector('[data-testid="stApp"]');
  if (app) document.documentElement.style.colorScheme = getComputedStyle(app).colorScheme;
}
