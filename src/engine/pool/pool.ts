/**
 * Several workers as if they were one: an engine that speaks the protocol of the one in front. Where
 * a lab trains lanes in turn on a processor, others help it (division.ts). All else goes to the first,
 * and so does all on WebGPU, whose one device several workers would only share.
 */
import type { Engine, Ladder, Open, Prepare, Reply, Request } from '../protocol';
import { Division } from './division';
import type { Helpers } from './member';

/** A division ends with it: the lab is closed, or has one lane from now on. */
const isAlone = (request: Request): boolean =>
  request.kind === 'close' || (request.kind === 'restart' && request.lanes.length < 2);

export interface Pool extends Engine {
  /** Ends all workers but the first. */
  dismiss(): void;
}

export function pooled(first: Engine, helpers: Helpers): Pool {
  const hearers = new Set<(reply: Reply) => void>();
  const divisions = new Map<string, Division>();
  let ladder: Ladder | undefined;
  /** Waits for the ladder: only then is it known whether the lab is divided. */
  let held: Prepare | undefined;
  const say = (reply: Reply) => {
    for (const hear of [...hearers]) hear(reply);
  };

  /** Where the lab's lanes are computed, if they are divided. */
  function rungFor({ order, lanes }: Open | Prepare): 'wasm' | 'cpu' | undefined {
    const chosen = ladder?.chosen;
    if (chosen !== 'wasm' && chosen !== 'cpu') return undefined;
    return order === 'in turn' && lanes.length > 1 ? chosen : undefined;
  }

  function prepare(request: Prepare): void {
    first.send(rungFor(request) ? { ...request, turns: [0] } : request);
  }

  function open(request: Open): void {
    forget(request.lab);
    const rung = rungFor(request);
    if (!rung) {
      first.send(request);
      return;
    }
    const division = new Division(request, { first, helpers, rung, say });
    divisions.set(request.lab, division);
    division.open();
  }

  function forget(lab: string): void {
    divisions.get(lab)?.close();
    divisions.delete(lab);
  }

  function dismiss(): void {
    for (const division of divisions.values()) division.dismiss();
  }

  function send(request: Request): void {
    const division = 'lab' in request ? divisions.get(request.lab) : undefined;
    if (request.kind === 'open') open(request);
    else if (request.kind === 'prepare' && !ladder) held = request;
    else if (request.kind === 'prepare') prepare(request);
    else if (division && 'lab' in request && !isAlone(request)) {
      // Who rests while another trains gives the other room.
      if (request.kind === 'play' || request.kind === 'step')
        for (const other of divisions.values()) if (other !== division) other.dismiss();
      division.take(request);
    } else {
      if (request.kind === 'ladder') ladder = undefined;
      if (division) forget(division.lab);
      first.send(request);
    }
  }

  first.listen((reply) => {
    if (reply.kind === 'ladder') {
      ladder = reply.ladder;
      if (held) prepare(held);
      held = undefined;
    }
    if (reply.kind === 'stopped') for (const lab of [...divisions.keys()]) forget(lab);
    const division = 'lab' in reply ? divisions.get(reply.lab) : undefined;
    if (division) division.hear(reply as Extract<Reply, { lab: string }>);
    else say(reply);
  });

  return {
    send,
    listen(hear) {
      hearers.add(hear);
      return () => hearers.delete(hear);
    },
    dismiss,
  };
}
