/** Shiki colours by inline style, which the page's policy forbids: turn each colour into a class. */
import type { ShikiTransformer } from 'shiki';

export const classesNotStyles: ShikiTransformer = {
  name: 'classes-not-styles',
  span(node) {
    const color = String(node.properties.style ?? '').match(/var\(--astro-code-([a-z-]+)\)/);
    delete node.properties.style;
    if (color) this.addClassToHast(node, color[1].replace('token-', 'tok-'));
  },
  pre(node) {
    delete node.properties.style;
    // Code may be wider than its box: the keyboard must be able to scroll it.
    node.properties.tabindex = '0';
  },
};
