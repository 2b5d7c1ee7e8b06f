/**
 * One router's choice for one character: a bar for each expert's score, a line across where score
 * and bias come to, and the gates of those who are chosen. Experts stand in their nodes; a node that
 * nobody is chosen from has a dashed frame.
 */
import { color, letter } from './bullet';

/** One router's part in a journey. Rows are places of the text. */
export interface Choice {
  /** [experts]; none where nothing moves a bias. */
  bias: number[] | null;
  /** [places][experts] */
  scores: number[][];
  /** [places][k], best first, and their gates in percent. */
  chosen: number[][];
  gates: number[][];
}

interface Props {
  choice: Choice;
  place: number;
  nodes: number;
}

const pitch = 17;
const tall = 40;
/** Above the bars, and below them a letter and a gate. */
const [head, foot] = [4, 30];

/** Score and bias of each; only differences between biases choose, so their mean is left out. */
function biased({ scores, bias }: Choice, place: number): number[] {
  const mean = bias ? bias.reduce((a, b) => a + b, 0) / bias.length : 0;
  return scores[place].map((score, expert) => score + (bias ? bias[expert] - mean : 0));
}

/** Experts that stand higher than one that is chosen, and are not: their node is closed. */
export function barred(choice: Choice, place: number): number[] {
  const stands = biased(choice, place);
  const chosen = choice.chosen[place];
  const least = Math.min(...chosen.map((expert) => stands[expert]));
  return Array.from(stands.keys()).filter(
    // What is rounded is not told apart.
    (expert) => !chosen.includes(expert) && stands[expert] > least + 0.002,
  );
}

export function Scores({ choice, place, nodes }: Props) {
  const scores = choice.scores[place];
  const stands = biased(choice, place);
  const chosen = choice.chosen[place];
  const each = scores.length / nodes;
  const top = Math.max(0.01, ...scores, ...stands);
  const y = (x: number) => Number((head + tall * (1 - Math.max(0, x) / top)).toFixed(1));
  return (
    <div class="scores">
      {Array.from({ length: nodes }, (_, node) => {
        const own = Array.from({ length: each }, (_, i) => node * each + i);
        const width = each * pitch + 5;
        const height = head + tall + foot;
        const open = own.some((expert) => chosen.includes(expert));
        return (
          <svg
            key={own[0]}
            viewBox={`0 0 ${width} ${height}`}
            width={width}
            height={height}
            aria-hidden="true"
          >
            <rect
              class={open ? 'scores-node' : 'scores-node scores-closed'}
              x={0.75}
              y={0.75}
              width={width - 1.5}
              height={height - 1.5}
            />
            {own.map((expert, i) => {
              const rank = chosen.indexOf(expert);
              const x = 3 + i * pitch;
              return (
                <g key={expert}>
                  <rect
                    class={rank < 0 ? 'scores-other' : undefined}
                    fill={rank < 0 ? undefined : color(expert)}
                    x={x + 3}
                    y={y(scores[expert])}
                    width={pitch - 7}
                    height={Number((head + tall - y(scores[expert])).toFixed(1))}
                  />
                  <line
                    class="scores-stands"
                    x1={x + 0.5}
                    x2={x + pitch - 1.5}
                    y1={y(stands[expert])}
                    y2={y(stands[expert])}
                  />
                  <text
                    class={rank < 0 ? 'scores-letter' : 'scores-letter scores-chosen'}
                    font-size="11"
                    text-anchor="middle"
                    x={x + pitch / 2 - 0.5}
                    y={head + tall + 12}
                  >
                    {letter(expert)}
                  </text>
                  {rank >= 0 && (
                    <text
                      class="scores-letter scores-chosen"
                      font-size="11"
                      text-anchor="middle"
                      x={x + pitch / 2 - 0.5}
                      y={head + tall + 25}
                    >
                      {choice.gates[place][rank]}
                    </text>
                  )}
                </g>
              );
            })}
          </svg>
        );
      })}
    </div>
  );
}
