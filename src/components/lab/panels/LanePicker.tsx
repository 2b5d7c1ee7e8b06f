/** Which run of several a panel hands out: nothing to choose where there is only one. */

interface Props {
  /** What is handed out: "model of", "run of". */
  words: string;
  lanes: { name: string; label: string }[];
  chosen: number;
  onChoose(lane: number): void;
}

export const LanePicker = ({ words, lanes, chosen, onChoose }: Props) =>
  lanes.length > 1 ? (
    <label class="lab-inline">
      <span>{words}</span>
      <select value={chosen} onChange={(event) => onChoose(Number(event.currentTarget.value))}>
        {lanes.map(({ name, label }, i) => (
          <option key={name} value={i}>
            {label}
          </option>
        ))}
      </select>
    </label>
  ) : null;
