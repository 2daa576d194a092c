const HALFWAY = 0.179; // as far from black as from white: (1 + 0.05) / (x + 0.05) is (x + 0.05) / 0.05

/**
 * Black or white, whichever is easier to read, by the contrast of the Web Content Accessibility Guidelines (1.4.3).
 * @param {number[]} rgb the colour behind the letters: red, green and blue from 0 to 255
 * @returns {string} the colour of the letters
 */
function inkOn(rgb) {
  const [red, green, blue] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > HALFWAY ? "#000" : "#fff";
}
