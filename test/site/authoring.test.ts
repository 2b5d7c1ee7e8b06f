/** docs/authoring.md tells of every component that a chapter may write, and of all it takes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { takes } from '../../src/course/attributes';

const root = join(import.meta.dirname, '../..');
const text = (path: string) => readFileSync(join(root, path), 'utf8');

/** Words by the components in their heading. */
const sections = new Map(
  text('docs/authoring.md')
    .split(/^##+ /m)
    .flatMap((section) => {
      const [heading] = section.split('\n', 1);
      return heading.split(', ').map((name) => [name, section] as const);
    }),
);

/** Markdown's own links, which nobody writes as a component. */
const silent = new Set(['Link']);
const components = readdirSync(join(root, 'src/components/author'))
  .filter((file) => file.endsWith('.astro'))
  .map((file) => file.replace('.astro', ''))
  .filter((name) => !silent.has(name));

/** Where a component's props are declared when not in its own file. */
const elsewhere = ['src/course', 'src/components/lab']
  .flatMap((folder) => readdirSync(join(root, folder)).map((file) => `${folder}/${file}`))
  .filter((file) => file.endsWith('.ts'))
  .map(text)
  .join('\n');

/** Names of an interface's fields, with those of what it extends. */
function fields(code: string, name: string): string[] {
  const found = new RegExp(`interface ${name}(?: extends ([\\w, ]+))? \\{([\\s\\S]*?)\\n\\}`).exec(
    code,
  );
  if (!found) throw new Error(`No interface is called ${name}.`);
  const own = [...found[2].matchAll(/^ {2}'?([\w-]+)'?\??:/gm)].map(([, field]) => field);
  const more = found[1]?.split(', ') ?? [];
  return [...own, ...more.flatMap((each) => fields(elsewhere, each))];
}

/** What a component takes; none where it declares no props. */
function propsOf(component: string): string[] {
  const code = text(`src/components/author/${component}.astro`);
  if (/interface Props\b/.test(code)) return fields(code, 'Props');
  const alias = /type Props = (?:Omit<)?(\w+)(?:, '(\w+)'>)?/.exec(code);
  if (!alias) return [];
  return fields(elsewhere, alias[1]).filter((field) => field !== alias[2]);
}

it.each(components)('%s refuses what it does not take', (component) => {
  const props = propsOf(component);
  expect([...(takes[component] ?? [])].sort()).toEqual([...props].sort());
  if (props.length)
    expect(text(`src/components/author/${component}.astro`)).toContain(
      `'${component}', Astro.props);`,
    );
});

describe('docs/authoring.md', () => {
  it.each(components)('shows %s and names all that it takes', (component) => {
    const section = sections.get(component);
    expect(section, `a section for ${component}`).toContain(`<${component}`);
    for (const prop of propsOf(component))
      expect(section).toMatch(new RegExp(`(^|[^\\w-])${prop}([^\\w-]|$)`, 'm'));
  });

  it('shows no component that is not there', () => {
    const shown = [...text('docs/authoring.md').matchAll(/<([A-Z]\w+)/g)].map(([, name]) => name);
    // Astro's own, for slots.
    expect(new Set(shown)).toEqual(new Set([...components, 'Fragment']));
  });

  /** Names of a collection's fields in src/content.config.ts, with those of `teacher`. */
  const fieldsOf = (collection: string) => {
    const config = text('src/content.config.ts');
    const [, body] = new RegExp(`const ${collection} = ([\\s\\S]*?)\\n\\}\\);`).exec(config)!;
    return [...body.matchAll(/^ {4,8}(\w+)[:,]/gm)].map(([, field]) => field);
  };
  /** The example of YAML in a section. */
  const example = (heading: string) => {
    const [, yaml] = /```yaml\n(?:---\n)?([\s\S]*?)(?:---\n)?```/.exec(sections.get(heading)!)!;
    return load(yaml) as Record<string, object>;
  };

  it('shows all of a chapter’s front matter', () => {
    const { teacher, ...rest } = example('Front matter');
    expect([...Object.keys(rest), 'teacher', ...Object.keys(teacher)].toSorted()).toEqual(
      fieldsOf('chapters').toSorted(),
    );
  });

  it('shows all of a glossary entry', () => {
    const [entry] = Object.values(example('Glossary'));
    expect(Object.keys(entry).toSorted()).toEqual(fieldsOf('glossary').toSorted());
  });
});
