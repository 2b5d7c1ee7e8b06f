import { describe, expect, it } from 'vitest';
import { balancers, menu, optimizers, routers } from '../../src/model/registry';

/** What every member of a plural folder says of itself. */
interface Member {
  name: string;
  label?: string;
  source?: string;
}

const folders = {
  routers: import.meta.glob<{ default?: Member }>('../../src/model/routers/*.ts', { eager: true }),
  balancing: import.meta.glob<{ default?: Member }>('../../src/model/balancing/*.ts', {
    eager: true,
  }),
  optimizers: import.meta.glob<{ default?: Member }>('../../src/model/optimizers/*.ts', {
    eager: true,
  }),
  tasks: import.meta.glob<{ default?: Member }>('../../src/model/tasks/*.ts', { eager: true }),
  experiments: import.meta.glob<{ default?: Member }>('../../src/model/experiments/*/*.ts', {
    eager: true,
  }),
};

const members = Object.entries(folders).flatMap(([folder, modules]) =>
  Object.entries(modules).flatMap(([path, module]) =>
    module.default ? [{ folder, file: path.split('/').at(-1)!, member: module.default }] : [],
  ),
);

describe.each(members)('$folder/$file', ({ folder, file, member }) => {
  it('is called as its file', () => expect(`${member.name}.ts`).toBe(file));

  it.skipIf(folder === 'experiments')('has a label for menus', () =>
    expect(member.label).toMatch(/\S/),
  );

  it.skipIf(folder === 'experiments' || folder === 'tasks')('names a source', () =>
    expect(member.source).toBeDefined(),
  );
});

it.each(['routers', 'balancing', 'experiments'] as const)(
  '%s hold a member in each file',
  (folder) => {
    for (const [path, module] of Object.entries(folders[folder]))
      expect(module.default, path).toBeDefined();
  },
);

describe('looking up', () => {
  it('finds members by name', () => {
    expect(routers.get('softmax-top-k').name).toBe('softmax-top-k');
    expect(balancers.get('switch').name).toBe('switch');
    expect(optimizers.get('adam').name).toBe('adam');
  });

  it('says what exists instead', () => {
    expect(() => routers.get('softmax')).toThrow(
      /There is no router "softmax"; there are .*softmax-top-k/,
    );
    expect(() => balancers.get('')).toThrow(/There is no balancer ""; there are .*switch/);
  });

  it('lists a menu of names and labels, each once', () => {
    for (const folder of ['routers', 'balancing', 'optimizers'] as const) {
      const entries = menu(folder);
      expect(entries.length).toBeGreaterThan(1);
      expect(new Set(entries.map(({ value }) => value)).size).toBe(entries.length);
      expect(new Set(entries.map(({ label }) => label)).size).toBe(entries.length);
    }
  });
});
