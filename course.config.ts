/**
 * The teacher's one file: what this copy of the course is called, where it stands, and what it shows.
 */
export interface CourseConfig {
  /** Name in the header and in titles. */
  name: string;
  /** One sentence for search engines and link previews. */
  description: string;
  /**
   * Where the built site will stand, with its folder. Pages use relative addresses and run anywhere;
   * only the "page not found" page, which a host serves at any depth, needs to know.
   */
  site: string;
  /** A line in the footer of every page, such as the name of a school and a term. */
  notice?: string;
  /** "folded" shows an exercise's solution on a click; "absent" leaves it out of the built files. */
  solutions: 'folded' | 'absent';
  /**
   * Stations left out of this copy, by file name without .mdx ("06-collapse-and-balance"). Where others
   * point to one, its name stands without a link.
   */
  hide: string[];
}

const course: CourseConfig = {
  name: 'Switchyard',
  description:
    'A course on mixture-of-experts language models that you run: every figure about training trains, on your own GPU.',
  site: 'https://switchyard.example',
  solutions: 'folded',
  hide: [],
};

export default course;
