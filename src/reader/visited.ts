/** A chapter that is opened is a station visited: the map and the line bar fill it. */
import { onEachVisit } from './each-visit';
import { storage } from './storage';

onEachVisit(() => {
  const here = document.querySelector<HTMLElement>('[data-station]')?.dataset.station;
  if (here) {
    storage.add('visited', here);
    storage.set('last', here);
  }

  const visited = storage.list('visited');
  for (const mark of document.querySelectorAll<HTMLElement | SVGElement>('[data-station-mark]'))
    if (visited.includes(mark.dataset.stationMark!)) mark.classList.add('visited');

  const last = storage.get('last');
  for (const link of document.querySelectorAll<HTMLElement>('[data-continue]'))
    link.hidden = link.dataset.continue !== last;
});
