/**
 * DeepSeek-V3's pieces as one small model: which settings make which piece. Width 32, four layers,
 * a head that is the embedding; the experts stand in four nodes.
 */
import bias from '../../../balancing/bias';
import none from '../../../balancing/none';
import sequenceWise from '../../../balancing/sequence-wise';
import { groupLimited } from '../../../group-limited';
import type { AttentionKind } from '../../../layers/block';
import { BASE } from '../../../layers/rope';
import type { MultiTokenConfig } from '../../../networks/multi-token';
import type { TransformerConfig } from '../../../networks/transformer';
import { refuse } from '../../../refuse';
import { routers } from '../../../registry';
import { together } from '../../../together';
import type { Balancer, Router } from '../../../types';

/** Nodes that hold the experts, equally many each, in their order. */
export const nodes = 4;
export const layers = 4;
export const dim = 32;
const heads = 4;
/** None of the routers offered looks at how many there are. */
const someTokens = 256;

export interface Pieces {
  attention: string;
  keyValueHeads: number;
  latentWidth: number;
  rotaryWidth: number;
  sparse: string;
  experts: number;
  topK: number;
  expertHidden: number;
  sharedExperts: number;
  denseHidden: number;
  router: string;
  keepsEven: string;
  mostGroups: number;
  predictors: number;
}

const balancers: Record<string, Balancer> = {
  both: together([{ balancer: bias }, { balancer: sequenceWise }]),
  bias,
  loss: sequenceWise,
  none,
};

function attentionOf(pieces: Pieces): AttentionKind {
  const { keyValueHeads, latentWidth, rotaryWidth } = pieces;
  if (pieces.attention === 'heads')
    return { kind: 'heads', heads, keyValueHeads, headWidth: dim / heads, rotaryBase: BASE };
  return {
    kind: 'latent',
    heads,
    headWidth: dim / heads,
    keyValueRank: latentWidth,
    rotaryWidth: pieces.attention === 'latent' ? 0 : rotaryWidth,
  };
}

/** A node counts by its two best experts, as in the released code; as many nodes as there are is no limit. */
function routerOf({ router, experts, mostGroups }: Pieces): Router {
  const plain = routers.get(router);
  if (mostGroups >= nodes) return plain;
  const best = Math.max(1, Math.min(2, experts / nodes));
  return groupLimited(plain, { groups: nodes, limit: mostGroups, score: 'sum', best });
}

/** Throws a sentence where experts cannot stand in the nodes. */
export function configOf(pieces: Pieces, vocabulary: number): TransformerConfig {
  const { sparse, experts, topK, expertHidden, sharedExperts, denseHidden } = pieces;
  if (sparse !== 'none' && experts % nodes)
    throw new Error(
      `${experts} experts do not divide among ${nodes} nodes; choose a multiple of ${nodes}.`,
    );
  const router = routerOf(pieces);
  if (sparse !== 'none') refuse(router.refusal?.({ experts, topK, tokens: someTokens }));
  return {
    vocabulary,
    dim,
    layers,
    hidden: denseHidden,
    firstDense: 1,
    tied: true,
    attention: attentionOf(pieces),
    ...(sparse !== 'none' && {
      moe: {
        experts,
        topK,
        hidden: expertHidden,
        shared: sharedExperts,
        router,
        balancer: balancers[pieces.keepsEven],
      },
    }),
  };
}

export const modulesOf = ({ predictors }: Pieces): MultiTokenConfig | undefined =>
  predictors > 0 ? { kind: 'sequential', depths: predictors } : undefined;
