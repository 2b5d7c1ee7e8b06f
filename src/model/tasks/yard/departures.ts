import { type Kind, pairsOf } from './pen';

export const cities = pairsOf(
  'oslo_norway paris_france rome_italy lima_peru cairo_egypt tokyo_japan delhi_india madrid_spain berlin_germany vienna_austria athens_greece dublin_ireland lisbon_portugal warsaw_poland sofia_bulgaria ankara_turkey hanoi_vietnam quito_ecuador havana_cuba nairobi_kenya accra_ghana tunis_tunisia rabat_morocco dakar_senegal lusaka_zambia riga_latvia helsinki_finland brussels_belgium doha_qatar tehran_iran ottawa_canada santiago_chile',
);

/** `13:50 quito, ecuador`: which country a city lies in has to be known by heart. */
export const departures: Kind = {
  name: 'departures',
  write(pen) {
    const [city, country] = pen.pick(cities);
    return `${String(pen.number(0, 23)).padStart(2, '0')}:${pen.number(0, 5)}0 ${city}, ${country}`;
  },
  check(line) {
    const [, hour, ten, city, country] = /^(\d\d):(\d)0 ([a-z]+), ([a-z]+)$/.exec(line) ?? [];
    if (city === undefined) return false;
    const known = cities.some(([a, b]) => a === city && b === country);
    return known && Number(hour) < 24 && Number(ten) < 6;
  },
};
