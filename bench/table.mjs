/** Results as a table for a terminal. */

const columns = [
  ['case', (row) => row.case],
  ['system', (row) => row.system],
  ['backend', (row) => row.backend],
  ['ms/step', (row) => row.stepMs],
  ['JS ms/step', (row) => row.jsMs],
  ['dispatches', (row) => row.dispatches || undefined],
  ['MB on GPU', (row) => (row.gpuBytes ? (row.gpuBytes / 1e6).toFixed(1) : undefined)],
  ['ours is', (row, rows) => factor(row, rows)],
  ['loss', (row) => row.lossEnd?.toFixed(5)],
  ['steps', (row) => row.steps],
];

export function table(rows) {
  const cells = rows.map((row) => columns.map(([, cell]) => String(cell(row, rows) ?? '')));
  const heads = columns.map(([name]) => name);
  const widths = heads.map((head, i) =>
    Math.max(head.length, ...cells.map((row) => row[i].length)),
  );
  const line = (row) =>
    row.map((cell, i) => (i < 3 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ');
  return [
    line(heads),
    widths.map((width) => '─'.repeat(width)).join('  '),
    ...cells.map(line),
  ].join('\n');
}

/** How many times faster ours is on the same backend (PyTorch: than its best here). */
function factor(row, rows) {
  if (row.system === 'switchyard' || !row.stepMs) return undefined;
  const own = rows.filter(
    (one) => one.case === row.case && one.system === 'switchyard' && one.stepMs,
  );
  const same = own.filter((one) => one.backend === row.backend);
  const best = Math.min(...(same.length ? same : own).map(({ stepMs }) => stepMs));
  if (!Number.isFinite(best)) return undefined;
  const times = row.stepMs / best;
  return times >= 1
    ? `${times.toFixed(times < 10 ? 1 : 0)} × faster`
    : `${(1 / times).toFixed(1)} × slower`;
}
