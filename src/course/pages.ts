/** The pages beside the chapters, in the order of the header and the footer. */
export const pages = [
  { href: '/', label: 'Map' },
  { href: '/models/', label: 'Models' },
  { href: '/library/', label: 'Library' },
  { href: '/glossary/', label: 'Glossary' },
  { href: '/sources/', label: 'Sources' },
];

/** Only in the footer. */
export const morePages = [
  { href: '/your-models/', label: 'Your models' },
  { href: '/recorded-runs/', label: 'How the runs were recorded' },
  { href: '/lab-check/', label: 'Check this machine' },
];
