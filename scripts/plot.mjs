/**
 * For builds: Observable Plot as this site needs it. What no figure here uses is left out, a third
 * of it: maps, legends, tips, dates, bins, schemes of colour. Called all the same, it says so. And Plot
 * draws half a pixel off on coarse screens, which it does not at build: here it never does, so
 * that a figure stays where it was when it wakes.
 */
export const leanPlot = () => ({
  name: 'lean-plot',
  transform(code, id) {
    const file = id.replaceAll('\\', '/').match(/\/@observablehq\/plot\/src\/(.+\.js)$/)?.[1];
    const change = changes[file];
    if (!change) return;
    const lean = change(code);
    if (lean === code)
      throw new Error(`${file} of Plot is not as expected: adapt what scripts/plot.mjs changes.`);
    return { code: lean, map: null };
  },
});

/** A module of which `kept` remains, as it is or as given; the rest throws where it is called. */
const leftOut =
  (kept = {}) =>
  (code) => {
    const names = [...code.matchAll(/^export (?:function|class|const) (\w+)/gm)].map(
      ([, name]) => name,
    );
    if (Object.keys(kept).some((name) => !names.includes(name))) return code;
    return names
      .map((name) => {
        const words = `Plot's ${name} is left out of this site, see scripts/plot.mjs.`;
        const what = kept[name] ?? `() => { throw new Error(${JSON.stringify(words)}); }`;
        return `export const ${name} = ${what};\n`;
      })
      .join('');
  };

/** Of a chart without a projection: its positions by its scales. */
const applyPosition = `({ x, y }, scales) => {
  const position = valueObject({ ...(x && { x }), ...(y && { y }) }, scales);
  for (const name in position) position[name] = coerceNumbers(position[name]);
  return position;
}`;

const changes = {
  'style.js': (code) => code.replace(/export const offset = .*/, 'export const offset = 0;'),
  'plot.js': (code) =>
    code
      .replace('creator, geoPath, select', 'creator, select')
      .replace(/context\.path = function[\s\S]*?};/, ''),
  'projection.js': (code) => `
    import { valueObject } from './channel.js';
    import { coerceNumbers } from './options.js';
    ${leftOut({
      applyPosition,
      createProjection: '() => {}',
      hasProjection: '() => false',
      projectionAspectRatio: '() => {}',
    })(code)}`,
  'legends.js': leftOut({ createLegends: '() => []', exposeLegends: '() => () => {}' }),
  'marks/tip.js': leftOut(),
  'interactions/pointer.js': leftOut(),
  'scales/schemes.js': leftOut(),
  'scales/temporal.js': leftOut(),
  'scales/diverging.js': leftOut(),
  'transforms/bin.js': leftOut({
    maybeDenseIntervalX: '(options = {}) => options',
    maybeDenseIntervalY: '(options = {}) => options',
  }),
  'time.js': leftOut({ intervalDuration: 'Symbol()', intervalType: 'Symbol()' }),
  'marks/axis.js': (code) =>
    code
      .replace('format, utcFormat}', 'format}')
      .replace('? utcFormat : format)', '? format : format)'),
};
