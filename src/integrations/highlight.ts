/** Shiki colours by inline style, which the page's policy forbids: turn each colour into a class. */
import type { ShikiTransformer } from 'shiki';

/** Those of src/styles/code.css. */
const coloured = new Set(
  ['comment', 'keyword', 'string', 'string-expression', 'constant', 'function'].map(
    (name) => `tok-${name}`,
  ),
);

export const classesNotStyles: ShikiTransformer = {
  name: 'classes-not-styles',
  span(node) {
    const color = String(node.properties.style ?? '').match(/var\(--astro-code-([a-z-]+)\)/);
    delete node.properties.style;
    if (color) this.addClassToHast(node, color[1].replace('token-', 'tok-'));
  },
  line(node) {
    // Most words have the colour of all text: they need no element of their own.
    node.children = node.children.flatMap((part) =>
      part.type === 'element' && !coloured.has(String(part.properties.class))
        ? part.children
        : part,
    );
  },
  pre(node) {
    delete node.properties.style;
    // Code may be wider than its box: the keyboard must be able to scroll it.
    node.properties.tabindex = '0';
  },
};
