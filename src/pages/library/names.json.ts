/** The library's names for the editor of cells, which fetches them when it is opened. */
import { names } from '../../course/names';

export const GET = () =>
  new Response(JSON.stringify(names()), { headers: { 'content-type': 'application/json' } });
