/** Measures this machine on a press of the button, never by itself, and says what it found. */
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { count, value } from '../../lab/format';
import { rungNames } from '../lab/Readout';
import { type Findings, measure } from './measure';
import { asText, pace, time, verdict } from './verdict';

const busy = signal('');
const trouble = signal('');
const findings = signal<Findings | undefined>(undefined);
const copied = signal('');

async function check(): Promise<void> {
  trouble.value = '';
  findings.value = undefined;
  copied.value = '';
  busy.value = 'Loading the engine.';
  try {
    const { engine } = await import('../../engine/client');
    findings.value = await measure(await engine(), (words) => {
      busy.value = words;
    });
  } catch (error) {
    trouble.value = `The engine could not be started: ${(error as Error).message}`;
  }
  busy.value = '';
}

async function copy(found: Findings): Promise<void> {
  try {
    await navigator.clipboard.writeText(asText(found, navigator.userAgent));
    copied.value = 'Copied.';
  } catch {
    copied.value = 'This browser does not let the page copy; select the text below instead.';
  }
}

export function Check() {
  const found = findings.value;
  return (
    <>
      <p>
        <button
          type="button"
          class="button"
          aria-disabled={Boolean(busy.value)}
          onClick={() => busy.value || void check()}
        >
          {found ? 'Check again' : 'Check this machine'}
        </button>
      </p>
      <div class="check-now" role="status">
        {busy.value && (
          <p>
            <progress aria-label="Checking" /> {busy}
          </p>
        )}
        {trouble.value && <p>{trouble}</p>}
        {found && verdict(found).map((words) => <p key={words}>{words}</p>)}
      </div>
      {found && <Rungs found={found} />}
      {found && found.labs.length > 0 && <Labs found={found} />}
      {found && (
        <>
          <p>
            <button type="button" class="button" onClick={() => void copy(found)}>
              Copy as text
            </button>{' '}
            <span role="status">{copied}</span>
          </p>
          <details>
            <summary>The same as text</summary>
            <textarea
              readOnly
              rows={14}
              aria-label="What was found, as text"
              value={asText(found, navigator.userAgent)}
            />
          </details>
        </>
      )}
    </>
  );
}

/** A box that scrolls must be reachable by keyboard. */
const scrollable = { tabIndex: 0 };

/** A table may be wider than a narrow screen. */
const Scrolling = ({ name, children }: { name: string; children: ComponentChildren }) => (
  <section class="scroll" aria-label={name} {...scrollable}>
    {children}
  </section>
);

const Rungs = ({ found: { ladder } }: { found: Findings }) => (
  <>
    <h2>Where it can compute</h2>
    <Scrolling name="Where it can compute">
      <table>
        <thead>
          <tr>
            <th scope="col">Way</th>
            <th scope="col">Verdict</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {ladder.reports.map(({ rung, usable, reason, device }) => (
            <tr key={rung}>
              <th scope="row">{rungNames[rung]}</th>
              <td class="verdict">
                {rung === ladder.chosen ? 'used' : usable ? 'in reserve' : 'refused'}
              </td>
              <td>
                {reason}
                {device && ` ${device}.`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  </>
);

const Labs = ({ found: { labs } }: { found: Findings }) => (
  <>
    <h2>How fast</h2>
    <Scrolling name="How fast">
      <table>
        <thead>
          <tr>
            <th scope="col">Lab</th>
            <th scope="col" class="number">
              Steps per second
            </th>
            <th scope="col" class="number">
              ms per step
            </th>
            <th scope="col" class="number">
              Whole run
            </th>
            <th scope="col" class="verdict">
              Verdict
            </th>
          </tr>
        </thead>
        <tbody>
          {labs.map((lab) => (
            <tr key={lab.words}>
              <th scope="row">{lab.words}</th>
              <td class="number">{count(Math.round(lab.stepsPerSecond))}</td>
              <td class="number">{value(1000 / lab.stepsPerSecond)}</td>
              <td class="number">{time(lab.runSeconds)}</td>
              <td class="verdict">{pace(lab)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  </>
);
