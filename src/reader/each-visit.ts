/**
 * Runs now, and whenever the page comes back as it was left (the way back of a browser): its scripts
 * do not start anew then, and what the browser keeps may have changed on other pages.
 */
export function onEachVisit(visit: () => void): void {
  visit();
  addEventListener('pageshow', (event) => {
    if ((event as PageTransitionEvent).persisted) visit();
  });
}
