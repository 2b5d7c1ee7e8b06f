/** What a chapter may write without importing it: every component of this folder, and links. */
const files = import.meta.glob<{ default: unknown }>('./*.astro', { eager: true });

const byName = Object.fromEntries(
  Object.entries(files).map(([path, module]) => [path.slice(2, -'.astro'.length), module.default]),
);

const [table] = Object.values(
  import.meta.glob<{ default: unknown }>('../site/Table.astro', { eager: true }),
);

/** Markdown's links and tables are ours too. */
export const components: Record<string, unknown> = {
  ...byName,
  a: byName.Link,
  table: table.default,
};
