/** The free cells of this page together: presses go to their worker, what it says to the cells. */
import { FreeCells } from '../../notebook/free/client';
import type { FreeReply } from '../../notebook/free/protocol';
import type { FreeCell } from './free-cell';
import { outputOf } from './output';

interface Notebook {
  run(cell: FreeCell): void;
  stop(): void;
}

let only: Notebook | undefined;

export function notebook(): Notebook {
  only ??= made();
  return only;
}

const idOf = (cell: FreeCell) => cell.id.replace(/^cell-/, '');

function made(): Notebook {
  const all = () => [...document.querySelectorAll<FreeCell>('free-cell')];
  /** Pressed, and not heard of since. */
  let pressed: FreeCell | undefined;
  const cells = new FreeCells((reply) => void hear(reply));

  async function hear(reply: FreeReply): Promise<void> {
    if (reply.kind === 'rested') {
      for (const cell of all()) cell.state(false);
      pressed = undefined;
      return;
    }
    if (!('cell' in reply)) return;
    const cell = all().find((each) => idOf(each) === reply.cell);
    if (!cell) return;
    if (reply.kind === 'running') {
      cell.state(true);
      cell.say(
        cell === pressed
          ? 'Running …'
          : 'Running: another cell needs it, or it needs one that changed …',
      );
      return;
    }
    cell.state(false);
    if (reply.kind === 'failed') {
      cell.output.replaceChildren();
      cell.say(reply.words, true);
      return;
    }
    const parts = await outputOf(reply.results);
    cell.output.replaceChildren(...parts);
    cell.say(reply.words || 'Done.');
  }

  return {
    run(cell) {
      pressed = cell;
      cell.state(true);
      cell.say('Getting ready …');
      cells.run(
        idOf(cell),
        all().map((each) => ({
          id: idOf(each),
          source: each.source,
          ...(each.held && { held: true }),
        })),
      );
    },
    stop: () => cells.stop(),
  };
}
