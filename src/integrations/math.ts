/**
 * TeX becomes MathML at build. In MDX only an MDX node survives as it is: raw HTML would be read
 * as Markdown once more, and its underscores would become emphasis.
 */
import type { MdastContent, MdastPluginDefinition } from 'satteri';
import temml from 'temml';

/** MathML of a formula. Throws a sentence with the formula where TeX is wrong. */
export function toMathML(tex: string, display = false): string {
  // A long formula in a line must be able to break on a narrow screen, after its operators.
  const breaks = !display && tex.length > 16;
  let html: string;
  try {
    html = temml.renderToString(tex, {
      displayMode: display,
      annotate: false,
      throwOnError: true,
      wrap: breaks ? 'tex' : 'none',
    });
  } catch (error) {
    throw new Error(`The formula ${tex} is not valid TeX: ${(error as Error).message}`);
  }
  if (breaks) html = html.replace('<math', '<math class="breaks"');
  return withoutStyles(html, tex);
}

/** Declarations that Temml writes into style attributes → classes of src/styles/math.css. */
const classes: Record<string, string> = {
  'display:block math': '',
  'display:inline math': '',
  'math-depth:0': 'tml-depth-0',
  'math-depth:2': 'tml-depth-2',
  'text-align:left': 'tml-left',
  'padding-left:0em': 'tml-l-0',
  'padding-right:0em': 'tml-r-0',
  'padding-left:0.4em': 'tml-l-4',
  'padding-right:0.4em': 'tml-r-4',
  'padding-left:0.5em': 'tml-l-5',
  'padding-right:0.5em': 'tml-r-5',
  'padding-left:1em': 'tml-l-10',
  'padding-right:1em': 'tml-r-10',
};

/** The page's policy forbids inline styles: classes stand for those that Temml writes. */
function withoutStyles(html: string, tex: string): string {
  return html.replace(/<(\w+)([^>]*?) style="([^"]*)"([^>]*)>/g, (_, tag, before, style, after) => {
    const names: string[] = [];
    for (const declaration of style.split(';').filter(Boolean)) {
      const name = classes[declaration.replace(/\s*:\s*/, ':').trim()];
      if (name === undefined)
        throw new Error(
          `The formula ${tex} needs the style "${declaration}", which the page's policy forbids. Write it otherwise, or give it a class in src/integrations/math.ts.`,
        );
      if (name) names.push(name);
    }
    return `<${tag}${withClass(before + after, names)}>`;
  });
}

function withClass(attributes: string, names: string[]): string {
  if (!names.length) return attributes;
  if (attributes.includes('class="'))
    return attributes.replace('class="', `class="${names.join(' ')} `);
  return `${attributes} class="${names.join(' ')}"`;
}

/** Display maths may be wider than a narrow screen: it scrolls in a box of its own. */
export const displayMath = (tex: string) =>
  `<div class="math-row" tabindex="0" role="group" aria-label="Formula">${toMathML(tex, true)}</div>`;

type Text = Extract<MdastContent, { type: 'text' }>;

export function math(): MdastPluginDefinition {
  const fragment = (type: 'mdxJsxTextElement' | 'mdxJsxFlowElement', html: string) => ({
    type,
    name: 'Fragment',
    attributes: [{ type: 'mdxJsxAttribute' as const, name: 'set:html', value: html }],
    children: [],
  });
  return {
    name: 'math',
    inlineMath(node, ctx) {
      const next = ctx.parent(node).children[(ctx.indexOf(node) ?? 0) + 1];
      const [mark] = next?.type === 'text' ? (next.value.match(/^[,.;:!?)’”]+/) ?? ['']) : [''];
      const html = toMathML(node.value);
      // Browsers would let a line begin with the mark that follows a formula.
      if (mark) ctx.setProperty(next as Text, 'value', (next as Text).value.slice(mark.length));
      ctx.replaceNode(
        node,
        fragment(
          'mdxJsxTextElement',
          mark ? `<span class="math-and-mark">${html}${mark}</span>` : html,
        ) as never,
      );
    },
    math(node, ctx) {
      ctx.replaceNode(node, fragment('mdxJsxFlowElement', displayMath(node.value)) as never);
    },
  };
}
