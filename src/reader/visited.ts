/** A chapter that is opened is a station visited: the map and the line bar fill it. */
import { store } from './site-storage';

const here = document.querySelector<HTMLElement>('[data-station]')?.dataset.station;
if (here) {
  store.add('visited', here);
  store.set('last', here);
}

const visited = store.list('visited');
for (const mark of document.querySelectorAll<HTMLElement | SVGElement>('[data-station-mark]'))
  if (visited.includes(mark.dataset.stationMark!)) mark.classList.add('visited');
