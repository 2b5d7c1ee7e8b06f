/** A menu of words. */
import type { Option } from '../../lab/settings';

interface Props {
  id: string;
  value: string;
  options: Option[];
  disabled?: boolean;
  set(value: string): void;
}

export const Select = ({ id, value, options, disabled, set }: Props) => (
  <select
    id={id}
    disabled={disabled}
    value={value}
    onChange={(event) => set(event.currentTarget.value)}
  >
    {options.map((option) => (
      <option key={option.value} value={option.value} selected={option.value === value}>
        {option.label}
      </option>
    ))}
  </select>
);
