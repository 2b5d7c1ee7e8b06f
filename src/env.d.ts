declare namespace App {
  interface Locals {
    /** The chapter being rendered: what its components number and check by. */
    chapter?: import('./course/chapter').ChapterContext;
  }
}

declare module '@citation-js/core' {
  export class Cite {
    constructor(text: string);
    data: unknown[];
  }
}
declare module '@citation-js/plugin-bibtex' {}
