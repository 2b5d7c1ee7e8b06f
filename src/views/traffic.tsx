/**
 * A small cluster and what is sent over its links: devices in a ring, those of a node in one frame,
 * between two devices a line as wide as the copies of both ways. A slider follows one token. Reads
 * the answer `bill`: the ledger of the tokens, where each expert stands, and a sample of tokens.
 */
import { useState } from 'preact/hooks';
import { listed } from '../lab/format';
import type { DrawnView, RunData, ViewProps } from '../lab/types';
import { narrow } from './axes';
import { letter } from './marks/bullet';
import { Said } from './marks/said';

interface Bill {
  links: number[][];
  work: number[];
  devicesPerToken: number;
  tokensByDevices: number[];
  deviceOf: number[];
  sample: { home: number; experts: number[] }[];
}

const billOf = (run: RunData) => run.answers?.bill as unknown as Bill | undefined;

/** Devices of a node. */
const together = 2;

interface Link {
  from: number;
  to: number;
  /** Copies per 100 tokens, both ways together. */
  copies: number;
}

function linksOf({ links, tokensByDevices }: Bill): Link[] {
  const tokens = sum(tokensByDevices) || 1;
  return links.flatMap((row, from) =>
    row
      .map((there, to) => ({ from, to, copies: (100 * (there + links[to][from])) / tokens }))
      .slice(from + 1),
  );
}

const busiest = (all: Link[]): Link | undefined =>
  all.toSorted((a, b) => b.copies - a.copies).find(({ copies }) => copies > 0);

/** Copies that come to each device from the others. */
const arrivals = ({ links }: Bill): number[] =>
  links.map((_, device) => sum(links.map((row, from) => (from === device ? 0 : row[device]))));

const overMean = (numbers: number[], at: number) =>
  (numbers[at] * numbers.length) / (sum(numbers) || 1);

/** Where a token goes from its home, and with how many experts there. */
function tripsOf({ deviceOf }: Bill, { home, experts }: Bill['sample'][number]) {
  const devices = [...new Set(experts.map((expert) => deviceOf[expert]))].sort((a, b) => a - b);
  const at = (device: number) => experts.filter((expert) => deviceOf[expert] === device);
  return { home, devices, at, away: devices.filter((device) => device !== home) };
}

const name = (device: number) => String(device + 1);

function sayToken(bill: Bill, place: number): string {
  const token = bill.sample[place];
  const { home, devices, at, away } = tripsOf(bill, token);
  const there = devices.map((device) => `${at(device).map(letter).join(' ')} on ${name(device)}`);
  return `Token ${place + 1} is at home on device ${name(home)}. Its ${token.experts.length} experts stand on ${devices.length} devices (${listed(there)}): ${away.length} ${away.length === 1 ? 'trip' : 'trips'}.`;
}

const frameOf = (width: number) =>
  width < narrow
    ? { height: width * 0.98, rx: width * 0.3, ry: width * 0.36 }
    : { height: 400, rx: Math.min(290, width * 0.3), ry: 150 };

function Draw({ run, width }: ViewProps) {
  const [followed, follow] = useState(0);
  const bill = billOf(run);
  if (!bill) return <p class="lab-quiet-line">Nothing has been sent yet.</p>;
  const token = followed ? bill.sample[followed - 1] : undefined;
  return (
    <div class="switchboard">
      <Ring bill={bill} width={width} token={token} />
      <div class="by-hand-desk">
        <label class="by-hand-logit">
          <span>follow a token</span>
          <input
            type="range"
            min="0"
            max={bill.sample.length}
            step="1"
            value={followed}
            aria-valuetext={token ? `token ${followed}` : 'all tokens'}
            onInput={(event) => follow(Number(event.currentTarget.value))}
          />
        </label>
      </div>
      <Said
        class="switchboard-said"
        words={token ? sayToken(bill, followed - 1) : sayAll(bill)}
        by={followed}
      />
    </div>
  );
}

function sayAll(bill: Bill): string {
  const thick = busiest(linksOf(bill));
  const all = sum(bill.tokensByDevices) || 1;
  const most = bill.tokensByDevices.lastIndexOf(Math.max(...bill.tokensByDevices));
  const share = Math.round((100 * bill.tokensByDevices[most]) / all);
  const visits = `Most often a token visits ${most} of ${bill.work.length} devices (${share} in 100).`;
  return thick
    ? `${visits} The widest line, ${name(thick.from)} and ${name(thick.to)}, carries ${thick.copies.toFixed(0)} copies for 100 tokens.`
    : visits;
}

function describeBill(bill: Bill): string {
  const received = arrivals(bill);
  const words = bill.work.map(
    (_, device) =>
      `device ${name(device)} receives ${overMean(received, device).toFixed(2)} and computes ${overMean(bill.work, device).toFixed(2)} times the mean`,
  );
  return `${sayAll(bill)} ${words.join('; ')}.`;
}

function Ring({
  bill,
  width,
  token,
}: {
  bill: Bill;
  width: number;
  token?: Bill['sample'][number];
}) {
  const { height, rx, ry } = frameOf(width);
  const count = bill.work.length;
  const tight = width < narrow;
  const r = tight ? 13 : 17;
  const [cx, cy] = [width / 2, height / 2];
  // Devices of a node stand nearer to each other than to the next node.
  const angle = (device: number) =>
    ((Math.floor(device / together) + 0.5) * together * 2 * Math.PI) / count +
    ((device % together) - (together - 1) / 2) * ((0.72 * 2 * Math.PI) / count) -
    Math.PI / 2;
  const at = (device: number, out = 1) => ({
    x: fixed(cx + out * rx * Math.cos(angle(device))),
    y: fixed(cy + out * ry * Math.sin(angle(device))),
  });
  const all = linksOf(bill);
  const thick = busiest(all);
  const trips = token && tripsOf(bill, token);
  const received = arrivals(bill);
  // The same scale for every run: a limit makes all lines thinner.
  const wide = (copies: number) => fixed(copies * (tight ? 0.32 : 0.6));
  return (
    <svg
      class="lab-svg"
      viewBox={`0 0 ${width} ${fixed(height)}`}
      role="img"
      aria-label={describeBill(bill)}
    >
      {Array.from({ length: count / together }, (_, node) => {
        const [a, b] = [at(node * together), at((node + 1) * together - 1)];
        return (
          <line
            key={`${node}`}
            {...{ x1: a.x, y1: a.y, x2: b.x, y2: b.y }}
            stroke="var(--hair)"
            stroke-width={2 * r + 12}
            stroke-linecap="round"
          />
        );
      })}
      {all.map((link) => {
        const [a, b] = [at(link.from), at(link.to)];
        const marked = link === thick && !token;
        return (
          <line
            key={`${link.from}-${link.to}`}
            {...{ x1: a.x, y1: a.y, x2: b.x, y2: b.y }}
            stroke={marked ? 'var(--line-2)' : 'var(--ink)'}
            stroke-opacity={token ? 0.08 : marked ? 0.9 : 0.28}
            stroke-width={wide(link.copies)}
          />
        );
      })}
      {trips?.away.map((device) => {
        const [a, b] = [at(trips.home), at(device)];
        return (
          <line class="v-route" key={name(device)} {...{ x1: a.x, y1: a.y, x2: b.x, y2: b.y }} />
        );
      })}
      {bill.work.map((_, device) => {
        const { x, y } = at(device);
        const out = at(device, tight ? 1.34 : 1.3);
        const visited = !trips || trips.devices.includes(device) || trips.home === device;
        const across = Math.cos(angle(device));
        // On a phone what stands at the sides goes to the edge.
        const edge = tight && Math.abs(across) > 0.6;
        const side = edge ? -across : tight ? 0 : across;
        const x0 = edge ? (across < 0 ? 2 : width - 2) : out.x;
        const words = trips
          ? [device === trips.home ? 'home' : '', trips.at(device).map(letter).join(' ')]
          : [
              `in ${overMean(received, device).toFixed(2)}`,
              `work ${overMean(bill.work, device).toFixed(2)}`,
            ];
        return (
          <g key={name(device)}>
            <circle
              cx={x}
              cy={y}
              r={r}
              fill="var(--paper)"
              stroke={visited ? 'var(--ink)' : 'var(--soft)'}
              stroke-width={visited ? 2 : 1}
            />
            <text class="v-label" x={x} y={y + 4.5} text-anchor="middle">
              {name(device)}
            </text>
            {words.map((line, i) => (
              <text
                key={`${i}`}
                class="v-axis"
                x={x0}
                y={fixed(out.y + (i === 0 ? -2 : 13))}
                text-anchor={side > 0.2 ? 'start' : side < -0.2 ? 'end' : 'middle'}
              >
                {line}
              </text>
            ))}
          </g>
        );
      })}
    </svg>
  );
}

const sum = (numbers: number[]) => numbers.reduce((all, x) => all + x, 0);
const fixed = (x: number) => Number(x.toFixed(1));

export const traffic: DrawnView = {
  name: 'traffic',
  kind: 'page',
  styles: ['switchboard'],
  reads: { answers: ['bill'] },
  aspect: 0.52,
  narrowAspect: 1.3,
  Draw,
  describe(run) {
    const bill = billOf(run);
    return bill ? describeBill(bill) : 'Nothing has been sent yet.';
  },
  table(run) {
    const bill = billOf(run);
    const tokens = sum(bill?.tokensByDevices ?? []) || 1;
    return {
      columns: [
        'copies for 100 tokens, from',
        ...(bill?.work ?? []).map((_, device) => `to ${name(device)}`),
      ],
      rows: (bill?.links ?? []).map((row, from) => [
        name(from),
        ...row.map((copies, to) => (from === to ? '–' : ((100 * copies) / tokens).toFixed(1))),
      ]),
    };
  },
};
