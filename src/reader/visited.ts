/** A chapter that is opened is a station visited: the map and the line bar fill it. */
import { storage } from './storage';

const here = document.querySelector<HTMLElement>('[data-station]')?.dataset.station;
if (here) {
  storage.add('visited', here);
  storage.set('last', here);
}

const visited = storage.list('visited');
for (const mark of document.querySelectorAll<HTMLElement | SVGElement>('[data-station-mark]'))
  if (visited.includes(mark.dataset.stationMark!)) mark.classList.add('visited');
