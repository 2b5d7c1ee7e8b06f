/** What a chapter may write without importing it: every component of this folder, and links. */
import Link from './Link.astro';

const files = import.meta.glob<{ default: unknown }>('./*.astro', { eager: true });

export const components: Record<string, unknown> = {
  ...Object.fromEntries(
    Object.entries(files).map(([path, module]) => [
      path.slice(2, -'.astro'.length),
      module.default,
    ]),
  ),
  a: Link,
};
