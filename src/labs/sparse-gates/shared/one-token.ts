/**
 * One token through a router, forwards and backwards, in plain numbers: what the lab by hand shows
 * at once. A test holds it against the library's routers and their gradients.
 */

/** What stands between logits and gates. */
interface Form {
  /** `none` where every expert above 0 answers. */
  choice: 'top-k' | 'none';
  scoring: 'softmax' | 'sigmoid' | 'relu';
  /** The gate of a chosen expert: its score, its share of the chosen scores, or 1 / k. */
  gating: 'plain' | 'normalised' | 'even';
  /** Backwards as if all scores were gates: straight through. */
  pretends?: boolean;
}

export const forms: Record<string, Form> = {
  'softmax-top-k': { choice: 'top-k', scoring: 'softmax', gating: 'plain' },
  'softmax-top-k-renormalised': { choice: 'top-k', scoring: 'softmax', gating: 'normalised' },
  'top-k-softmax': { choice: 'top-k', scoring: 'softmax', gating: 'normalised' },
  'sigmoid-normalised': { choice: 'top-k', scoring: 'sigmoid', gating: 'normalised' },
  relu: { choice: 'none', scoring: 'relu', gating: 'plain' },
  gumbel: { choice: 'top-k', scoring: 'softmax', gating: 'even', pretends: true },
};

export interface Routed {
  scores: number[];
  /** 1 where the expert was chosen. */
  mask: number[];
  gates: number[];
  answer: number;
  /** ½ (target − answer)². */
  loss: number;
  /** ∂ loss / ∂ gate, of the experts that ran; 0 for the others. */
  onGates: number[];
  /** ∂ loss / ∂ logit. */
  slopes: number[];
}

const sum = (numbers: number[]) => numbers.reduce((total, x) => total + x, 0);

function scoresOf(scoring: Form['scoring'], logits: number[]): number[] {
  if (scoring === 'relu') return logits.map((z) => Math.max(0, z));
  if (scoring === 'sigmoid') return logits.map((z) => 1 / (1 + Math.exp(-z)));
  const highest = Math.max(...logits);
  const powers = logits.map((z) => Math.exp(z - highest));
  return powers.map((power) => power / sum(powers));
}

/** 1 at the k largest; of equal ones the first. */
function largest(k: number, numbers: number[]): number[] {
  const order = numbers.map((_, i) => i).sort((a, b) => numbers[b] - numbers[a] || a - b);
  return numbers.map((_, i) => (order.indexOf(i) < k ? 1 : 0));
}

/** One token's way through the router of that name. Throws a sentence for one it does not know. */
export function routed(
  router: string,
  topK: number,
  logits: number[],
  answers: number[],
  target: number,
): Routed {
  const form = forms[router];
  if (!form)
    throw new Error(
      `No router “${router}” routes one token by hand; there are ${Object.keys(forms).join(', ')}.`,
    );
  const scores = scoresOf(form.scoring, logits);
  const mask = form.choice === 'none' ? logits.map((z) => (z > 0 ? 1 : 0)) : largest(topK, logits);
  const kept = scores.map((score, i) => score * mask[i]);
  const gates =
    form.gating === 'plain'
      ? kept
      : form.gating === 'even'
        ? mask.map((m) => m / topK)
        : kept.map((score) => score / sum(kept));
  const answer = sum(gates.map((gate, i) => gate * answers[i]));
  const asked = form.pretends ? mask.map(() => 1) : mask;
  // 0 rather than −0 where nothing was asked.
  const onGates = answers.map((given, i) => (asked[i] ? (answer - target) * given : 0));
  return {
    scores,
    mask,
    gates,
    answer,
    loss: 0.5 * (target - answer) ** 2,
    onGates,
    slopes: backwards(form, { scores, mask, gates, onGates }),
  };
}

/** From the gates to the logits. */
function backwards(
  form: Form,
  { scores, mask, gates, onGates }: Pick<Routed, 'scores' | 'mask' | 'gates' | 'onGates'>,
): number[] {
  if (form.scoring === 'relu') return onGates.map((r, j) => (mask[j] ? r : 0));
  if (form.gating === 'normalised') {
    const mean = sum(onGates.map((r, i) => gates[i] * r));
    // What the score's own slope leaves: of a softmax the shared sum has cancelled.
    const own = form.scoring === 'sigmoid' ? scores.map((s) => 1 - s) : scores.map(() => 1);
    const alone = sum(mask) === 1;
    return onGates.map((r, j) => (mask[j] && !alone ? gates[j] * own[j] * (r - mean) : 0));
  }
  const weights = form.pretends ? scores : scores.map((score, i) => score * mask[i]);
  const mean = sum(onGates.map((r, i) => weights[i] * r));
  return onGates.map((r, j) => scores[j] * (r - mean));
}

/** The logits after each of so many presses: z ← z − rate · slope, from the slopes where one stands. */
export function followed(
  presses: number,
  rate: number,
  ...[router, topK, logits, answers, target]: Parameters<typeof routed>
): number[][] {
  const path = [logits];
  for (let press = 0; press < presses; press++) {
    const at = path[press];
    const { slopes } = routed(router, topK, at, answers, target);
    path.push(at.map((z, i) => z - rate * slopes[i]));
  }
  return path;
}

export interface Cliff {
  /** The loss with the logit at each place. */
  losses: number[];
  /** Which experts are chosen there, as a number: where it changes, the loss may jump. */
  choices: number[];
}

/** The loss if one logit alone were elsewhere. */
export function cliff(
  expert: number,
  places: number[],
  ...[router, topK, logits, answers, target]: Parameters<typeof routed>
): Cliff {
  const all = places.map((place) =>
    routed(
      router,
      topK,
      logits.map((z, i) => (i === expert ? place : z)),
      answers,
      target,
    ),
  );
  return {
    losses: all.map(({ loss }) => loss),
    choices: all.map(({ mask }) => sum(mask.map((m, i) => m * 2 ** i))),
  };
}
