// Draws what a program printed on a terminal as an SVG. The picture in the README is of the real demo:
// `FORCE_COLOR=1 npm run -s demo | node tools/picture.ts > docs/demo.svg`. It knows colours and bold, no more.

import { readFileSync } from "node:fs";

const COLOURS: Readonly<Record<number, string>> = {
  30: "#6e7681",
  31: "#ff7b72",
  32: "#7ee787",
  33: "#e3b341",
  34: "#79c0ff",
  35: "#d2a8ff",
  36: "#56d4dd",
  37: "#e6edf3",
  90: "#6e7681",
  91: "#ff7b72",
  92: "#7ee787",
  93: "#e3b341",
  94: "#79c0ff",
  95: "#d2a8ff",
  96: "#56d4dd",
  97: "#ffffff",
};
const CHAR_WIDTH = 8.4;
const LINE_HEIGHT = 19;
const MARGIN = 18;

type Style = { colour: string | undefined; isBold: boolean; isDim: boolean };
const PLAIN: Style = { colour: undefined, isBold: false, isDim: false };

function styled(style: Style, code: number): Style {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...style, isBold: true };
  if (code === 2) return { ...style, isDim: true };
  if (code === 22) return { ...style, isBold: false, isDim: false };
  if (code === 39) return { ...style, colour: undefined };
  const colour = COLOURS[code];
  return colour === undefined ? style : { ...style, colour };
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

function span(text: string, style: Style): string {
  const attributes = [
    style.colour === undefined ? "" : ` fill="${style.colour}"`,
    style.isBold ? ' font-weight="bold"' : "",
    style.isDim ? ' opacity="0.6"' : "",
  ].join("");
  return `<tspan${attributes}>${escaped(text)}</tspan>`;
}

/** One line as SVG text, and the style in force at its end. */
function drawLine(line: string, row: number, from: Style): { svg: string; style: Style; width: number } {
  let style = from;
  let svg = "";
  let width = 0;
  const pieces = line.split(new RegExp(`${String.fromCharCode(27)}\\[([0-9;]*)m`));
  for (const [i, piece] of pieces.entries()) {
    if (i % 2 === 1) for (const code of piece.split(";")) style = styled(style, Number(code));
    else if (piece !== "") {
      svg += span(piece, style);
      width += [...piece].length;
    }
  }
  const y = MARGIN + (row + 1) * LINE_HEIGHT;
  return { svg: `<text x="${MARGIN}" y="${y}" xml:space="preserve">${svg}</text>`, style, width };
}

function draw(text: string): string {
  const lines = text.trimEnd().split("\n");
  let style = PLAIN;
  let columns = 0;
  const drawn = lines.map((line, row) => {
    const result = drawLine(line, row, style);
    style = result.style;
    columns = Math.max(columns, result.width);
    return result.svg;
  });
  const width = Math.ceil(columns * CHAR_WIDTH + 2 * MARGIN);
  const height = (lines.length + 1) * LINE_HEIGHT + 2 * MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    "<title>What the demo prints</title>",
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    `<g font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14" fill="#e6edf3">`,
    ...drawn,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

process.stdout.write(draw(readFileSync(0, "utf8")));
