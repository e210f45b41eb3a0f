// Markdown as a tree, for the help pages: the same sources are read on the code host. It understands what those pages use:
// headings, paragraphs, lists, tables, code (fenced, or indented by four spaces), quotes, rules; bold, emphasis, code and links. Anything else is text. Pure.

const INDENTED = /^ {4}/, COMMENT = /^ {0,3}<!--/;
const FENCE = /^ {0,3}(`{3,}|~{3,})\s*(\S*)/, HEADING = /^(#{1,6}) +(.*?) *#*$/, RULE = /^ {0,3}([-*_])( *\1){2,} *$/;
const ITEM = /^( *)([-*+]|\d{1,4}[.)]) +(?=\S)/, QUOTE = /^ {0,3}> ?/, DELIMITER = /^ *\|?( *:?-+:? *\|)*( *:?-+:? *)\|? *$/;

/** @returns {Block[]}; a block is {kind: "heading", level, id, inline} | {kind: "paragraph", inline} | {kind: "list", ordered, items: Block[][]}
 *           | {kind: "table", head: Inline[][], rows: Inline[][][]} | {kind: "code", text, language} | {kind: "quote", blocks} | {kind: "rule"} */
export function markdown(source) {
  const used = new Map();
  return blocks(source.replaceAll("\r\n", "\n").split("\n"), used);
}

function blocks(lines, used) {
  const found = [];
  for (let i = 0; i < lines.length;) {
    const line = lines[i], fence = FENCE.exec(line), heading = HEADING.exec(line);
    if (line.trim() === "") i++;
    else if (INDENTED.test(line)) {
      let end = i + 1;
      for (let next = end; next < lines.length && (INDENTED.test(lines[next]) || lines[next].trim() === ""); next++) if (lines[next].trim()) end = next + 1;
      found.push({ kind: "code", language: "", text: lines.slice(i, end).map((one) => one.slice(4)).join("\n") });
      i = end;
    } else if (COMMENT.test(line)) {
      while (i < lines.length && !lines[i].includes("-->")) i++;
      i++;
    } else if (fence) {
      let end = i + 1;
      while (end < lines.length && !lines[end].trimStart().startsWith(fence[1])) end++;
      found.push({ kind: "code", language: fence[2], text: lines.slice(i + 1, end).join("\n") });
      i = end + 1;
    } else if (heading) {
      const inline = inlines(heading[2]);
      found.push({ kind: "heading", level: heading[1].length, id: unique(slug(textOf(inline)), used), inline });
      i++;
    } else if (RULE.test(line)) {
      found.push({ kind: "rule" });
      i++;
    } else if (QUOTE.test(line)) {
      let end = i;
      while (end < lines.length && QUOTE.test(lines[end])) end++;
      found.push({ kind: "quote", blocks: blocks(lines.slice(i, end).map((one) => one.replace(QUOTE, "")), used) });
      i = end;
    } else if (ITEM.test(line)) i = list(lines, i, found, used);
    else if (line.includes("|") && DELIMITER.test(lines[i + 1] ?? "") && lines[i + 1].includes("-")) i = table(lines, i, found);
    else {
      let end = i + 1;
      while (end < lines.length && !interrupts(lines[end])) end++;
      found.push({ kind: "paragraph", inline: inlines(lines.slice(i, end).map((one) => one.trim()).join(" ")) });
      i = end;
    }
  }
  return found;
}

const interrupts = (line) => line.trim() === "" || [FENCE, HEADING, RULE, QUOTE, ITEM, COMMENT].some((start) => start.test(line));

function list(lines, start, found, used) {
  const [, indent, mark] = ITEM.exec(lines[start]), ordered = /\d/.test(mark), items = [];
  let i = start;
  while (i < lines.length) {
    const item = ITEM.exec(lines[i]);
    if (!item || item[1].length !== indent.length || /\d/.test(item[2]) !== ordered) break;
    const inside = item[0].length, part = [lines[i].slice(inside)];
    for (i++; i < lines.length; i++) {
      const depth = lines[i].search(/\S/);
      if (depth < 0 ? (lines[i + 1]?.search(/\S/) ?? -1) <= indent.length : depth <= indent.length) break;
      part.push(lines[i].slice(Math.min(Math.max(depth, 0), inside)));
    }
    items.push(blocks(part, used));
    while (lines[i]?.trim() === "" && ITEM.exec(lines[i + 1] ?? "")?.[1].length === indent.length) i++;
  }
  found.push({ kind: "list", ordered, items });
  return i;
}

function table(lines, start, found) {
  let end = start + 2;
  while (end < lines.length && lines[end].includes("|") && lines[end].trim() !== "") end++;
  const head = cells(lines[start]);
  const rows = lines.slice(start + 2, end).map((line) => head.map((_, column) => inlines(cells(line)[column] ?? "")));
  found.push({ kind: "table", head: head.map(inlines), rows });
  return end;
}

/** A "\|" does not separate cells. */
const cells = (line) => line.trim().replace(/^\||(?<!\\)\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));

const INLINE = /(?<tick>`+)(?<code>.+?)(?<!`)\k<tick>(?!`)|\*\*(?<bold>[^*]+(?:\*[^*]+)*)\*\*|(?<![\w*])[*_](?<em>[^*_\s](?:[^*_]*[^*_\s])?)[*_](?![\w*])|(?<image>!?)\[(?<text>(?:[^[\]]|\[[^[\]]*\])*)\]\((?<href>[^()\s]+)(?: "[^"]*")?\)|<(?<url>https?:\/\/[^\s<>]+)>|\\(?<escaped>[!-/:-@[-`{-~])/g;

/** @returns {Inline[]}; an inline is {kind: "text" | "code", text} | {kind: "bold" | "em", inline} | {kind: "link", href, inline} */
export function inlines(source) {
  const found = [];
  let at = 0;
  const put = (text) => {
    if (text === "") return;
    if (found.at(-1)?.kind === "text") found.at(-1).text += text; else found.push({ kind: "text", text });
  };
  for (const match of source.matchAll(INLINE)) {
    const { code, bold, em, image, text, href, url, escaped } = match.groups;
    put(source.slice(at, match.index));
    at = match.index + match[0].length;
    if (code !== undefined) found.push({ kind: "code", text: code.replace(/^ (.*) $/, "$1") });
    else if (bold !== undefined) found.push({ kind: "bold", inline: inlines(bold) });
    else if (em !== undefined) found.push({ kind: "em", inline: inlines(em) });
    else if (image) put(text);
    else if (href !== undefined) found.push({ kind: "link", href, inline: inlines(text) });
    else if (url !== undefined) found.push({ kind: "link", href: url, inline: [{ kind: "text", text: url }] });
    else put(escaped);
  }
  put(source.slice(at));
  return found;
}

export const textOf = (inline) => inline.map((one) => one.text ?? textOf(one.inline)).join("");

/** The id that code hosts give to a heading. */
export const slug = (text) => text.trim().toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").replace(/\s/g, "-");

function unique(id, used) {
  const count = used.get(id) ?? 0;
  used.set(id, count + 1);
  return count ? `${id}-${count}` : id;
}

/**
 * Resolves a link of a help page.
 * @returns {{page, section} | {url} | null} another help page, a web page, or no target
 */
export function target(href, page) {
  const [, name, section] = /^(?:\.\/)?(?:([a-z][a-z0-9-]*)\.md)?(?:#(.+))?$/.exec(href) ?? [];
  if (name || section) return { page: name ?? page, section: section ?? "" };
  return /^https:\/\//.test(href) ? { url: href } : null;
}
