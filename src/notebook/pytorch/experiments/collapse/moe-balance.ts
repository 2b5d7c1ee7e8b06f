import { mixtureOf } from '../../members';
import { partOf } from '../../parts';
import type { Writer } from '../../types';
import program from './moe-balance.py?raw';

export default {
  program,
  compares: 'loss',
  fill({ settings }) {
    const { router, balancer, fault } = settings;
    const { flags, includes } = mixtureOf(String(router), String(balancer));
    const is = (name: string) => fault === name;
    const jitters = Number(settings.jitter) > 0;
    // Room for every token, however they are routed, is no limit.
    const room = Number(settings.capacityFactor) * Number(settings.topK);
    return {
      flags: {
        ...flags,
        experts_learn: settings.expertsLearn !== false,
        plain: !jitters && !flags.biased,
        jitters: jitters && !flags.biased,
        biases: !jitters && flags.biased,
        jitters_and_biases: jitters && flags.biased,
        limited: room < Number(settings.experts),
        z_loss: Number(settings.zLoss) > 0,
        balances: flags.balances && !is('load-after-capacity') && !is('loss-never-added'),
        loss_is_constant: is('loss-is-constant'),
        load_after_capacity: is('load-after-capacity'),
        loss_never_added: is('loss-never-added'),
        weighs: !flags.without_weights,
        noisy: router === 'noisy-top-k',
      },
      includes: {
        ...includes,
        // That version has a text of its own.
        ...(is('loss-is-constant') && { balancer: '' }),
        data: partOf('tasks', 'clusters'),
      },
    };
  },
} satisfies Writer as Writer;
