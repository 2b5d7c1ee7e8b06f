/**
 * The table of faults: what strikes, in which state of a lab, and what must hold. Whatever happens,
 * the reader sees a true sentence and a way on, and loses nothing.
 */
import { type BrowserContext, expect, type Locator, type Page, test } from '@playwright/test';
import { button, open, pause, playSlowly, stepOf } from './lab';

export interface Hands {
  page: Page;
  context: BrowserContext;
  lab: Locator;
}

export interface Fault {
  what: string;
  /** When it strikes: before anything was computed, while a run trains, at rest, amid a sweep. */
  state: 'asleep' | 'running' | 'paused' | 'sweeping';
  /** The lab that it strikes; one of a single run, or of a sweep, unless said. */
  name?: string;
  /** Of the lab's address: "?rung=cpu". */
  query?: string;
  /** Whatever has to be there before the page is. */
  before?(hands: Omit<Hands, 'lab'>): Promise<unknown>;
  strike(hands: Hands): Promise<unknown>;
  holds(hands: Hands): Promise<unknown>;
  /** All is well again afterwards: the next fault may strike the same page. */
  mended?: true;
}

/** One test for each fault, or for several in a row that leave a page well and need the same. */
export function testAll(faults: readonly Fault[]): void {
  for (const row of rowsOf(faults))
    test(`${row[0].state}: ${row.map(({ what }) => what).join('; ')}`, async ({
      page,
      context,
    }) => {
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      const [{ state, query, before, name = state === 'sweeping' ? 'few-pairs' : 'collapse' }] =
        row;
      await before?.({ page, context });
      const lab = await open(page, name, query);
      const hands = { page, context, lab };
      for (const { what, strike, holds } of row)
        await test.step(what, async () => {
          await enter(state, hands);
          await strike(hands);
          await holds(hands);
          expect(errors).toEqual([]);
        });
    });
}

function rowsOf(faults: readonly Fault[]): Fault[][] {
  const rows: Fault[][] = [];
  for (const fault of faults) {
    const last = rows.at(-1)?.at(-1);
    const same = (['state', 'name', 'query', 'before'] as const).every(
      (part) => last?.[part] === fault[part],
    );
    if (last?.mended && same) rows.at(-1)!.push(fault);
    else rows.push([fault]);
  }
  return rows;
}

async function enter(state: Fault['state'], { lab }: Hands): Promise<void> {
  if (state === 'asleep') return;
  const runs = (await lab.getAttribute('data-state')) === 'running';
  if (state === 'sweeping') {
    const done = await wayOf(lab);
    if (!runs) await button(lab, 'Play').click();
    else if (done > 0) {
      // What is left after the fault before may be over before this one has held.
      await button(lab, 'Restart').click();
      await expect.poll(() => wayOf(lab)).toBeLessThan(done);
    }
    await expect(lab).toHaveAttribute('data-state', 'running');
    await expect(lab.locator('.lab-badge')).toHaveText('computed here');
    return;
  }
  if (!runs) await playSlowly(lab);
  if (state === 'paused') await pause(lab);
}

/** How far it is: a run's step, or the share of a sweep, whose longest model says little. */
async function wayOf(lab: Locator): Promise<number> {
  const progress = lab.locator('.lab-progress progress');
  return (await progress.count()) ? Number(await progress.getAttribute('value')) : stepOf(lab);
}

/** It trains on, and says nothing about it. */
export async function goesOn({ lab }: Hands): Promise<void> {
  const before = await wayOf(lab);
  await expect.poll(() => wayOf(lab)).toBeGreaterThan(before);
  await expect(lab).toHaveAttribute('data-state', 'running');
  await expect(lab.locator('.lab-notes')).toHaveCount(0);
}

/** It says what happened over the run as it was, and a button begins another beside it. */
export const beginsAnew =
  (words: string | RegExp, name = 'Try again') =>
  async (hands: Hands): Promise<void> => {
    const { lab } = hands;
    await expect(lab.locator('.lab-notes')).toContainText(words);
    expect(await stepOf(lab)).toBeGreaterThan(0);
    const past = await pastRuns(lab);
    await button(lab, name).click();
    await expect.poll(() => pastRuns(lab)).toBe(past + 1);
    await expect(lab.locator('.lab-badge')).toHaveText('computed here');
    await goesOn(hands);
  };

export async function pastRuns(lab: Locator): Promise<number> {
  const words = await lab.getByRole('button', { name: /^Past runs/ }).textContent();
  return Number(/\d+/.exec(words!));
}

/** What this browser keeps of a lab's runs: their seeds. */
export const keptSeeds = (page: Page, lab: string) =>
  page.evaluate((key) => {
    const runs = JSON.parse(localStorage.getItem(key) ?? '[]');
    return runs.map((run: { seed: number }) => run.seed) as number[];
  }, `switchyard.runs.${lab}.${lab}`);

/** The worker that computes. */
export const engineOf = (page: Page) => page.workers().at(-1)!;

/** The engine's own script is preceded by this one. */
export const preluded =
  (prelude: string) =>
  ({ context }: Pick<Hands, 'context'>) =>
    context.route('**/_astro/worker-*.js', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: `${prelude};${await response.text()}` });
    });
