import { parseHTML } from 'linkedom';
import { render } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import { Shell } from '../../src/components/lab/Shell';
import { controls, lab, recorded } from '../lab/example-lab';

function page(extra: object = {}) {
  const html = render(
    <Shell
      id="example"
      name="example"
      lab={lab}
      controls={controls}
      recorded={recorded()}
      number="Figure 3"
      loadEngine={() => Promise.reject(new Error('not at build'))}
      {...extra}
    />,
  );
  return parseHTML(`<main>${html}</main>`).document;
}

describe('a lab before any script', () => {
  it('shows the recorded run: title, words for each picture, badge, caption', () => {
    const document = page();
    const figure = document.querySelector('figure.lab')!;
    expect(figure.getAttribute('data-lab')).toBe('example');
    expect(figure.getAttribute('data-state')).toBe('idle');
    expect(figure.getAttribute('data-backend')).toBe('recorded');
    expect(figure.getAttribute('data-step')).toBe('100');
    expect(figure.getAttribute('data-loss')).toBe('0.02');
    expect(document.querySelector('.lab-title')!.textContent).toBe('The loss is 0.020');
    expect(document.querySelector('.lab-badge')!.textContent).toBe('recorded');
    expect(document.querySelector('figcaption')!.textContent).toBe('Figure 3. An example.');
    for (const svg of document.querySelectorAll('.lab-svg')) {
      expect(svg.getAttribute('role')).toBe('img');
      expect(svg.getAttribute('aria-label')).toMatch(/\d/);
      expect(svg.querySelectorAll('path').length).toBeGreaterThan(0);
    }
  });

  it('draws every picture wide and narrow, of which style shows one', () => {
    const document = page();
    expect(document.querySelectorAll('.lab-wide-only .lab-svg')).toHaveLength(2);
    expect(document.querySelectorAll('.lab-narrow-only .lab-svg')).toHaveLength(2);
  });

  it('has no button that looks alive', () => {
    const document = page();
    for (const element of document.querySelectorAll('button, input, select'))
      expect(
        element.hasAttribute('disabled') || element.closest('fieldset')?.hasAttribute('disabled'),
        element.outerHTML,
      ).toBe(true);
    expect(document.querySelector('.lab-play')!.textContent).toBe('Play');
  });

  it('names every control', () => {
    const document = page();
    for (const input of document.querySelectorAll('input, select')) {
      const label = input.closest('label') ?? document.querySelector(`label[for="${input.id}"]`);
      expect(label?.textContent?.trim(), input.outerHTML).toBeTruthy();
    }
  });

  it('uses no inline styles, which a content policy would refuse', () => {
    expect(page().querySelectorAll('[style]')).toHaveLength(0);
  });

  it('leaves out the views that are not asked for', () => {
    const document = page({ views: ['loss-curve'] });
    expect(document.querySelectorAll('.lab-view')).toHaveLength(1);
  });
});
