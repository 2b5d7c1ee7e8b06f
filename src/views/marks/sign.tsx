/** A character in mono with letters of experts below it, one for each sparse layer. */
import { isShade, letter } from './bullet';

interface Props {
  character: string;
  /** The expert of each layer; undefined where there is none to show. */
  experts: (number | undefined)[];
  /** Of each layer, whether the expert's colour fills its place: yes unless said. */
  filled?: boolean[];
  at?: number;
  pointed?: boolean;
  title?: string;
}

/** A blank and a line end can be seen. */
export const seen = (character: string): string =>
  character === '\n' ? '⏎' : character === ' ' ? '␣' : character;

export function Sign({ character, experts, filled, at, pointed, title }: Props) {
  return (
    <span
      class={pointed ? 'written-sign written-pointed' : 'written-sign'}
      data-at={at}
      title={title}
    >
      <span>{character === ' ' ? '\u00a0' : character}</span>
      {experts.map((expert, layer) => (
        <i
          // Layers keep their order.
          key={`${layer}`}
          aria-hidden="true"
          {...(expert !== undefined && filled?.[layer] !== false && hueOf(expert))}
        >
          {expert === undefined ? '\u00a0' : letter(expert)}
        </i>
      ))}
    </span>
  );
}

/** For the style sheet: which of the eight colours, and whether it is a paler one. */
const hueOf = (expert: number) => ({
  'data-expert': letter(expert)[0],
  'data-shade': isShade(expert) || undefined,
});
