const MIDDLE_LUMINANCE = 0.179; // equally far from black and white: (1 + 0.05) / (x + 0.05) equals (x + 0.05) / 0.05

/**
 * Black or white, whichever is easier to read, by the contrast of the Web Content Accessibility Guidelines (1.4.3).
 * @param {number[]} rgb the colour behind the letters: red, green and blue from 0 to 255
 * @returns {"#000" | "#fff"} the colour of the letters
 */
export function textColourOn(rgb) {
  const [red, green, blue] = rgb.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > MIDDLE_LUMINANCE ? "#000" : "#fff";
}
