/** The words of the clock of who presents. */

const LATE = 120; // seconds behind the plan that are worth a word

/**
 * A time of minutes and seconds, such as "5:07".
 * @param {number} seconds
 */
export function clockText(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/**
 * What is left, such as "39:53", or "1:10 over".
 * @param {number} seconds
 */
export function leftText(seconds) {
  return seconds >= 0 ? clockText(seconds) : `${clockText(-seconds)} over`;
}

/**
 * Whether the lecture is where its scenes say it should be.
 * @param {number} seconds since the start
 * @param {number} passed minutes that the scenes before this one take
 * @param {number} minutes of the whole; 0 for a deck without
 * @returns {{words: string, isLate: boolean}}
 */
export function pace(seconds, passed, minutes) {
  if (!minutes) return { words: "", isLate: false };
  const behind = seconds - 60 * passed;
  if (Math.abs(behind) < LATE) return { words: "On time", isLate: false };
  const words = `${Math.round(Math.abs(behind) / 60)} min ${behind > 0 ? "behind" : "ahead"}`;
  return { words, isLate: behind > 0 };
}
