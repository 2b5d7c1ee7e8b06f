/**
 * Cuts the site's fonts down to the characters, weights and features it uses, from the
 * @fontsource packages to src/styles/fonts. Its output is committed; run it again after a change of
 * the characters below. test/site/fonts.test.ts fails where a chapter needs one they lack.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const range = (first, last) =>
  String.fromCodePoint(...Array.from({ length: last - first + 1 }, (_, i) => first + i));

const ascii = range(0x20, 0x7e);
/** On every page. */
const plain = `${ascii}\u00a0\u2009’‘“”–—…·×−±§²`;
/** Names in the bibliography and rarer marks: a file of their own, loaded where one occurs. */
const rare =
  'ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿŁłŒœŠšŽž¡¿©«»°³¹⁰⁴⁵⁶⁷⁸⁹⁻¼½¾÷•„†‡′″';
const mono = `${ascii}\u00a0×·–—’…−→Σαγεηλµ`;
/** Symbols of settings, where they stand in plain text. */
const greek = 'αβγδεηθλμπρσφω';
/** One-letter variables in MathML are italic letters of their own. */
const italic =
  [...range(0x1d434, 0x1d467)].filter((c) => c !== '\u{1d455}').join('') +
  [...'𝛼𝛽𝛾𝛿𝜀𝜂𝜃𝜆𝜇𝜋𝜌𝜎𝜏𝜑𝜔𝜖ℎ'].join('');
const operators = '−×·=<>≤≥≈≠∼∝∈∑∏∂∇→←⟨⟩⌊⌋⌈⌉|∣∥′⋅…⋯∞√ℒℝ∘ˆ˜¯^~\u2061\u2062\u2063\u2064';
/** Bold and script letters, capital and rarer Greek, rarer operators. */
const rareMath =
  range(0x1d400, 0x1d433) +
  'ℬℋℰℱℐℛ𝒜𝒞𝒟𝒢𝒪𝒫𝒮𝒯𝒩ℓ' +
  'ΓΔΘΛΞΠΣΦΨΩ𝜁𝜄𝜅𝜈𝜉𝜊𝜐𝜒𝜓𝜗𝜙𝜚𝛤𝛥𝛩𝛬𝛯𝛱𝛴𝛷𝛹𝛺' +
  '÷∗±∓≡≪≫∉⊂⊆∪∩∅∀∃∫⇒⇐⇔↔↦↑↓‖⋮⋱⊙⊗⊕⊤⊥″ℕℤ𝔼ℙ𝟙';

const serif = '@fontsource-variable/source-serif-4/files/source-serif-4-latin';
const sans = (weight) => `@fontsource/barlow/files/barlow-latin-${weight}-normal.woff2`;
const stix = '@fontsource/stix-two-math/files/stix-two-math-latin-400-normal.woff2';
const text = ['kern', 'liga', 'ccmp', 'mark', 'tnum', 'lnum'];

/** File under src/styles/fonts → its source, characters, features and axes. */
export const fonts = {
  'serif.woff2': {
    source: `${serif}-wght-normal.woff2`,
    characters: plain,
    features: text,
    axes: { wght: { min: 400, max: 600 } },
  },
  'serif-rare.woff2': {
    source: `${serif}-wght-normal.woff2`,
    characters: rare,
    features: text,
    axes: { wght: { min: 400, max: 600 } },
  },
  'serif-greek.woff2': {
    source: `${serif.replace('latin', 'greek')}-wght-normal.woff2`,
    characters: greek,
    features: ['kern'],
    axes: { wght: 400 },
  },
  'serif-italic.woff2': {
    source: `${serif}-wght-italic.woff2`,
    characters: plain,
    features: text,
    axes: { wght: 400 },
  },
  /** The cut for large sizes: headings of the first level only. */
  'display.woff2': {
    source: `${serif}-opsz-normal.woff2`,
    characters: `${ascii.replace(/[[\]{}|~^`@#$%&*+=<>_\\]/g, '')}’‘“”–—…`,
    features: ['kern', 'liga', 'lnum'],
    axes: { wght: 560, opsz: 60 },
  },
  'sans.woff2': { source: sans(400), characters: plain, features: text },
  'sans-rare.woff2': { source: sans(400), characters: rare, features: text },
  'sans-medium.woff2': { source: sans(500), characters: plain, features: text },
  'sans-semibold.woff2': { source: sans(600), characters: plain, features: text },
  'mono.woff2': {
    source: '@fontsource/jetbrains-mono/files/jetbrains-mono-latin-400-normal.woff2',
    characters: mono,
    features: ['kern'],
  },
  'math.woff2': {
    source: stix,
    characters: ascii + italic + operators,
    features: ['math', 'ssty', 'dtls', 'flac'],
  },
  'math-rare.woff2': { source: stix, characters: rareMath, features: ['math', 'ssty'] },
};

/** "U+41, U+43-45" of code points in ascending order. */
function unicodeRange(points) {
  const parts = [];
  for (const point of points) {
    const last = parts.at(-1);
    if (last && last[1] === point - 1) last[1] = point;
    else parts.push([point, point]);
  }
  const hex = (n) => n.toString(16).toUpperCase();
  return parts.map(([a, b]) => (a === b ? `U+${hex(a)}` : `U+${hex(a)}-${hex(b)}`)).join(', ');
}

/** The characters that a font (SFNT) really has, ascending: tables of format 4 and 12 of its cmap. */
function coverage(font) {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  let cmap = 0;
  for (let i = 0; i < view.getUint16(4); i++)
    if (font.toString('latin1', 12 + 16 * i, 16 + 16 * i) === 'cmap')
      cmap = view.getUint32(12 + 16 * i + 8);
  const points = new Set();
  for (let i = 0; i < view.getUint16(cmap + 2); i++) {
    const table = cmap + view.getUint32(cmap + 4 + 8 * i + 4);
    const format = view.getUint16(table);
    if (format === 12)
      for (let group = 0; group < view.getUint32(table + 12); group++) {
        const at = table + 16 + 12 * group;
        for (let c = view.getUint32(at); c <= view.getUint32(at + 4); c++) points.add(c);
      }
    if (format === 4) {
      const segments = view.getUint16(table + 6) / 2;
      for (let segment = 0; segment < segments; segment++) {
        const end = view.getUint16(table + 14 + 2 * segment);
        const start = view.getUint16(table + 16 + 2 * segments + 2 * segment);
        for (let c = start; c <= end && c < 0xffff; c++) points.add(c);
      }
    }
  }
  return [...points].sort((a, b) => a - b);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { default: subsetFont } = await import('subset-font');
  const folder = join(root, 'src/styles/fonts');
  mkdirSync(folder, { recursive: true });
  const ranges = {};
  for (const [name, { source, characters, features, axes }] of Object.entries(fonts)) {
    const whole = readFileSync(join(root, 'node_modules', source));
    const options = { variationAxes: axes, keepFeatures: features, noHinting: true };
    const plainFile = await subsetFont(whole, characters, { ...options, targetFormat: 'sfnt' });
    const wanted = new Set([...characters].map((c) => c.codePointAt(0)));
    ranges[name] = unicodeRange(coverage(plainFile).filter((point) => wanted.has(point)));
    const cut = await subsetFont(whole, characters, { ...options, targetFormat: 'woff2' });
    writeFileSync(join(folder, name), cut);
    console.log(
      `${name}: ${(whole.length / 1e3).toFixed(0)} → ${(cut.length / 1e3).toFixed(1)} kB`,
    );
  }
  writeFileSync(join(root, 'src/styles/fonts.css'), stylesheet(ranges));
  execFileSync('npx', ['biome', 'format', '--write', 'src/styles/fonts.css'], { cwd: root });
}

/** The faces, each with its range, so that a page fetches only the files whose characters it shows. */
function stylesheet(ranges) {
  const face = (family, file, more = '') =>
    `@font-face {\n  font-family: "${family}";\n  src: url("./fonts/${file}") format("woff2");\n${more}  font-display: swap;\n  unicode-range: ${ranges[file]};\n}\n`;
  const weight = (w) => `  font-weight: ${w};\n`;
  // Local fonts scaled to the same width, so that text hardly moves when the files arrive.
  const fallback = (family, local, adjust, ascent, descent) =>
    `@font-face {\n  font-family: "${family} fallback";\n  src: ${local.map((name) => `local("${name}")`).join(', ')};\n  size-adjust: ${adjust};\n  ascent-override: ${ascent};\n  descent-override: ${descent};\n  line-gap-override: 0%;\n}\n`;
  return [
    '/* Written by scripts/fonts.mjs. */\n',
    face('Source Serif 4', 'serif.woff2', weight('400 600')),
    face('Source Serif 4', 'serif-rare.woff2', weight('400 600')),
    face('Source Serif 4', 'serif-greek.woff2', weight('400 600')),
    face('Source Serif 4', 'serif-italic.woff2', `  font-style: italic;\n${weight('400 600')}`),
    face('Source Serif Display', 'display.woff2', weight('400 600')),
    face('Barlow', 'sans.woff2', weight(400)),
    face('Barlow', 'sans-medium.woff2', weight(500)),
    face('Barlow', 'sans-semibold.woff2', weight(600)),
    // Faces complete each other only at equal weights.
    ...[400, 500, 600].map((w) => face('Barlow', 'sans-rare.woff2', weight(w))),
    face('JetBrains Mono', 'mono.woff2', weight(400)),
    face('STIX Two Math', 'math.woff2'),
    face('STIX Two Math', 'math-rare.woff2'),
    fallback(
      'Source Serif 4',
      ['Georgia', 'Liberation Serif', 'Times New Roman'],
      '100%',
      '103.6%',
      '33.5%',
    ),
    fallback('Barlow', ['Arial', 'Liberation Sans', 'Helvetica'], '94%', '106%', '21%'),
  ].join('\n');
}
