/** @import { Component } from "../shared/component" */

const lastPage = { title: "" };

/**
 * Begin each page at its top; Streamlit would keep the scroll position of the page before. Tell the whole document whether
 * the theme is dark: popovers hang beside the app, where Streamlit does not tell it.
 * @param {Component<{title: string}>} component what Streamlit passes; `title` is that of the page on the screen
 */
export default function pageTop({ data }) {
  if (lastPage.title && lastPage.title !== data.title) {
    document.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0, behavior: "instant" });
  }
  lastPage.title = data.title;
  const app = document.querySelector('[data-testid="stApp"]');
  if (app) document.documentElement.style.colorScheme = getComputedStyle(app).colorScheme;
}
