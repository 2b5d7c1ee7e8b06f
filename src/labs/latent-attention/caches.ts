/** What released models keep of a context: station 13. */
import { count, listed, value } from '../../lab/format';
import type { Findings, LabDescription, RunData } from '../../lab/types';
import { cacheBytesOf, withAttention } from '../../model/accounting/cache';
import { type ReleasedModel, released } from '../../model/accounting/released';
import { bars } from '../../views/bars';
import { as, kindOf } from './shared/kinds';

const bytesPerGigabyte = 1e9;

const attentionOf = ({ architecture }: ReleasedModel) => architecture.layers[0].attention;

const gigabytes = (
  { architecture }: ReleasedModel,
  keptAs: string,
  context: number,
  bytesPerNumber: number,
): number =>
  cacheBytesOf(
    withAttention(architecture, (shape) => as(keptAs, shape)),
    context,
    bytesPerNumber,
  ) / bytesPerGigabyte;

/** Two digits after the point, or three digits: enough to tell bars apart. */
const said = (x: number) => `${value(x)} GB`;

const sizeOf = (run: RunData, name: string): number => {
  const at = released.findIndex((model) => model.name === name);
  return run.probes.gigabytes?.data[at] ?? Number.NaN;
};

export default {
  name: 'caches',
  plan: {
    kind: 'table',
    compute(settings) {
      const asked = [
        String(settings.keptAs),
        Number(settings.pastTokens),
        Number(settings.cacheBytes),
      ] as const;
      const sizes = released.map((model) => gigabytes(model, ...asked));
      const names = released.map((model) => {
        const kind = kindOf(as(asked[0], attentionOf(model)));
        return `${model.model}, ${kind}`;
      });
      return {
        facts: { models: names },
        // A row a model.
        metrics: { size: sizes.map((size) => [size]) },
        probes: { gigabytes: { shape: [sizes.length], data: sizes } },
      };
    },
  },
  title(run, { v3, olmoe }) {
    if (!(v3 > 0)) return 'Caches of released models, not yet counted';
    const many = count(Number(run.settings.pastTokens));
    const more = olmoe > v3 ? 'keeps less than' : 'keeps more than';
    return `With ${many} tokens, DeepSeek-V3 (671 billion parameters) ${more} OLMoE (7 billion): ${said(v3)} and ${said(olmoe)}`;
  },
  caption:
    'The cache of one text, counted from the published configurations: numbers kept in all layers, times tokens, times bytes. A layer with a window keeps no more than the window holds. The formula counts any length; not every model here was made for texts that long.',
  controls: { pastTokens: {}, cacheBytes: {}, keptAs: {} },
  views: [
    {
      view: bars({
        name: 'gigabytes',
        of: { probe: 'gigabytes', names: { fact: 'models' } },
        label: 'gigabytes (10⁹ bytes) for one text',
        say: value,
        aspect: 0.52,
        narrowAspect: 1.25,
      }),
    },
  ],
  lastStep: released.length,
  describe(run, { v3 }) {
    if (!(v3 > 0)) return 'Nothing counted yet.';
    const sorted = released
      .map((model) => ({ model: model.model, size: sizeOf(run, model.name) }))
      .sort((a, b) => b.size - a.size);
    const [most, least] = [sorted[0], sorted.at(-1)!];
    return `For ${count(Number(run.settings.pastTokens))} tokens ${most.model} keeps the most, ${said(most.size)}, and ${listed([least.model])} the least, ${said(least.size)}.`;
  },
  findings(run): Findings {
    if (!run.probes.gigabytes) return {};
    const of = (name: string) => sizeOf(run, name);
    const v3 = released.find(({ name }) => name === 'deepseek-v3')!;
    const { pastTokens, cacheBytes } = run.settings;
    return {
      v3: of('deepseek-v3'),
      // Whatever the figure shows: what it would keep with its heads and another attention.
      v3AsMHA: gigabytes(v3, 'MHA', Number(pastTokens), Number(cacheBytes)),
      v3AsGQA: gigabytes(v3, 'GQA', Number(pastTokens), Number(cacheBytes)),
      v2: of('deepseek-v2'),
      v2Lite: of('deepseek-v2-lite'),
      olmoe: of('olmoe'),
      mixtral: of('mixtral-8x7b'),
      k2: of('kimi-k2'),
      glm: of('glm-4.5'),
      qwen235: of('qwen3-235b'),
      gptOss: of('gpt-oss-120b'),
    };
  },
  recorded: { default: {} },
} satisfies LabDescription as LabDescription;
