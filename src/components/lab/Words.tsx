/**
 * Words that change. They stand in an element of their own that is replaced whole: where a browser
 * translates the page, the text inside is wrapped, and a changed text node would never be seen.
 */
interface Props {
  text: string;
  class?: string;
}

export const Words = ({ text, class: name }: Props) => (
  <span key={text} class={name}>
    {text}
  </span>
);
