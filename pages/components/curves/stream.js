/** @import { CurvesData } from "./view" */

/**
 * The path of the events that the charts draw: all of a replay at once for people who asked their system for less motion.
 * @param {Pick<CurvesData, "url" | "still_url">} data @param {boolean} wantsLessMotion
 */
export function streamOf({ url, still_url }, wantsLessMotion) {
  return wantsLessMotion && still_url ? still_url : url;
}
