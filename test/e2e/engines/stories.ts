/** What a reader does, in any engine: reads, plays, changes, shares, draws, searches, comes back. */
import { chapter } from '../support/site';
import { expect, test } from '../support/test';
import { boxesOf, displaced } from './boxes';
import type { Engine } from './engine';

/**
 * The stories of one engine, one after another in one browser. Without the engine they are left
 * out, and the report says what is missing.
 */
export function tellStories(name: string, start: (() => Promise<Engine>) | undefined): void {
  test.describe(name, () => {
    test.skip(!start, `${name} is not installed here: what a reader does is not tried in it.`);
    let engine: Engine;
    let site: string;
    test.beforeAll(async ({ baseURL }) => {
      site = baseURL!;
      if (start) engine = await start();
    });
    test.afterAll(() => engine?.close());
    // What is seen when a story fails is worth more than its sentence.
    test.afterEach(async () => {
      const info = test.info();
      if (info.status !== info.expectedStatus && engine)
        await info.attach('what was in view', {
          body: Buffer.from(await engine.picture()),
          contentType: 'image/png',
        });
    });

    const attribute = (selector: string, attribute: string) =>
      engine.read(
        (which, what) => document.querySelector(which)?.getAttribute(what) ?? null,
        selector,
        attribute,
      );
    const text = (selector: string) =>
      engine.read((which) => document.querySelector(which)?.textContent ?? '', selector);
    const count = (selector: string) =>
      engine.read((which) => document.querySelectorAll(which).length, selector);

    /** A lab on a page of its own, awake, computing on WebAssembly, which every engine has. */
    async function open(lab: string, query = ''): Promise<void> {
      await engine.open(`${site}embed/${lab}/?rung=wasm${query}`);
      await expect.poll(() => attribute(`#${lab}.lab`, 'data-ready')).not.toBeNull();
    }

    async function play(lab: string): Promise<void> {
      await engine.press(`#${lab} .lab-play`);
      await expect.poll(() => text(`#${lab} .lab-badge`)).toBe('computed here');
      await expect
        .poll(async () => Number(await attribute(`#${lab}.lab`, 'data-step')))
        .toBeGreaterThan(3);
      expect(await attribute(`#${lab}.lab`, 'data-backend')).toBe('wasm');
    }

    /** As a hand that picks from a menu. */
    const choose = (id: string, value: string) =>
      engine.read(
        (which, to) => {
          const menu = document.getElementById(which) as HTMLSelectElement;
          menu.value = to;
          menu.dispatchEvent(new Event('change', { bubbles: true }));
        },
        id,
        value,
      );

    /** The lab's button of this name gets a mark, and is pressed. */
    async function pressNamed(lab: string, words: string): Promise<void> {
      await engine.read(
        (which, name) => {
          for (const old of document.querySelectorAll('[data-wanted]'))
            old.removeAttribute('data-wanted');
          const buttons = [...document.querySelectorAll(`#${which} button`)];
          buttons
            .find((button) => button.textContent?.trim() === name)!
            .setAttribute('data-wanted', '');
        },
        lab,
        words,
      );
      await engine.press('[data-wanted]');
    }

    test('a chapter stands whole, wide and narrow', async () => {
      await engine.open(site + chapter);
      for (const [width, height] of [
        [1366, 900],
        [390, 844],
      ]) {
        await engine.size(width, height);
        await expect
          .poll(() => engine.read(() => document.documentElement.scrollWidth - innerWidth))
          .toBeLessThanOrEqual(0);
      }
      await engine.size(1280, 900);
      const found = await engine.read(async () => {
        await document.fonts.ready;
        const flat = [...document.querySelectorAll('article math, article svg[role]')].filter(
          (each) => each.getClientRects().length && each.getBoundingClientRect().height < 4,
        );
        return {
          equations: document.querySelectorAll('article math').length,
          flat: flat.length,
          serif: document.fonts.check('16px "Source Serif 4 Variable"'),
        };
      });
      expect(found.equations).toBeGreaterThan(10);
      expect(found.flat).toBe(0);
      expect(found.serif).toBe(true);
    });

    test('formulas and figures have their parts where Chromium has them', async ({ page }) => {
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.goto(chapter);
      await page.evaluate(() => document.fonts.ready);
      await engine.open(site + chapter);
      await engine.read(async () => void (await document.fonts.ready));
      for (const [selector, most] of [
        ['article math', [0.3, 0.4]],
        ['article svg[role]', [0.02, 0.02]],
      ] as const) {
        const should = await page.evaluate(boxesOf, selector);
        expect(should.length, selector).toBeGreaterThan(5);
        expect(displaced(should, await engine.read(boxesOf, selector), most)).toEqual([]);
      }
    });

    test('a lab plays, takes a change, pauses and is shared', async () => {
      await open('collapse');
      expect(await text('#collapse .lab-badge')).toBe('recorded');
      await play('collapse');
      await choose('collapse-balancer', 'importance');
      await expect.poll(() => text('#collapse .v-events')).toContain('balancer');
      await engine.press('#collapse .lab-play');
      await expect.poll(() => attribute('#collapse.lab', 'data-state')).toBe('paused');
      await expect
        .poll(() => engine.read(() => location.search))
        .toContain('collapse.balancer=importance');

      // The same address, as somebody else opens it.
      await engine.open(await engine.read(() => location.href));
      await expect
        .poll(() =>
          engine.read(
            () => (document.getElementById('collapse-balancer') as HTMLSelectElement)?.value,
          ),
        )
        .toBe('importance');
    });

    test('the page stays where it was scrolled to while a lab trains', async () => {
      await open('collapse');
      await play('collapse');
      await engine.read(() => scrollTo(0, 300));
      const step = async () => Number(await attribute('#collapse.lab', 'data-step'));
      const begun = await step();
      await expect.poll(step).toBeGreaterThan(begun + 20);
      expect(await engine.read(() => Math.round(scrollY))).toBe(300);
    });

    test('a press counts whose words were replaced under it', async () => {
      await open('collapse');
      const summary = '#collapse .lab-where summary';
      await engine.hold(summary);
      // As happens several times a second where a lab trains.
      await engine.read((which) => {
        const words = document.querySelector(`${which} span`)!;
        words.replaceWith(words.cloneNode(true));
      }, summary);
      await engine.release();
      await expect.poll(() => attribute('#collapse .lab-where', 'open')).not.toBeNull();
    });

    test('a run is there again after the page was left', async () => {
      await open('collapse');
      await play('collapse');
      await engine.press('#collapse .lab-play');
      await expect.poll(() => attribute('#collapse.lab', 'data-state')).toBe('paused');
      await engine.open(`${site}glossary/`);
      await open('collapse');
      await expect.poll(() => text('#collapse')).toMatch(/Past runs \([1-9]/);
    });

    test('a curve is drawn by hand and learned', async () => {
      await open('fit');
      const box = await engine.read(() => {
        const pen = document.querySelector('#fit .v-draw rect')!;
        pen.scrollIntoView({ block: 'center', behavior: 'instant' });
        const { x, y, width, height } = pen.getBoundingClientRect();
        return { x, y, width, height };
      });
      const at = (x: number, y: number): [number, number] => [
        Math.round(box.x + x * box.width),
        Math.round(box.y + y * box.height),
      ];
      await engine.drag([at(0.1, 0.3), at(0.5, 0.7), at(0.9, 0.3)]);
      await expect.poll(() => engine.read(() => location.search)).toMatch(/fit\.input=own/);
      await play('fit');
    });

    test('what cannot be used in an address is said', async () => {
      await open('collapse', '&collapse.topK=99');
      await expect.poll(() => text('#collapse .lab-notes')).toContain('99');
    });

    test('it works by keyboard alone', async () => {
      await open('fit');
      await engine.read(() => document.querySelector<HTMLElement>('#fit .lab-play')!.focus());
      await engine.keys('Enter');
      await expect
        .poll(async () => Number(await attribute('#fit.lab', 'data-step')))
        .toBeGreaterThan(3);
      await engine.keys('Enter');
      await expect.poll(() => attribute('#fit.lab', 'data-state')).toMatch(/paused|done/);
    });

    test('a name is found by searching', async () => {
      await engine.open(site);
      await engine.press('[data-open-search]');
      await expect.poll(() => engine.read(() => document.activeElement?.tagName)).toBe('INPUT');
      await engine.keys(...'Jacobs');
      await expect.poll(() => count('.search-results a')).toBeGreaterThan(0);
      await engine.keys('Escape');
    });

    test('numbers are given as a table', async () => {
      await open('capacity');
      await pressNamed('capacity', 'Table');
      await expect.poll(() => count('#capacity table tbody tr')).toBeGreaterThan(0);
    });

    test('the reader’s theme is kept', async () => {
      await engine.open(site);
      const theme = () => engine.read(() => document.documentElement.dataset.theme ?? '');
      const before = await theme();
      await engine.press('button.theme');
      await expect.poll(theme).not.toBe(before);
      const chosen = await theme();
      await engine.open(`${site}glossary/`);
      expect(await theme()).toBe(chosen);
    });
  });
}
