/**
 * The three errors of jacobs1991 on one case, two experts and a right answer of 0, in plain
 * numbers: where a step against the gradient moves each answer and each logit of the gate.
 * Outputs come in the order of the equations; answers and shares are [experts].
 */
export interface Pushed {
  /** [3, experts]: minus the gradient by the answers. */
  answers: number[][];
  /** [3, experts]: minus the gradient by the gate's logits. */
  logits: number[][];
  /** What the experts say together. */
  blend: number;
  /** [experts]: the posterior of the third error. */
  posterior: number[];
}

export function pushed(answers: number[], shares: number[], deviation: number): Pushed {
  const variance = deviation ** 2;
  const blend = sum(answers.map((o, i) => shares[i] * o));
  const squares = answers.map((o) => o ** 2);
  const mean = sum(squares.map((e, i) => shares[i] * e));
  // The nearest is taken out: at a small deviation every closeness alone would round to 0.
  const nearest = Math.min(...squares);
  const joint = squares.map((e, i) => shares[i] * Math.exp((nearest - e) / (2 * variance)));
  const posterior = joint.map((each) => each / sum(joint));
  return {
    answers: [
      shares.map((p) => -2 * p * blend),
      shares.map((p, i) => -2 * p * answers[i]),
      posterior.map((h, i) => (-h * answers[i]) / variance),
    ],
    logits: [
      shares.map((p, i) => -2 * blend * p * (answers[i] - blend)),
      shares.map((p, i) => -p * (squares[i] - mean)),
      posterior.map((h, i) => h - shares[i]),
    ],
    blend,
    posterior,
  };
}

const sum = (numbers: number[]) => numbers.reduce((all, x) => all + x, 0);
