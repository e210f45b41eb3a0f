// Converts terminal output to plain text and styled spans (ECMA-48 and xterm's SGR). Only colors and text styles take effect,
// as class names. Every other sequence and control character is made visible: a log line is written by the bot, and so by
// anyone who talks to it, and is never interpreted.

const ESC = "\\x1b", ST = "(?:\\x07|\\x1b\\\\|\\x9c)?";
const TOKEN = new RegExp([
  `(?:${ESC}\\[|\\x9b)([0-?]*)([ -/]*)([@-~])?`,          // CSI: parameters, intermediates, final
  `(?:${ESC}\\]|\\x9d)[^\\x07\\x1b\\x9c]*${ST}`,          // OSC: titles, links, clipboard
  `(?:${ESC}[PX^_]|[\\x90\\x98\\x9e\\x9f])[^\\x1b\\x9c]*${ST}`, // DCS, SOS, PM, APC
  `${ESC}[ -/]*[0-~]?`,                                   // any other escape
  "[\\x00-\\x08\\x0a-\\x1f\\x7f-\\x9f]",                  // a lone control character
  "[\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]", // invisible characters, and those that change the reading direction
].join("|"), "g");
const SPECIAL = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;
const HIDDEN = new RegExp(SPECIAL, "g");
const NONE = Object.freeze([]);
const MOST_PARAMETERS = 64;

/** @returns {{text: string, spans: {from: number, to: number, name: string}[]}} name: class names, or `control` for what was made visible */
export function scan(source) {
  if (!SPECIAL.test(source)) return { text: source, spans: NONE };
  const spans = [], style = plain();
  let text = "", name = "", at = 0;

  function put(piece, kind) {
    if (piece === "") return;
    if (kind) {
      const last = spans.at(-1);
      if (last?.to === text.length && last.name === kind) last.to += piece.length;
      else spans.push({ from: text.length, to: text.length + piece.length, name: kind });
    }
    text += piece;
  }

  for (const match of source.matchAll(TOKEN)) {
    put(source.slice(at, match.index), name);
    at = match.index + match[0].length;
    const [token, parameters, between, final] = match;
    if (final === "m" && between === "" && /^[\d;:]*$/.test(parameters)) {
      apply(style, parameters);
      name = classes(style);
    } else if (final !== "K") { // "Erase to the end of the line" is common and has no effect here.
      put(token.replace(HIDDEN, picture), "control");
    }
  }
  put(source.slice(at), name);
  return { text, spans };
}

/** The text without spans. */
export const plainText = (source) => scan(source).text;

/** Control characters as `cat -v` writes them, which every font can show; all others by code point. */
function picture(character) {
  const code = character.charCodeAt(0);
  if (code < 0x20) return "^" + String.fromCharCode(code + 0x40);
  return code === 0x7f ? "^?" : `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}

const plain = () => ({ fg: -1, bg: -1, bold: false, dim: false, italic: false, underline: false, strike: false, inverse: false });

function classes({ fg, bg, bold, dim, italic, underline, strike, inverse }) {
  const names = [];
  if (inverse) names.push("inverse");
  else if (bg >= 0) names.push(`bg-${bg % 8}`); // Backgrounds are pale with dark text, so every combination is legible.
  else if (fg >= 0) names.push(`fg-${fg}`);
  else if (dim) names.push("dim");
  if (bold) names.push("bold");
  if (italic) names.push("italic");
  if (underline) names.push("underline");
  if (strike) names.push("strike");
  return names.join(" ");
}

const ON = { 1: "bold", 2: "dim", 3: "italic", 4: "underline", 7: "inverse", 9: "strike", 21: "underline" };
const OFF = { 22: ["bold", "dim"], 23: ["italic"], 24: ["underline"], 27: ["inverse"], 29: ["strike"] };

function apply(style, parameters) {
  const codes = parameters.split(";", MOST_PARAMETERS);
  for (let i = 0; i < codes.length; i++) {
    const [first, ...sub] = codes[i].split(":").map(Number);
    if (first === 0) Object.assign(style, plain());
    else if (first === 4 && sub[0] === 0) style.underline = false;
    else if (ON[first]) style[ON[first]] = true;
    else if (OFF[first]) for (const property of OFF[first]) style[property] = false;
    else if (first >= 30 && first <= 37) style.fg = first - 30;
    else if (first >= 90 && first <= 97) style.fg = first - 82;
    else if (first >= 40 && first <= 47) style.bg = first - 40;
    else if (first >= 100 && first <= 107) style.bg = first - 92;
    else if (first === 39) style.fg = -1;
    else if (first === 49) style.bg = -1;
    else if (first === 38 || first === 48) {
      const [colour, used] = sub.length > 0 ? [extended(sub[0], sub.slice(sub[0] === 2 && sub.length > 4 ? 2 : 1)), 0]
          : [extended(Number(codes[i + 1]), codes.slice(i + 2, i + 5).map(Number)), codes[i + 1] === "2" ? 4 : 2];
      if (colour >= 0) style[first === 38 ? "fg" : "bg"] = colour;
      i += used;
    }
  }
}

function extended(kind, [first, green, blue]) {
  if (kind === 2) return nearest(first, green, blue);
  if (kind !== 5 || !(first >= 0 && first <= 255)) return -1;
  if (first < 16) return first;
  if (first >= 232) return nearest(...Array(3).fill(8 + 10 * (first - 232)));
  const level = (n) => n === 0 ? 0 : 55 + 40 * n, n = first - 16;
  return nearest(level(Math.floor(n / 36)), level(Math.floor(n / 6) % 6), level(n % 6));
}

/** The nearest of the sixteen colors, by hue: those are legible in both themes, an arbitrary color may not be. */
export function nearest(red, green, blue) {
  if (![red, green, blue].every((part) => part >= 0 && part <= 255)) return -1;
  const most = Math.max(red, green, blue), least = Math.min(red, green, blue), chroma = most - least;
  if (chroma < 0.2 * most || most < 32) return most < 64 ? 0 : most < 144 ? 8 : most < 208 ? 7 : 15;
  const hue = most === red ? ((green - blue) / chroma + 6) % 6 : most === green ? (blue - red) / chroma + 2 : (red - green) / chroma + 4;
  return [1, 3, 2, 6, 4, 5][Math.round(hue) % 6] + (most > 200 ? 8 : 0);
}
