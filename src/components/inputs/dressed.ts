import address from './inputs.css?url';

let linked: Promise<void> | undefined;

/** The editors' style sheet, on the page: once its rules hold. Rejects where it does not arrive. */
export function dressed(): Promise<void> {
  linked ??= new Promise((resolve, reject) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = address;
    link.onload = () => resolve();
    link.onerror = () => {
      linked = undefined;
      link.remove();
      reject(new Error('The style sheet did not arrive.'));
    };
    document.head.append(link);
  });
  return linked;
}
