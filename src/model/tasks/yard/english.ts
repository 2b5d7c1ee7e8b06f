import { type Kind, pairsOf, wordsOf } from './pen';

const adjectives = wordsOf('old young slow quiet tired clever');
const verbs = wordsOf('wait work sleep stand smile sing');
export const trades = pairsOf(
  'baker_bakery teacher_school doctor_hospital pilot_plane sailor_ship judge_court monk_abbey actor_theatre farmer_field miner_mine cook_kitchen priest_church king_castle clown_circus guard_prison clerk_office driver_cab gardener_garden smith_forge tailor_shop diver_lake hunter_forest waiter_cafe student_library skier_valley beggar_street pirate_cave singer_opera miller_mill porter_hotel jockey_stable rabbit_burrow',
);

/** `the young bakers sing in the bakery.`: number agrees, and everyone has a place of their own. */
export const english: Kind = {
  name: 'English',
  write(pen) {
    const many = pen.pick([false, true]);
    const [trade, place] = pen.pick(trades);
    const noun = many ? `${trade}s` : trade;
    return `the ${pen.pick(adjectives)} ${noun} ${pen.pick(verbs)}${many ? '' : 's'} in the ${place}.`;
  },
  check(line) {
    const [, adjective, noun, verb, place] =
      /^the ([a-z]+) ([a-z]+) ([a-z]+) in the ([a-z]+)\.$/.exec(line) ?? [];
    if (!adjectives.includes(adjective)) return false;
    const fits = (many: boolean) =>
      trades.some(([trade, own]) => own === place && noun === (many ? `${trade}s` : trade)) &&
      verbs.some((stem) => verb === (many ? stem : `${stem}s`));
    return fits(false) || fits(true);
  },
};
